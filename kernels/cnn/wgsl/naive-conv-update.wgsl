// One weight (or bias, after the last weight) of a convolution an invocation: its gradient over the batch, applied.
override batch: u32;
override side: u32;
override in_channels: u32;
override out_channels: u32;
override conv_side: u32;
override filter_at: u32;
override bias_at: u32;
const kernel_side = 5u;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read> slopes: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> learning_rate: array<f32>;
@group(0) @binding(4) var<storage, read_write> updated: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = kernel_side * kernel_side * in_channels * out_channels;
  if (id.x >= size + out_channels) { return; }
  let out = id.x % out_channels;
  let channel = (id.x / out_channels) % in_channels;
  let kx = (id.x / out_channels / in_channels) % kernel_side;
  let ky = id.x / out_channels / in_channels / kernel_side;
  var sum = 0.0;
  for (var image = 0u; image < batch; image++) {
    for (var y = 0u; y < conv_side; y++) {
      for (var x = 0u; x < conv_side; x++) {
        let slope = slopes[((image * conv_side + y) * conv_side + x) * out_channels + out];
        if (id.x < size) {
          sum += input[((image * side + y + ky) * side + x + kx) * in_channels + channel] * slope;
        } else {
          sum += slope;
        }
      }
    }
  }
  let at = select(bias_at + out, filter_at + id.x, id.x < size);
  updated[at] = weights[at] - learning_rate[0] * sum;
}
