// Convolution, bias, ReLU and pooling of the second layer: a pooled pixel with 4 of its 16 channels an invocation. The
// four pixels of its window are 4 vec4 sums in registers; a row of six input pixels serves five taps and two windows.
override batch: u32;
const side = 12u;
const pooled_side = 4u;
const kernel_side = 5u;
const in_quads = 2u;
const out_quads = 4u;
const filter_at = 52u;
const bias_at = 852u;

@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<uniform> filters: array<vec4f, 856>;
@group(0) @binding(2) var<storage, read_write> pooled: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> winners: array<u32>;

struct Window {
  sums: array<vec4f, 4>,
}

fn convolve(image: u32, y: u32, x: u32, quad: u32) -> Window {
  let bias = filters[bias_at + quad];
  var p = bias;
  var q = bias;
  var r = bias;
  var s = bias;
  for (var ky = 0u; ky < kernel_side; ky++) {
    let row = ((image * side + 2u * y + ky) * side + 2u * x) * in_quads;
    for (var channels = 0u; channels < in_quads; channels++) {
      let at = row + channels;
      let below = at + side * in_quads;
      var a = input[at];
      var c = input[below];
      for (var kx = 0u; kx < kernel_side; kx++) {
        let b = input[at + (kx + 1u) * in_quads];
        let d = input[below + (kx + 1u) * in_quads];
        let tap = filter_at + ((ky * kernel_side + kx) * 8u + channels * 4u) * out_quads + quad;
        let w0 = filters[tap];
        let w1 = filters[tap + out_quads];
        let w2 = filters[tap + 2u * out_quads];
        let w3 = filters[tap + 3u * out_quads];
        p += a.x * w0;
        p += a.y * w1;
        p += a.z * w2;
        p += a.w * w3;
        q += b.x * w0;
        q += b.y * w1;
        q += b.z * w2;
        q += b.w * w3;
        r += c.x * w0;
        r += c.y * w1;
        r += c.z * w2;
        r += c.w * w3;
        s += d.x * w0;
        s += d.y * w1;
        s += d.z * w2;
        s += d.w * w3;
        a = b;
        c = d;
      }
    }
  }
  return Window(array(p, q, r, s));
}

fn largest(w: Window) -> vec4f {
  return max(max(max(w.sums[0], w.sums[1]), max(w.sums[2], w.sums[3])), vec4f(0.0));
}

// The place in the window that passed the maximum and ReLU, 4 where ReLU was closed: a byte for each channel.
fn winner(top: vec4f, w: Window) -> u32 {
  var place = select(vec4u(3u), vec4u(2u), w.sums[2] == top);
  place = select(place, vec4u(1u), w.sums[1] == top);
  place = select(place, vec4u(0u), w.sums[0] == top);
  place = select(place, vec4u(4u), top == vec4f(0.0));
  return place.x | (place.y << 8u) | (place.z << 16u) | (place.w << 24u);
}

// All invocations of a workgroup work on the same four channels, so that they read the same weights.
fn placeOf(id: vec3u) -> vec4u {
  let row = id.x / pooled_side;
  return vec4u(row / pooled_side, row % pooled_side, id.x % pooled_side, id.y);
}

@compute @workgroup_size(64)
fn infer(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= batch * pooled_side * pooled_side) { return; }
  let at = placeOf(id);
  pooled[id.x * out_quads + id.y] = largest(convolve(at.x, at.y, at.z, at.w));
}

@compute @workgroup_size(64)
fn train(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= batch * pooled_side * pooled_side) { return; }
  let at = placeOf(id);
  let window = convolve(at.x, at.y, at.z, at.w);
  let top = largest(window);
  pooled[id.x * out_quads + id.y] = top;
  winners[id.x * out_quads + id.y] = winner(top, window);
}
