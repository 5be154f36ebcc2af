// One input of a dense layer an invocation: its gradient, and nothing where ReLU had given 0.
override inputs: u32;
override outputs: u32;
override weights_at: u32;

@group(0) @binding(0) var<storage, read> slopes: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read> input: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= inputs) { return; }
  var sum = 0.0;
  for (var out = 0u; out < outputs; out++) {
    sum += slopes[id.y * outputs + out] * weights[weights_at + id.x * outputs + out];
  }
  let at = id.y * inputs + id.x;
  gradient[at] = select(0.0, sum, input[at] > 0.0);
}
