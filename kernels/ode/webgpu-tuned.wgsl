// Lorenz by RK4, all steps, four trajectories an invocation. Planes of x, y and z, each of arrayLength(rho) vec4s.
override sigma: f32 = 10;
override beta: f32 = 2.6666667;
override step: f32 = 0.00390625;
override steps: u32 = 256;

@group(0) @binding(0) var<storage, read> rho: array<vec4f>;
@group(0) @binding(1) var<storage, read> start: array<f32, 3>;
@group(0) @binding(2) var<storage, read_write> state: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let count = arrayLength(&rho);
  if (i >= count) { return; }
  let r = rho[i];
  let half = step / 2;
  let third = step / 3;
  let sixth = step / 6;
  // x' is σ·(y − x): the factor goes into the step, so that the slope is one subtraction.
  var x = vec4f(start[0]);
  var y = vec4f(start[1]);
  var z = vec4f(start[2]);
  for (var n = 0u; n < steps; n++) {
    var dx = y - x;
    var dy = x * (r - z) - y;
    var dz = x * y - beta * z;
    var sx = x + sixth * sigma * dx;
    var sy = y + sixth * dy;
    var sz = z + sixth * dz;

    var px = x + half * sigma * dx;
    var py = y + half * dy;
    var pz = z + half * dz;
    dx = py - px;
    dy = px * (r - pz) - py;
    dz = px * py - beta * pz;
    sx += third * sigma * dx;
    sy += third * dy;
    sz += third * dz;

    px = x + half * sigma * dx;
    py = y + half * dy;
    pz = z + half * dz;
    dx = py - px;
    dy = px * (r - pz) - py;
    dz = px * py - beta * pz;
    sx += third * sigma * dx;
    sy += third * dy;
    sz += third * dz;

    px = x + step * sigma * dx;
    py = y + step * dy;
    pz = z + step * dz;
    dx = py - px;
    dy = px * (r - pz) - py;
    dz = px * py - beta * pz;
    x = sx + sixth * sigma * dx;
    y = sy + sixth * dy;
    z = sz + sixth * dz;
  }
  state[i] = x;
  state[count + i] = y;
  state[2u * count + i] = z;
}
