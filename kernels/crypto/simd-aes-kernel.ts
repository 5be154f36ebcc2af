import { share } from '../../src/backends/threads/worker.ts';
import { wasmKernel } from '../../src/backends/wasm/variant.ts';
import { blockBytes } from './input.ts';
import { expandKeyWords } from './tables.ts';

/** The tile of assembly/aes.ts. */
const tileBlocks = 8;
/** Tiles are shared out in this many: 4 KiB, so that no two threads write to one page. */
const grain = 32;

export const kernel = wasmKernel(job => {
  const { functions, addresses, thread, threads } = job;
  const { key, counter, message: text, scratch } = job.shared as Record<string, Uint8Array>;
  const { message = 0, output = 0, counter: counterAddress = 0, schedule = 0 } = addresses;
  const expanded = expandKeyWords(key!);
  (job.shared.schedule as Int32Array).set(expanded, thread * 60);
  const rounds = expanded.length / 4 - 1;
  const own = (addresses.scratch ?? 0) + (thread * scratch!.length) / threads;
  functions.sliceKeys!(schedule + thread * 240, own, rounds);
  const blocks = Math.ceil(text!.length / blockBytes) + (counter![15]! % tileBlocks);
  const [from, to] = share(Math.ceil(blocks / tileBlocks), job, grain);
  functions.encrypt!(message, output, text!.length, counterAddress, own, rounds, from, to);
});
