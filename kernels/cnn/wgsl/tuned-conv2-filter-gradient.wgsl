// Gradient of the second convolution's filter over a slice of the batch: one row of five taps of one output channel an
// invocation, 10 vec4 sums for the 8 input channels. The row of taps under a winner is one run of 10 vec4. The first
// row takes the bias along.
override batch: u32;
override slice: u32;
const side = 12u;
const pooled_side = 4u;
const kernel_side = 5u;
const in_quads = 2u;
const out_channels = 16u;
const out_quads = 4u;
const closed = 4u;
const size = 3216u;

@group(0) @binding(0) var<storage, read> input: array<vec4f>;
@group(0) @binding(1) var<storage, read> slopes: array<f32>;
@group(0) @binding(2) var<storage, read> winners: array<u32>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let out = id.x % out_channels;
  let ky = (id.x / out_channels) % kernel_side;
  let part = id.x / out_channels / kernel_side;
  if (part * slice >= batch) { return; }
  var sums: array<vec4f, 10>;
  var bias = 0.0;
  for (var image = part * slice; image < min(batch, (part + 1u) * slice); image++) {
    for (var window = 0u; window < pooled_side * pooled_side; window++) {
      let pooled = image * pooled_side * pooled_side + window;
      let place = (winners[pooled * out_quads + out / 4u] >> (8u * (out % 4u))) & 255u;
      if (place == closed) { continue; }
      let slope = slopes[pooled * out_channels + out];
      let y = 2u * (window / pooled_side) + (place >> 1u) + ky;
      let x = 2u * (window % pooled_side) + (place & 1u);
      let at = ((image * side + y) * side + x) * in_quads;
      for (var step = 0u; step < 10u; step++) {
        sums[step] += slope * input[at + step];
      }
      bias += slope;
    }
  }
  for (var step = 0u; step < 10u; step++) {
    for (var lane = 0u; lane < 4u; lane++) {
      partial[part * size + (ky * 40u + step * 4u + lane) * out_channels + out] = sums[step][lane];
    }
  }
  if (ky == 0u) {
    partial[part * size + 3200u + out] = bias;
  }
}
