import { wasmKernel } from '../../src/backends/wasm/variant.ts';
import { longestFirst } from './order.ts';

/** Messages that assembly/sha256.ts hashes at once. */
const lanes = 4;

/** Groups of four messages of like length go to the threads in turns: longest first, each gets equally much. */
export const kernel = wasmKernel(job => {
  const { functions, addresses, thread, threads } = job;
  const { offsets, order } = job.shared as Record<string, Uint32Array>;
  if (thread === 0) longestFirst(offsets!, order!);
  job.barrier();
  const { bytes = 0, offsets: offsetsAddress = 0, order: orderAddress = 0, output = 0, constants = 0 } = addresses;
  const own = (addresses.scratch ?? 0) + (thread * job.shared.scratch!.length) / threads;
  const call = (from: number, to: number): void => {
    functions.hash!(bytes, offsetsAddress, orderAddress, output, constants, own, from, to);
  };
  const messages = order!.length;
  if (threads === 1) call(0, messages);
  else
    for (let from = thread * lanes; from < messages; from += threads * lanes)
      call(from, Math.min(from + lanes, messages));
});
