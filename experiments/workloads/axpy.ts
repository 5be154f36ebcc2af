import { callVariant } from '../../src/backends/js.ts';
import type { Variant } from '../../src/backends/variant.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';

/**
 * y ← x + y/2, eight times over: so little arithmetic (2 flops for 12 bytes) that moving the data is all there is.
 * `residency` says whether y stays on the device between the eight rounds, or comes back and goes there again between
 * every two of them; x stays there in both.
 *
 * Bound of a round on a device with B bytes/s: 12n/B. Over the bus go 8n bytes there and 4n back once, and in each of
 * the seven round trips 4n back and 4n there again: 12n bytes with y resident, 68n with round trips.
 * Error: |eₖ₊₁| ≤ |eₖ|/2 + u|yₖ₊₁| with |y| ≤ 2, so never above 4u = 2⁻²².
 */
interface Input {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly residency: 'resident' | 'round-trip';
}

const rounds = 8;

function axpy({ x, y }: Input): Float32Array {
  const result = y.slice();
  for (let round = 0; round < rounds; round++)
    for (let i = 0; i < result.length; i++) result[i] = x[i]! + result[i]! / 2;
  return result;
}

const code = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i < arrayLength(&y)) { y[i] = x[i] + y[i] / 2.0; }
}`;

/** At most 65,535 workgroups fit into one dimension. */
function gridOf(count: number): [number, number] {
  const wide = Math.min(count, 32_768);
  return [wide, Math.ceil(count / wide)];
}

const rounding = webgpuVariant<Input, Float32Array>({
  name: 'webgpu-naive',
  sameAlgorithm: true,
  plan: (_gpu, { x }) => ({
    buffers: { x: { bytes: x.byteLength, role: 'in' }, y: { bytes: x.byteLength, role: 'inout' } },
    passes: Array.from({ length: rounds }, (_, round) => ({
      label: `round ${round}`,
      code,
      bindings: ['x', 'y'],
      workgroups: gridOf(Math.ceil(x.length / 64)),
    })),
  }),
  upload: ({ x, y }) => ({ x, y }),
  download: ({ y }) => new Float32Array(y as ArrayBuffer),
});

/** All rounds in one submission, or with a way back and there again for y between every two of them. */
const webgpu: Variant<Input, Float32Array> = {
  name: 'webgpu-naive',
  sameAlgorithm: true,
  async prepare(device, input) {
    const staged = await rounding.prepare(device, input);
    if (input.residency === 'resident') return staged;
    return {
      ...staged,
      async dispatch() {
        for (let round = 0; round < rounds; round++) {
          if (round > 0) await staged.uploadSome({ y: await staged.readback() });
          await staged.dispatchSome(round, round + 1);
        }
      },
    };
  },
};

export default defineWorkload<Input, Float32Array>({
  name: 'axpy',
  summary: 'y ← x + y/2, eight times: nothing but moving data',
  sizeMeaning: 'n: elements of x and y',
  sizes: { smoke: 1000, small: 4096, medium: 262_144, large: 4_194_304 },
  parameters: { residency: ['resident', 'round-trip'] },
  inputs: (n, random, { residency }) => ({
    x: uniform(random, n),
    y: uniform(random, n),
    residency: residency === 'round-trip' ? 'round-trip' : 'resident',
  }),
  reference(input) {
    const wide = Float64Array.from(input.y);
    for (let round = 0; round < rounds; round++)
      for (let i = 0; i < wide.length; i++) wide[i] = input.x[i]! + wide[i]! / 2;
    return Float32Array.from(wide);
  },
  tolerance: () => ({
    kind: 'absolute',
    bound: 2 ** -22 + 2 ** -23,
    reason: '4u from the rounds, and the rounding of the reference',
  }),
  work(n, { residency }) {
    const trips = residency === 'round-trip' ? rounds - 1 : 0;
    return {
      operations: 2 * rounds * n,
      operationUnit: 'flop',
      bytesRead: 8 * n,
      bytesWritten: 4 * n,
      bytesToDevice: (8 + 4 * trips) * n,
      bytesFromDevice: (4 + 4 * trips) * n,
      items: n,
      itemUnit: 'element',
    };
  },
  variants: [callVariant({ name: 'naive', sameAlgorithm: true, compute: axpy }), webgpu],
});
