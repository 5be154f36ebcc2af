// A convolution's weights (and biases, which follow them): the sum of the slices' gradients, applied.
override parts: u32;
override size: u32;
override filter_at: u32;

@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> learning_rate: array<f32>;
@group(0) @binding(3) var<storage, read_write> updated: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= size) { return; }
  var sum = 0.0;
  for (var part = 0u; part < parts; part++) {
    sum += partial[part * size + id.x];
  }
  let at = filter_at + id.x;
  updated[at] = weights[at] - learning_rate[0] * sum;
}
