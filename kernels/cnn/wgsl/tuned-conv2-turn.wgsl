// The second layer's filter with input channels fastest, [ky][kx][out][in]: what its input's gradient reads in vec4.
const filter_at = 208u;
const in_channels = 8u;
const out_channels = 16u;
const size = 3200u;

@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read_write> turned: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= size) { return; }
  let channel = id.x % in_channels;
  let out = (id.x / in_channels) % out_channels;
  let tap = id.x / in_channels / out_channels;
  turned[id.x] = weights[filter_at + (tap * in_channels + channel) * out_channels + out];
}
