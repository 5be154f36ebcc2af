import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '../../src/results/provenance.ts';
import { readFacts } from './facts.ts';
import { resultsText } from './text.ts';

/** The whole of results/README.md for a run under results/. */
export const resultsReadme = async (run: string): Promise<string> => resultsText(await readFacts(run, basename(run)));

export async function writeResultsReadme(run: string): Promise<void> {
  writeFileSync(join(packageRoot, 'results', 'README.md'), await resultsReadme(run));
}
