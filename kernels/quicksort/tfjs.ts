import { tfjsVariants } from '../../src/backends/tfjs/variant.ts';
import type { SortInput } from './inputs.ts';
import { decodeKeys, encodeKeys, type Keys } from './order.ts';

/** The largest int32: subtracting a code from it turns ascending u32 codes into descending int32 ones, and back. */
const most = 0x7fffffff;

/**
 * TensorFlow.js has no sort; `tf.topk` with k = n is one, in descending order. Codes go through it as int32, which is
 * exact where the kernel is (WebAssembly, TensorFlow).
 */
export const topk = tfjsVariants<SortInput, Keys>({
  sameAlgorithm: false,
  summary: 'tf.topk with k = n on int32 codes',
  unsupported: ({ keys }) => (keys.length === 0 ? 'tf.topk needs at least one key' : undefined),
  upload(tf, { keys }) {
    const codes = encodeKeys(keys);
    for (let i = 0; i < codes.length; i++) codes[i] = most - codes[i]!;
    return { codes: tf.tensor1d(new Int32Array(codes.buffer), 'int32') };
  },
  compute: (tf, { codes }, { keys }) => ({ sorted: tf.topk(codes as never, keys.length, true).values }),
  readback({ sorted }, { keys }) {
    const codes = new Uint32Array(keys.length);
    for (let i = 0; i < codes.length; i++) codes[i] = most - sorted![i]!;
    return decodeKeys(codes, keys);
  },
});

const roundsOnWebgpu =
  'tf.topk on the WebGPU backend (4.22.0) converts int32 to f32, which keeps 24 of 32 bits, and loses the order of ±0 and NaN among f32 keys';

/** Every TensorFlow.js backend; the WebGPU one is declined, and a test shows what it would do. */
export const tfjs = topk.map(variant =>
  variant.name === 'tfjs-webgpu' ? { ...variant, unsupported: () => roundsOnWebgpu } : variant,
);
