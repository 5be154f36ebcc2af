// One weight (or bias, in the row after the last) of a dense layer an invocation: its gradient over the batch, applied.
override batch: u32;
override inputs: u32;
override outputs: u32;
override weights_at: u32;
override bias_at: u32;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> slopes: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> learning_rate: array<f32>;
@group(0) @binding(4) var<storage, read_write> updated: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= (inputs + 1u) * outputs) { return; }
  let row = id.x / outputs;
  let out = id.x % outputs;
  var sum = 0.0;
  for (var image = 0u; image < batch; image++) {
    let slope = slopes[image * outputs + out];
    if (row < inputs) {
      sum += input[image * inputs + row] * slope;
    } else {
      sum += slope;
    }
  }
  let at = select(bias_at + out, weights_at + id.x, row < inputs);
  updated[at] = weights[at] - learning_rate[0] * sum;
}
