import { wasmVariants } from '../../src/backends/wasm/variant.ts';
import {
  type CnnInput,
  type CnnOutput,
  classes,
  dense1,
  digitsOf,
  pixels,
  pooled2Size,
  weightCount,
} from './network.ts';

/** The bound is in `assembly/cnn.ts`. */
export const [simd, simdThreads] = wasmVariants<CnnInput, CnnOutput>({
  sameAlgorithm: true,
  summary: 'implicit GEMM on 128-bit vectors, bias, ReLU and pooling fused; channels in the lanes',
  unsupported: ({ mode }) =>
    mode === 'training' ? 'the SIMD kernels only infer; `tuned` and `threads` train on the CPU' : undefined,
  module: new URL('./assembly/cnn.wasm', import.meta.url),
  kernel: new URL('./simd-kernel.ts', import.meta.url),
  arrays: ({ batch }, threads, { scratchLength }) => ({
    images: { kind: 'f32', length: batch * pixels },
    weights: { kind: 'f32', length: weightCount },
    scratch: { kind: 'f32', length: threads * scratchLength!() },
    pooled2: { kind: 'f32', length: batch * pooled2Size },
    hidden: { kind: 'f32', length: batch * dense1.outputs },
    logits: { kind: 'f32', length: batch * classes },
  }),
  scalars: ({ batch, mode }) => ({ batch, dense: mode === 'convolutions' ? 0 : 1 }),
  upload({ images, weights }, arrays) {
    arrays.images!.set(images);
    arrays.weights!.set(weights);
  },
  download(arrays, { mode }) {
    if (mode === 'convolutions') return { pooled2: (arrays.pooled2 as Float32Array).slice() };
    const logits = (arrays.logits as Float32Array).slice();
    return { logits, digits: digitsOf(logits) };
  },
});
