import { callVariant, defineWorkload, threadsVariant, uniform, webgpuVariant } from 'parallelogram';

type Input = { readonly x: Float32Array };

function blur({ x }: Input): Float32Array {
  const last = x.length - 1;
  return x.map((value, i) => (x[Math.max(i - 1, 0)]! + value + x[Math.min(i + 1, last)]!) / 3);
}

/** The same on every core: the arrays are shared, examples/blur-kernel.ts runs in each thread. */
const threads = threadsVariant<Input, Float32Array>({
  name: 'threads',
  sameAlgorithm: true,
  kernel: new URL('./blur-kernel.ts', import.meta.url),
  arrays: ({ x }) => ({ x: { kind: 'f32', length: x.length }, y: { kind: 'f32', length: x.length } }),
  upload: ({ x }, shared) => shared.x!.set(x),
  download: shared => Float32Array.from(shared.y!),
});

const code = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let last = arrayLength(&x) - 1u;
  if (i > last) { return; }
  y[i] = (x[max(i, 1u) - 1u] + x[i] + x[min(i + 1u, last)]) / 3.0;
}`;

/** The same in WGSL: buffers and passes are plain data; upload, dispatch and readback are timed apart. */
const webgpu = webgpuVariant<Input, Float32Array>({
  name: 'webgpu-naive',
  sameAlgorithm: true,
  plan: (_gpu, { x }) => ({
    buffers: { x: { bytes: x.byteLength, role: 'in' }, y: { bytes: x.byteLength, role: 'out' } },
    passes: [{ label: 'blur', code, bindings: ['x', 'y'], workgroups: [Math.ceil(x.length / 64)] }],
  }),
  upload: ({ x }) => ({ x }),
  download: ({ y }) => new Float32Array(y!),
});

export default defineWorkload({
  name: 'blur',
  summary: 'three-point average of a line',
  sizes: { small: 1000, large: 1_000_000 },
  inputs: (n, random) => ({ x: uniform(random, n) }),
  reference: ({ x }: Input) => {
    const at = (i: number) => x[Math.min(Math.max(i, 0), x.length - 1)]!;
    return Float32Array.from(x, (value, i) => (at(i - 1) + value + at(i + 1)) / 3);
  },
  tolerance: () => ({
    kind: 'absolute',
    bound: 5 * 2 ** -24,
    reason: 'four roundings of numbers below 3, and the reference’s',
  }),
  work: n => ({
    ...{ operations: 3 * n, operationUnit: 'flop', items: n, itemUnit: 'element' },
    ...{ bytesRead: 4 * n, bytesWritten: 4 * n, bytesToDevice: 4 * n, bytesFromDevice: 4 * n },
  }),
  variants: [callVariant({ name: 'naive', sameAlgorithm: true, compute: blur }), threads, webgpu],
});
