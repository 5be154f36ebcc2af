// One input element of a convolution an invocation: the gradient of every output that it is a part of.
override side: u32;
override in_channels: u32;
override out_channels: u32;
override conv_side: u32;
override filter_at: u32;
const kernel_side = 5u;

@group(0) @binding(0) var<storage, read> slopes: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = side * side * in_channels;
  if (id.x >= size) { return; }
  let channel = id.x % in_channels;
  let x = (id.x / in_channels) % side;
  let y = id.x / in_channels / side;
  var sum = 0.0;
  for (var ky = 0u; ky < kernel_side; ky++) {
    // Below zero wraps around and is out of range, too.
    let out_y = y - ky;
    if (out_y >= conv_side) { continue; }
    for (var kx = 0u; kx < kernel_side; kx++) {
      let out_x = x - kx;
      if (out_x >= conv_side) { continue; }
      for (var out = 0u; out < out_channels; out++) {
        let slope = slopes[((id.y * conv_side + out_y) * conv_side + out_x) * out_channels + out];
        sum += slope * weights[filter_at + ((ky * kernel_side + kx) * in_channels + channel) * out_channels + out];
      }
    }
  }
  gradient[id.y * size + id.x] = sum;
}
