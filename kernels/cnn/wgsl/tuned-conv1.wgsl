// Convolution, bias, ReLU and pooling of the first layer: a pooled pixel with its 8 channels an invocation. The four
// pixels of its window are 8 vec4 sums in registers. The taps are written in by webgpu-conv1.ts.
override batch: u32;
const side = 28u;
const pooled_side = 12u;
const bias_at = 50u;

@group(0) @binding(0) var<storage, read> images: array<f32>;
@group(0) @binding(1) var<uniform> filters: array<vec4f, 856>;
@group(0) @binding(2) var<storage, read_write> pooled: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> winners: array<u32>;

struct Window {
  sums: array<array<vec4f, 2>, 4>,
}

fn convolve(image: u32, y: u32, x: u32) -> Window {
  let low = filters[bias_at];
  let high = filters[bias_at + 1u];
  var a0 = low; var a1 = high;
  var b0 = low; var b1 = high;
  var c0 = low; var c1 = high;
  var d0 = low; var d1 = high;
  // TAPS
  return Window(array(array(a0, a1), array(b0, b1), array(c0, c1), array(d0, d1)));
}

fn largest(a: vec4f, b: vec4f, c: vec4f, d: vec4f) -> vec4f {
  return max(max(max(a, b), max(c, d)), vec4f(0.0));
}

// The place in the window that passed the maximum and ReLU, 4 where ReLU was closed: a byte for each channel.
fn winner(top: vec4f, a: vec4f, b: vec4f, c: vec4f) -> u32 {
  var place = select(vec4u(3u), vec4u(2u), c == top);
  place = select(place, vec4u(1u), b == top);
  place = select(place, vec4u(0u), a == top);
  place = select(place, vec4u(4u), top == vec4f(0.0));
  return place.x | (place.y << 8u) | (place.z << 16u) | (place.w << 24u);
}

@compute @workgroup_size(64)
fn infer(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= batch * pooled_side * pooled_side) { return; }
  let row = id.x / pooled_side;
  let w = convolve(row / pooled_side, row % pooled_side, id.x % pooled_side);
  pooled[id.x * 2u] = largest(w.sums[0][0], w.sums[1][0], w.sums[2][0], w.sums[3][0]);
  pooled[id.x * 2u + 1u] = largest(w.sums[0][1], w.sums[1][1], w.sums[2][1], w.sums[3][1]);
}

@compute @workgroup_size(64)
fn train(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= batch * pooled_side * pooled_side) { return; }
  let row = id.x / pooled_side;
  let w = convolve(row / pooled_side, row % pooled_side, id.x % pooled_side);
  let low = largest(w.sums[0][0], w.sums[1][0], w.sums[2][0], w.sums[3][0]);
  let high = largest(w.sums[0][1], w.sums[1][1], w.sums[2][1], w.sums[3][1]);
  pooled[id.x * 2u] = low;
  pooled[id.x * 2u + 1u] = high;
  winners[id.x * 2u] = winner(low, w.sums[0][0], w.sums[1][0], w.sums[2][0]);
  winners[id.x * 2u + 1u] = winner(high, w.sums[0][1], w.sums[1][1], w.sums[2][1]);
}
