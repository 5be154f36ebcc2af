// Gradient of the first dense layer's input: a tile of 4 images × 4 inputs an invocation; a row of weights lies along
// the outputs, so that four of its steps are one dot product.
override tiles: u32;
const in_quads = 64u;
const out_quads = 32u;
const weights_at = 856u;

@group(0) @binding(0) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(1) var<storage, read> weights: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> gradient: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let quad = id.x % in_quads;
  let tile = id.x / in_quads;
  if (tile >= tiles) { return; }
  var a = vec4f(0.0);
  var b = vec4f(0.0);
  var c = vec4f(0.0);
  var d = vec4f(0.0);
  let row = tile * 4u * out_quads;
  for (var k = 0u; k < out_quads; k++) {
    let at = weights_at + quad * 4u * out_quads + k;
    let w0 = weights[at];
    let w1 = weights[at + out_quads];
    let w2 = weights[at + 2u * out_quads];
    let w3 = weights[at + 3u * out_quads];
    let p = slopes[row + k];
    let q = slopes[row + out_quads + k];
    let r = slopes[row + 2u * out_quads + k];
    let s = slopes[row + 3u * out_quads + k];
    a += vec4f(dot(p, w0), dot(p, w1), dot(p, w2), dot(p, w3));
    b += vec4f(dot(q, w0), dot(q, w1), dot(q, w2), dot(q, w3));
    c += vec4f(dot(r, w0), dot(r, w1), dot(r, w2), dot(r, w3));
    d += vec4f(dot(s, w0), dot(s, w1), dot(s, w2), dot(s, w3));
  }
  let to = tile * 4u * in_quads + quad;
  gradient[to] = a;
  gradient[to + in_quads] = b;
  gradient[to + 2u * in_quads] = c;
  gradient[to + 3u * in_quads] = d;
}
