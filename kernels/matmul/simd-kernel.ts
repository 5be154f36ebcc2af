import { share } from '../../src/backends/threads/worker.ts';
import { wasmKernel } from '../../src/backends/wasm/variant.ts';

/** The tile of assembly/matmul.ts. */
const tile = { rows: 6, columns: 8 };

/** The threads pack B together, meet, and then each multiplies a band of rows of A with it. */
export const kernel = wasmKernel(job => {
  const { functions, addresses, scalars, thread } = job;
  const { m = 0, k = 0, n = 0 } = scalars;
  const { a = 0, b = 0, c = 0, packedB = 0, scratch = 0 } = addresses;
  const panels = Math.ceil(n / tile.columns);
  functions.packB!(b, packedB, k, n, ...share(panels, job));
  job.barrier();
  const own = scratch + thread * 4 * functions.scratchLength!();
  const [from, to] = share(m, job, tile.rows);
  functions.multiply!(a, packedB, c, k, n, from, to, own);
});
