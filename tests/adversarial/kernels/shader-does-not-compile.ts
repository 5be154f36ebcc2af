import { webgpuVariant } from '../../../src/backends/webgpu/variant.ts';
import { type Input, victim } from '../victim.ts';

const code = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = 2.0 * z[id.x] + 1; }`;

export default victim(
  webgpuVariant<Input, Float32Array>({
    name: 'webgpu-tuned',
    sameAlgorithm: true,
    plan: (_gpu, { x }) => ({
      buffers: { x: { bytes: x.byteLength, role: 'in' }, y: { bytes: x.byteLength, role: 'out' } },
      passes: [{ label: 'affine', code, bindings: ['x', 'y'], workgroups: [x.length / 64] }],
    }),
    upload: ({ x }) => ({ x }),
    download: ({ y }) => new Float32Array(y as ArrayBuffer),
  }),
);
