import { share, type ThreadKernel } from '../../src/backends/threads/worker.ts';
import { blockBytes, type HashInput, messageCount } from './input.ts';
import { encryptBlocks } from './tuned-aes.ts';
import { hashMessages } from './tuned-sha256.ts';

/** Blocks are shared out in this many: 4 KiB, so that no two threads write to one page or share a run of counters. */
const grain = 256;

export const kernel: ThreadKernel = job => {
  const { bytes, offsets, key, counter, message, output } = job.shared as Record<string, Uint8Array>;
  if (key && counter && message && output) {
    const [from, to] = share(Math.ceil(message.length / blockBytes), job, grain);
    encryptBlocks({ key, counter, message, output, from, to });
  } else if (bytes && offsets && output) {
    const input: HashInput = { algorithm: 'sha-256', bytes, offsets: offsets as unknown as Uint32Array };
    const { thread, threads } = job;
    hashMessages({ input, output, from: cut(input, thread / threads), to: cut(input, (thread + 1) / threads) });
  }
};

/** The first message that begins at or after a share of all work; a message costs its bytes and, about, a block. */
function cut(input: HashInput, part: number): number {
  const { offsets } = input;
  const cost = (message: number): number => offsets[message]! + 64 * message;
  const goal = part * cost(messageCount(input));
  let low = 0;
  let high = messageCount(input);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cost(middle) < goal) low = middle + 1;
    else high = middle;
  }
  return low;
}
