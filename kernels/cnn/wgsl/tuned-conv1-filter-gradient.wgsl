// Gradient of the first convolution's filter over one image: one output channel with its 25 taps an invocation.
override batch: u32;
const side = 28u;
const pooled_side = 12u;
const kernel_side = 5u;
const out_channels = 8u;
const out_quads = 2u;
const closed = 4u;
const size = 208u;

@group(0) @binding(0) var<storage, read> images: array<f32>;
@group(0) @binding(1) var<storage, read> slopes: array<f32>;
@group(0) @binding(2) var<storage, read> winners: array<u32>;
@group(0) @binding(3) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let out = id.x % out_channels;
  let image = id.x / out_channels;
  if (image >= batch) { return; }
  var sums: array<f32, 25>;
  var bias = 0.0;
  for (var window = 0u; window < pooled_side * pooled_side; window++) {
    let pooled = image * pooled_side * pooled_side + window;
    let place = (winners[pooled * out_quads + out / 4u] >> (8u * (out % 4u))) & 255u;
    if (place == closed) { continue; }
    let slope = slopes[pooled * out_channels + out];
    let y = 2u * (window / pooled_side) + (place >> 1u);
    let x = 2u * (window % pooled_side) + (place & 1u);
    let at = (image * side + y) * side + x;
    for (var ky = 0u; ky < kernel_side; ky++) {
      for (var kx = 0u; kx < kernel_side; kx++) {
        sums[ky * kernel_side + kx] += slope * images[at + ky * side + kx];
      }
    }
    bias += slope;
  }
  for (var tap = 0u; tap < 25u; tap++) {
    partial[image * size + tap * out_channels + out] = sums[tap];
  }
  partial[image * size + 200u + out] = bias;
}
