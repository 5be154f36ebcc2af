// Lorenz by RK4, one step. `state` holds all x, then all y, then all z.
override sigma: f32 = 10;
override beta: f32 = 2.6666667;
override step: f32 = 0.00390625;

@group(0) @binding(0) var<storage, read> source: array<f32>; // the start in `begin`, every trajectory's rho in `advance`
@group(0) @binding(1) var<storage, read_write> state: array<f32>;

@compute @workgroup_size(64)
fn begin(@builtin(global_invocation_id) id: vec3u) {
  let count = arrayLength(&state) / 3u;
  let i = id.x;
  if (i >= count) { return; }
  state[i] = source[0];
  state[count + i] = source[1];
  state[2u * count + i] = source[2];
}

fn slope(s: vec3f, rho: f32) -> vec3f {
  return vec3f(sigma * (s.y - s.x), s.x * (rho - s.z) - s.y, s.x * s.y - beta * s.z);
}

@compute @workgroup_size(64)
fn advance(@builtin(global_invocation_id) id: vec3u) {
  let count = arrayLength(&state) / 3u;
  let i = id.x;
  if (i >= count) { return; }
  let rho = source[i];
  let s = vec3f(state[i], state[count + i], state[2u * count + i]);
  let k1 = slope(s, rho);
  let k2 = slope(s + step / 2 * k1, rho);
  let k3 = slope(s + step / 2 * k2, rho);
  let k4 = slope(s + step * k3, rho);
  let next = s + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
  state[i] = next.x;
  state[count + i] = next.y;
  state[2u * count + i] = next.z;
}
