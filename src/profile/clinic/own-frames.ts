import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOwn, type Ownership } from '../../target/index.ts';

/**
 * flame and heapprofiler take what is not called `.js` for V8's own code and hide it, so they would show nothing of a
 * TypeScript program. Its files are given this ending in their data; `withoutMarks` takes it out of the page again.
 */
const mark = '?types-stripped.js';

/** Marks the user's own files in flame's samples; the tool's frames stay hidden, those of packages are clinic's business. */
export function markFlame(folder: string, ownership: Ownership): void {
  const file = join(folder, `${basename(folder)}-samples`);
  const stacks = JSON.parse(readFileSync(file, 'utf8')) as { name: string; type: string }[][];
  for (const frame of stacks.flat()) {
    const [, before, url, place] = /^(.*? ?)(file:\/\/.*?)(:\d+:\d+)$/.exec(frame.name) ?? [];
    if (frame.type === 'JS' && url !== undefined && isOwn(fileURLToPath(url), ownership))
      frame.name = `${before}${url}${mark}${place}`;
  }
  writeFileSync(file, JSON.stringify(stacks));
}

interface Node {
  readonly callFrame: { url: string };
  readonly children: readonly Node[];
}

/** The same in heapprofiler's profile, which takes addresses for Node's own code as well: a path is none. */
export function markHeap(file: string, ownership: Ownership): void {
  const profile = JSON.parse(readFileSync(file, 'utf8')) as { head: Node };
  const pending = [profile.head];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const { callFrame } = node;
    if (callFrame.url.startsWith('file:') && isOwn(fileURLToPath(callFrame.url), ownership))
      callFrame.url = `${fileURLToPath(callFrame.url)}${mark}`;
    pending.push(...node.children);
  }
  writeFileSync(file, JSON.stringify(profile));
}

export const withoutMarks = (html: string): string => html.replaceAll(mark, '');
