import { wasmVariants } from '../../src/backends/wasm/variant.ts';
import type { MatmulInput, Product } from './input.ts';

export const [simd, simdThreads] = wasmVariants<MatmulInput, Product>({
  sameAlgorithm: true,
  summary: 'packed panels and a 6×8 tile of fused multiply–adds on 128-bit vectors',
  module: new URL('./assembly/matmul.wasm', import.meta.url),
  kernel: new URL('./simd-kernel.ts', import.meta.url),
  arrays: ({ m, k, n }, threads, { packedBLength, scratchLength }) => ({
    a: { kind: 'f32', length: m * k },
    b: { kind: 'f32', length: k * n },
    c: { kind: 'f32', length: m * n },
    packedB: { kind: 'f32', length: packedBLength!(k, n) },
    scratch: { kind: 'f32', length: threads * scratchLength!() },
  }),
  scalars: ({ m, k, n }) => ({ m, k, n }),
  upload({ a, b }, arrays) {
    arrays.a?.set(a);
    arrays.b?.set(b);
  },
  download: ({ c }) => (c as Float32Array).slice(),
});
