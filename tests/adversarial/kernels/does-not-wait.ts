import type { Prepared } from '../../../src/backends/variant.ts';
import { webgpuVariant } from '../../../src/backends/webgpu/variant.ts';
import { type Input, victim } from '../victim.ts';

const code = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
  var slow = x[id.x];
  for (var i = 0; i < 2000; i++) { slow = fma(slow, 0.5, 0.1); }
  y[id.x] = 2.0 * x[id.x] + 1.0 + max(0.0, slow - 1e30);
}`;

const honest = webgpuVariant<Input, Float32Array>({
  name: 'webgpu-tuned',
  sameAlgorithm: true,
  plan: (_gpu, { x }) => ({
    buffers: { x: { bytes: x.byteLength, role: 'in' }, y: { bytes: x.byteLength, role: 'out' } },
    passes: [{ label: 'affine', code, bindings: ['x', 'y'], workgroups: [x.length / 64] }],
  }),
  upload: ({ x }) => ({ x }),
  download: ({ y }) => new Float32Array(y as ArrayBuffer),
});

/** Says that it is done as soon as the work is queued; the readback then waits for it, so the answer is right. */
export default victim({
  ...honest,
  async prepare(device, input) {
    const prepared: Prepared<Input, Float32Array> = await honest.prepare(device, input);
    let queued: Promise<void> = Promise.resolve();
    return {
      ...prepared,
      async dispatch() {
        queued = prepared.dispatch();
      },
      async readback() {
        await queued;
        return prepared.readback();
      },
    };
  },
});
