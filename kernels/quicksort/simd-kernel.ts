import { share } from '../../src/backends/threads/worker.ts';
import { wasmKernel } from '../../src/backends/wasm/variant.ts';
import { buckets, digitBits, digits } from './radix.ts';
import { lanes } from './simd.ts';

/**
 * The parallel radix sort of `threads-kernel.ts`, its steps in WebAssembly. Digits go input → pong → ping → pong →
 * ping; f32 keys are encoded into ping first. One thread alone counts all digits in one pass, because moving its keys
 * changes no count.
 */
export const kernel = wasmKernel(job => {
  const { functions, addresses, scalars, thread, threads } = job;
  const { count, countAll, decode, encode, firstPlaces, move } = functions;
  const { length = 0, floats = 0 } = scalars;
  const { input = 0, ping = 0, pong = 0, counts = 0, places = 0 } = addresses;
  const [first, end] = share(length, job, lanes);
  const part = first * 4;
  const mine = end - first;
  const row = buckets * 4;
  const ownPlaces = places + thread * row;

  if (floats) encode!(input + part, mine, ping + part);
  const source = floats ? ping : input;
  if (threads === 1) countAll!(source, length, counts);
  for (let digit = 0; digit < digits; digit++) {
    const shift = digit * digitBits;
    const from = digit === 0 ? source : digit % 2 === 1 ? pong : ping;
    const to = digit % 2 === 0 ? pong : ping;
    const rows = counts + digit * threads * row;
    if (threads > 1) {
      count!(from + part, mine, shift, rows + thread * row);
      job.barrier();
    }
    firstPlaces!(rows, thread, threads, ownPlaces);
    move!(from + part, mine, shift, ownPlaces, to);
    job.barrier();
  }
  if (floats) decode!(ping + part, mine);
});
