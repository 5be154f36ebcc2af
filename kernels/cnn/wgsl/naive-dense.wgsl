// One output an invocation: a row of the input times a column of the weights, the bias, and ReLU where asked for.
override inputs: u32;
override outputs: u32;
override weights_at: u32;
override bias_at: u32;
override relu: bool;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= outputs) { return; }
  var sum = weights[bias_at + id.x];
  for (var index = 0u; index < inputs; index++) {
    sum += input[id.y * inputs + index] * weights[weights_at + index * outputs + id.x];
  }
  output[id.y * outputs + id.x] = select(sum, max(sum, 0.0), relu);
}
