import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chart } from './standard.ts';

/** What Markdown and LaTeX would take for markup is left as it is: captions are copied, not rendered. */
const entry = ({ name, title, caption }: Pick<Chart, 'name' | 'title' | 'caption'>): string =>
  `## ${name}\n\n${title}\n\n${caption}\n`;

/** All captions of a folder of charts, under the names of their files: what a paper prints below each figure. */
export const captionsText = (charts: readonly Pick<Chart, 'name' | 'title' | 'caption'>[]): string =>
  `# Captions\n\nWritten by the tool with the charts: file name, title, caption with n, interval and machine.\n\n${charts.map(entry).join('\n')}`;

/** Writes `captions.md` beside the charts; nothing where there are none. */
export async function writeCaptions(folder: string, charts: readonly Chart[]): Promise<void> {
  if (charts.length > 0) await writeFile(join(folder, 'captions.md'), captionsText(charts));
}
