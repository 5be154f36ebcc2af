// One pooled element an invocation: the largest of a 2×2 window.
override out_channels: u32;
override conv_side: u32;
override pooled_side: u32;

@group(0) @binding(0) var<storage, read> input: array<f32>;
@group(0) @binding(1) var<storage, read_write> output: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= pooled_side * pooled_side * out_channels) { return; }
  let channel = id.x % out_channels;
  let x = (id.x / out_channels) % pooled_side;
  let y = id.x / out_channels / pooled_side;
  let corner = ((id.y * conv_side + 2u * y) * conv_side + 2u * x) * out_channels + channel;
  let below = corner + conv_side * out_channels;
  let upper = max(input[corner], input[corner + out_channels]);
  let lower = max(input[below], input[below + out_channels]);
  output[id.y * pooled_side * pooled_side * out_channels + id.x] = max(upper, lower);
}
