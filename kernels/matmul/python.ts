import { pythonVariant } from '../../src/backends/python/variant.ts';
import type { MatmulInput, Product } from './input.ts';

/** The native peers: OpenBLAS by NumPy, cuBLAS by PyTorch where it finds a CUDA device (else its CPU library). */
export const python = (['numpy', 'torch'] as const).map(name =>
  pythonVariant<MatmulInput, Product>({
    name,
    sameAlgorithm: true,
    summary: { numpy: 'numpy.matmul (BLAS), all cores', torch: 'torch.matmul (cuBLAS in f32 without TF32)' }[name],
    file: new URL('./peers.py', import.meta.url),
    kernel: name,
    scalars: ({ m, k, n }) => ({ m, k, n }),
    arrays: ({ a, b }) => ({ a, b }),
    output: bytes => new Float32Array(bytes),
  }),
);
