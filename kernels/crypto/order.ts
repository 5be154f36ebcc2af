import { paddedBlocks } from './work.ts';

/**
 * Messages in order of their number of blocks, most first, so that those that run in step have equally much to do and
 * the longest begin first. A counting sort: linear in the messages.
 *
 * @param offsets of a HashInput
 * @param order room for as many numbers as there are messages
 */
export function longestFirst(offsets: Uint32Array, order: Uint32Array): void {
  const messages = offsets.length - 1;
  const blocks = Uint32Array.from({ length: messages }, (_, m) => paddedBlocks(offsets[m + 1]! - offsets[m]!));
  const most = blocks.reduce((a, b) => Math.max(a, b), 0);
  const next = new Uint32Array(most + 2);
  for (const count of blocks) next[most - count + 1]! += 1;
  for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
  for (const [message, count] of blocks.entries()) order[next[most - count]!++] = message;
}
