import type * as Jax from '@jax-js/jax';
import { VariantFailure, VariantSkipped } from '../../src/backends/failure.ts';
import type { Prepared, Variant } from '../../src/backends/variant.ts';
import type { MatmulInput, Product } from './input.ts';

let opening: Promise<typeof Jax> | undefined;

/**
 * jax-js on its WebAssembly backend. It opens threads where it finds a global `Worker`, which Node has not: one thread,
 * and it is asked, because gpu.js and TensorFlow.js share this process and may define one.
 */
async function openJax(): Promise<typeof Jax> {
  const jax = await import('@jax-js/jax');
  const devices = await jax.init('wasm');
  if (!devices.includes('wasm'))
    throw new VariantSkipped(`@jax-js/jax has no WebAssembly backend here; it offers ${devices.join(', ')}`);
  jax.defaultDevice('wasm');
  return jax;
}

/** The peer with a compiler: jax-js generates a WebAssembly kernel for every shape. */
export const jax: Variant<MatmulInput, Product> = {
  name: '@jax-js/jax',
  sameAlgorithm: true,
  summary: 'numpy.matmul of the package @jax-js/jax, WebAssembly backend, one thread',
  unsupported: ({ m, k, n }) => (m * k * n === 0 ? 'jax-js has no kernels for arrays of length 0' : undefined),
  async prepare(_device, shape): Promise<Prepared<MatmulInput, Product>> {
    if ('Worker' in globalThis)
      throw new VariantFailure('runtime-error', '@jax-js/jax found a global Worker and would open threads');
    opening ??= openJax();
    const { numpy, blockUntilReady } = await opening;
    const { m, k, n } = shape;
    let a: Jax.Array | undefined;
    let b: Jax.Array | undefined;
    let c: Jax.Array | undefined;
    const drop = (): void => {
      for (const array of [a, b, c]) array?.dispose();
      a = b = c = undefined;
    };
    return {
      shape: 'offload',
      async upload(input) {
        drop();
        a = numpy.array(input.a as Float32Array<ArrayBuffer>, { shape: [m, k] });
        b = numpy.array(input.b as Float32Array<ArrayBuffer>, { shape: [k, n] });
        await blockUntilReady([a, b]);
      },
      async dispatch() {
        c?.dispose();
        c = undefined;
        // Operations take their arguments' ownership; `ref` keeps them for the next call.
        if (a && b) c = numpy.matmul(a.ref, b.ref);
        await blockUntilReady([c]);
      },
      async readback() {
        if (!c) throw new Error('@jax-js/jax: nothing was multiplied');
        // A copy of its own: the array may be a view of the library's memory.
        return Float32Array.from((await c.ref.data()) as Float32Array);
      },
      ranOn: () => 'cpu',
      async [Symbol.asyncDispose]() {
        drop();
      },
    };
  },
};
