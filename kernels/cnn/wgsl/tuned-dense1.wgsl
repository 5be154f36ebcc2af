// The first dense layer with bias and ReLU: a tile of 4 images × 4 outputs an invocation; four steps of the sum a turn
// are 8 vec4 loads for 128 flops. Rows beyond the batch exist in the buffers and are computed for nothing.
override tiles: u32;
const in_quads = 64u;
const out_quads = 32u;
const weights_at = 856u;
const bias_at = 9048u;

@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4f>;

fn step(sum: vec4f, x: vec4f, w: mat4x4f) -> vec4f {
  var next = sum + x.x * w[0];
  next += x.y * w[1];
  next += x.z * w[2];
  return next + x.w * w[3];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quad = id.x % out_quads;
  let tile = id.x / out_quads;
  if (tile >= tiles) { return; }
  let bias = weights[bias_at + quad];
  var a = bias;
  var b = bias;
  var c = bias;
  var d = bias;
  let row = tile * 4u * in_quads;
  for (var k = 0u; k < in_quads; k++) {
    let at = weights_at + k * 4u * out_quads + quad;
    let w = mat4x4f(
      weights[at],
      weights[at + out_quads],
      weights[at + 2u * out_quads],
      weights[at + 3u * out_quads],
    );
    a = step(a, input[row + k], w);
    b = step(b, input[row + in_quads + k], w);
    c = step(c, input[row + 2u * in_quads + k], w);
    d = step(d, input[row + 3u * in_quads + k], w);
  }
  let to = tile * 4u * out_quads + quad;
  output[to] = max(a, vec4f(0.0));
  output[to + out_quads] = max(b, vec4f(0.0));
  output[to + 2u * out_quads] = max(c, vec4f(0.0));
  output[to + 3u * out_quads] = max(d, vec4f(0.0));
}
