import { wasmKernel } from '../../src/backends/wasm/variant.ts';

/** The tile of assembly/matmul.ts. */
const tile = { rows: 6, columns: 8 };
const [packing, multiplying] = [0, 1] as const;
/** How many panels and bands of rows a thread takes at a time: 0.01 and 0.24 ms at 1024³. */
const size = { panels: 4, bands: 1 };

/**
 * The threads pack B together, and then multiply bands of rows of A with it. Both are shared out while they are done, so that
 * a thread that wakes up late or is put aside for a few milliseconds, of 20 at 1024³, does not hold up the others.
 */
export const kernel = wasmKernel(job => {
  const { functions, addresses, scalars, shares, thread } = job;
  const { m = 0, k = 0, n = 0 } = scalars;
  const { a = 0, b = 0, c = 0, packedB = 0, scratch = 0 } = addresses;
  const panels = Math.ceil(n / tile.columns);
  for (let own = shares.take(packing, panels, size.panels); own; own = shares.take(packing, panels, size.panels)) {
    functions.packB!(b, packedB, k, n, ...own);
    shares.finish(packing, own[1] - own[0]);
  }
  shares.until(packing, panels);
  const bands = Math.ceil(m / tile.rows);
  const ownScratch = scratch + thread * 4 * functions.scratchLength!();
  for (let own = shares.take(multiplying, bands, size.bands); own; own = shares.take(multiplying, bands, size.bands)) {
    const [from, to] = own;
    functions.multiply!(a, packedB, c, k, n, tile.rows * from, Math.min(m, tile.rows * to), ownScratch);
  }
});
