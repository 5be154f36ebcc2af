// Lorenz by RK4, all steps, two trajectories an invocation. Planes of x, y and z, each of arrayLength(rho) vec2s.
override sigma: f32 = 10;
override beta: f32 = 2.6666667;
override step: f32 = 0.00390625;
override steps: u32 = 256;

@group(0) @binding(0) var<storage, read> rho: array<vec2f>;
@group(0) @binding(1) var<storage, read> start: array<f32, 3>;
@group(0) @binding(2) var<storage, read_write> state: array<vec2f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let count = arrayLength(&rho);
  if (i >= count) { return; }
  let full = vec2f(step);
  let half = vec2f(step / 2);
  let third = vec2f(step / 3);
  let sixth = vec2f(step / 6);
  let s = vec2f(-sigma);
  let b = vec2f(-beta);
  // With Y = σy and W = σ(ρ − z), x' = Y − σx, Y' = xW − Y and W' = σβρ − βW − xY: four multiply–adds a slope.
  let r = rho[i];
  let c = sigma * beta * r;
  var x = vec2f(start[0]);
  var y = vec2f(sigma * start[1]);
  var w = sigma * (r - start[2]);
  for (var n = 0u; n < steps; n++) {
    var dx = fma(s, x, y);
    var dy = fma(x, w, -y);
    var dw = fma(-x, y, fma(b, w, c));
    var sx = fma(sixth, dx, x);
    var sy = fma(sixth, dy, y);
    var sw = fma(sixth, dw, w);

    var px = fma(half, dx, x);
    var py = fma(half, dy, y);
    var pw = fma(half, dw, w);
    dx = fma(s, px, py);
    dy = fma(px, pw, -py);
    dw = fma(-px, py, fma(b, pw, c));
    sx = fma(third, dx, sx);
    sy = fma(third, dy, sy);
    sw = fma(third, dw, sw);

    px = fma(half, dx, x);
    py = fma(half, dy, y);
    pw = fma(half, dw, w);
    dx = fma(s, px, py);
    dy = fma(px, pw, -py);
    dw = fma(-px, py, fma(b, pw, c));
    sx = fma(third, dx, sx);
    sy = fma(third, dy, sy);
    sw = fma(third, dw, sw);

    px = fma(full, dx, x);
    py = fma(full, dy, y);
    pw = fma(full, dw, w);
    dx = fma(s, px, py);
    dy = fma(px, pw, -py);
    dw = fma(-px, py, fma(b, pw, c));
    x = fma(sixth, dx, sx);
    y = fma(sixth, dy, sy);
    w = fma(sixth, dw, sw);
  }
  state[i] = x;
  state[count + i] = y / sigma;
  state[2u * count + i] = r - w / sigma;
}
