// Gradient of the second convolution's input, an input pixel with its 8 channels an invocation. Pooling lets one
// gradient in four through: instead of 25 places × 16 channels it goes over the at most 9 windows that can reach the
// pixel, and takes those channels whose winner does.
override batch: u32;
const side = 12u;
const pooled_side = 4u;
const kernel_side = 5u;
const out_channels = 16u;
const out_quads = 4u;
const closed = 4u;

@group(0) @binding(0) var<storage, read> slopes: array<vec4f>;
@group(0) @binding(1) var<storage, read> winners: array<u32>;
@group(0) @binding(2) var<storage, read> turned: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> gradient: array<vec4f>;

// The first window whose place in row (or column) 2w or 2w + 1 is at most four before `at`.
fn first(at: u32) -> u32 { return select(0u, (at - 4u) / 2u, at > 4u); }

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= batch * side * side) { return; }
  let x = id.x % side;
  let y = (id.x / side) % side;
  let image = id.x / side / side;
  var low = vec4f(0.0);
  var high = vec4f(0.0);
  for (var wy = first(y); wy <= min(pooled_side - 1u, y / 2u); wy++) {
    for (var wx = first(x); wx <= min(pooled_side - 1u, x / 2u); wx++) {
      let window = ((image * pooled_side + wy) * pooled_side + wx) * out_quads;
      for (var quad = 0u; quad < out_quads; quad++) {
        let places = winners[window + quad];
        let slope = slopes[window + quad];
        for (var lane = 0u; lane < 4u; lane++) {
          let place = (places >> (8u * lane)) & 255u;
          // Below zero wraps around and is out of range, too.
          let ky = y - 2u * wy - (place >> 1u);
          let kx = x - 2u * wx - (place & 1u);
          if (place == closed || ky >= kernel_side || kx >= kernel_side) { continue; }
          let at = ((ky * kernel_side + kx) * out_channels + quad * 4u + lane) * 2u;
          low += slope[lane] * turned[at];
          high += slope[lane] * turned[at + 1u];
        }
      }
    }
  }
  gradient[id.x * 2u] = low;
  gradient[id.x * 2u + 1u] = high;
}
