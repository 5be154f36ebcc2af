import { share } from '../../src/backends/threads/worker.ts';
import { wasmKernel } from '../../src/backends/wasm/variant.ts';
import { blockBytes } from './input.ts';
import { simdAesTables } from './simd-aes-tables.ts';

/** Blocks are shared out in this many: 4 KiB, so that no two threads write to one page. */
const grain = 256;

export const kernel = wasmKernel(job => {
  const { functions, addresses, shared, thread, threads } = job;
  const { key, message } = shared as Record<string, Uint8Array>;
  const { message: source = 0, output = 0, counter = 0 } = addresses;
  // Each thread expands the key for itself, in its own part of the tables and the scratch memory.
  const part = (name: string): number => (thread * (shared[name]?.length ?? 0)) / threads;
  (shared.tables as Uint8Array).set(simdAesTables(key!), part('tables'));
  const tables = (addresses.tables ?? 0) + part('tables');
  const scratch = (addresses.scratch ?? 0) + part('scratch');
  const [from, to] = share(Math.ceil(message!.length / blockBytes), job, grain);
  const rounds = key!.length / 4 + 6;
  functions.encrypt!(source, output, message!.length, counter, tables, scratch, rounds, from, to);
});
