// One output element an invocation: a convolution with its bias and ReLU.
override side: u32;
override in_channels: u32;
override out_channels: u32;
override conv_side: u32;
override filter_at: u32;
override bias_at: u32;
const kernel_side = 5u;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> weights: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= conv_side * conv_side * out_channels) { return; }
  let image = id.y;
  let out = id.x % out_channels;
  let x = (id.x / out_channels) % conv_side;
  let y = id.x / out_channels / conv_side;
  var sum = weights[bias_at + out];
  for (var ky = 0u; ky < kernel_side; ky++) {
    for (var kx = 0u; kx < kernel_side; kx++) {
      for (var channel = 0u; channel < in_channels; channel++) {
        let pixel = ((image * side + y + ky) * side + x + kx) * in_channels + channel;
        let tap = ((ky * kernel_side + kx) * in_channels + channel) * out_channels + out;
        sum += input[pixel] * weights[filter_at + tap];
      }
    }
  }
  output[image * conv_side * conv_side * out_channels + id.x] = max(sum, 0.0);
}
