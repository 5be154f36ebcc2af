// One pooling window an invocation: its gradient goes to the first largest element, if ReLU let that through.
override out_channels: u32;
override conv_side: u32;
override pooled_side: u32;

@group(0) @binding(0) var<storage, read> activation: array<f32>;
@group(0) @binding(1) var<storage, read> pooled_slopes: array<f32>;
@group(0) @binding(2) var<storage, read_write> slopes: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let size = pooled_side * pooled_side * out_channels;
  if (id.x >= size) { return; }
  let channel = id.x % out_channels;
  let x = (id.x / out_channels) % pooled_side;
  let y = id.x / out_channels / pooled_side;
  let corner = ((id.y * conv_side + 2u * y) * conv_side + 2u * x) * out_channels + channel;
  var best = corner;
  for (var place = 1u; place < 4u; place++) {
    let at = corner + ((place >> 1u) * conv_side + (place & 1u)) * out_channels;
    if (activation[at] > activation[best]) { best = at; }
  }
  let slope = select(0.0, pooled_slopes[id.y * size + id.x], activation[best] > 0.0);
  for (var place = 0u; place < 4u; place++) {
    let at = corner + ((place >> 1u) * conv_side + (place & 1u)) * out_channels;
    slopes[at] = select(0.0, slope, at == best);
  }
}
