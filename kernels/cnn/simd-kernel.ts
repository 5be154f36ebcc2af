import { share } from '../../src/backends/threads/worker.ts';
import { wasmKernel } from '../../src/backends/wasm/variant.ts';

/** Each thread takes its share of the images, four at a time as the dense layers do, through the network. */
export const kernel = wasmKernel(job => {
  const { functions, addresses, scalars, thread } = job;
  const { images = 0, weights = 0, scratch = 0, pooled2 = 0, hidden = 0, logits = 0 } = addresses;
  const [from, to] = share(scalars.batch!, job, 4);
  const own = scratch + thread * 4 * functions.scratchLength!();
  functions.convolutions!(images, weights, own, pooled2, from, to);
  if (scalars.dense) functions.denseLayers!(pooled2, weights, hidden, logits, from, to);
});
