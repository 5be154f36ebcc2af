import { share } from '../../src/backends/threads/worker.ts';
import { wasmKernel } from '../../src/backends/wasm/variant.ts';
import { tile } from './simd.ts';

/** Each thread integrates its share of the tiles; they are a cache line of output each. */
export const kernel = wasmKernel(job => {
  const { functions, addresses, scalars } = job;
  const { rho = 0, start = 0, output = 0 } = addresses;
  const { count = 0, steps = 0, step = 0, sigma = 0, beta = 0 } = scalars;
  const [from, to] = share(count, job, tile);
  functions.integrate!(rho, start, output, count, from, to, steps, step, sigma, beta);
});
