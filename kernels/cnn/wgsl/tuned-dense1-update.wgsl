// Gradient of the first dense layer's weights over the batch, applied: a tile of 4 inputs × 4 outputs an invocation;
// the first tile of each column takes the bias along.
override batch: u32;
const in_quads = 64u;
const out_quads = 32u;
const weights_at = 856u;
const bias_at = 9048u;

@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(2) var<storage, read> weights: array<vec4f>;
@group(0) @binding(3) var<storage, read> learning_rate: array<f32>;
@group(0) @binding(4) var<storage, read_write> updated: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quad = id.x % out_quads;
  let rows = id.x / out_quads;
  if (rows >= in_quads) { return; }
  var a = vec4f(0.0);
  var b = vec4f(0.0);
  var c = vec4f(0.0);
  var d = vec4f(0.0);
  var bias = vec4f(0.0);
  for (var image = 0u; image < batch; image++) {
    let x = input[image * in_quads + rows];
    let slope = slopes[image * out_quads + quad];
    a += x.x * slope;
    b += x.y * slope;
    c += x.z * slope;
    d += x.w * slope;
    bias += slope;
  }
  let rate = learning_rate[0];
  let at = weights_at + rows * 4u * out_quads + quad;
  updated[at] = weights[at] - rate * a;
  updated[at + out_quads] = weights[at + out_quads] - rate * b;
  updated[at + 2u * out_quads] = weights[at + 2u * out_quads] - rate * c;
  updated[at + 3u * out_quads] = weights[at + 3u * out_quads] - rate * d;
  if (rows == 0u) {
    updated[bias_at + quad] = weights[bias_at + quad] - rate * bias;
  }
}
