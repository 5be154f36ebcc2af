// The Lorenz ensemble by RK4 in f32: a trajectory a lane, four vectors of four at a time, relaxed fused multiply-add.
//
// With Y = σy and W = σ(ρ − z) the equations need four multiply-adds and no other operation:
//
//     x' = Y − σx,   Y' = xW − Y,   W' = σβρ − βW − xY
//
// Bound: a step of one vector is 34 multiply-adds (16 for four slopes, 9 for three stages, 9 for the sum) and 3
// additions. A core that starts two multiply-adds a cycle at 3.6 GHz does 4 · 7.2 / 34 = 850 million steps a second.
// One vector's chain of dependent operations is about 36 cycles a step, where the arithmetic takes 17: one vector
// reaches 290 million, two 470, three 645, four 690, five and six no more. (16 registers hold one vector's state and
// the constants; V8 reloads the rest, which costs less than the waiting did. The same with all slopes of a stage
// first, then all states, is 13 % slower: more is alive at a time.)

/** Arrays may begin here. */
export const heapBase: usize = __heap_base;

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_madd(a, b, c);
}

// @ts-ignore: decorator
@inline
function nmadd(a: v128, b: v128, c: v128): v128 {
  return f32x4.relaxed_nmadd(a, b, c);
}

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

/**
 * Trajectories `from` to `to` (exclusive) of `count`, all multiples of 16, `steps` steps of length `h` each. `rho` holds one ρ a trajectory,
 * `start` x, y and z for all, `output` receives all x, all y, all z.
 */
export function integrate(rho: usize, start: usize, output: usize, count: i32, from: i32, to: i32, steps: i32, h: f32, sigma: f32, beta: f32): void {
  const full = f32x4.splat(h);
  const half = f32x4.splat(h / 2);
  const third = f32x4.splat(h / 3);
  const sixth = f32x4.splat(h / 6);
  const s = f32x4.splat(sigma);
  const b = f32x4.splat(beta);
  const startX = f32x4.splat(load<f32>(start));
  const startY = f32x4.splat(sigma * load<f32>(start, 4));
  const startZ = f32x4.splat(load<f32>(start, 8));
  const plane = <usize>count << 2;

  for (let i = from; i < to; i += 16) {
    const source = rho + (<usize>i << 2);
    const r0 = v128.load(source), r1 = v128.load(source, 16), r2 = v128.load(source, 32), r3 = v128.load(source, 48);
    const sb = f32x4.mul(s, b);
    const c0 = f32x4.mul(sb, r0), c1 = f32x4.mul(sb, r1), c2 = f32x4.mul(sb, r2), c3 = f32x4.mul(sb, r3);
    let x0 = startX, x1 = startX, x2 = startX, x3 = startX;
    let y0 = startY, y1 = startY, y2 = startY, y3 = startY;
    let w0 = f32x4.mul(s, f32x4.sub(r0, startZ)), w1 = f32x4.mul(s, f32x4.sub(r1, startZ));
    let w2 = f32x4.mul(s, f32x4.sub(r2, startZ)), w3 = f32x4.mul(s, f32x4.sub(r3, startZ));

    for (let n = 0; n < steps; n++) {
      // First slopes k₁ (of Y with its sign turned, which saves a negation), the sum so far, and the state half a step on.
      // Vector after vector within a stage: what one vector needs stays in registers.
      let dx0 = nmadd(s, x0, y0), dy0 = nmadd(x0, w0, y0), dw0 = nmadd(x0, y0, nmadd(b, w0, c0));
      let px0 = madd(half, dx0, x0), py0 = nmadd(half, dy0, y0), pw0 = madd(half, dw0, w0);
      let sx0 = madd(sixth, dx0, x0), sy0 = nmadd(sixth, dy0, y0), sw0 = madd(sixth, dw0, w0);
      let dx1 = nmadd(s, x1, y1), dy1 = nmadd(x1, w1, y1), dw1 = nmadd(x1, y1, nmadd(b, w1, c1));
      let px1 = madd(half, dx1, x1), py1 = nmadd(half, dy1, y1), pw1 = madd(half, dw1, w1);
      let sx1 = madd(sixth, dx1, x1), sy1 = nmadd(sixth, dy1, y1), sw1 = madd(sixth, dw1, w1);
      let dx2 = nmadd(s, x2, y2), dy2 = nmadd(x2, w2, y2), dw2 = nmadd(x2, y2, nmadd(b, w2, c2));
      let px2 = madd(half, dx2, x2), py2 = nmadd(half, dy2, y2), pw2 = madd(half, dw2, w2);
      let sx2 = madd(sixth, dx2, x2), sy2 = nmadd(sixth, dy2, y2), sw2 = madd(sixth, dw2, w2);
      let dx3 = nmadd(s, x3, y3), dy3 = nmadd(x3, w3, y3), dw3 = nmadd(x3, y3, nmadd(b, w3, c3));
      let px3 = madd(half, dx3, x3), py3 = nmadd(half, dy3, y3), pw3 = madd(half, dw3, w3);
      let sx3 = madd(sixth, dx3, x3), sy3 = nmadd(sixth, dy3, y3), sw3 = madd(sixth, dw3, w3);

      // k₂, kept for the sum, and again half a step on.
      let mx0 = nmadd(s, px0, py0), my0 = nmadd(px0, pw0, py0), mw0 = nmadd(px0, py0, nmadd(b, pw0, c0));
      px0 = madd(half, mx0, x0), py0 = nmadd(half, my0, y0), pw0 = madd(half, mw0, w0);
      let mx1 = nmadd(s, px1, py1), my1 = nmadd(px1, pw1, py1), mw1 = nmadd(px1, py1, nmadd(b, pw1, c1));
      px1 = madd(half, mx1, x1), py1 = nmadd(half, my1, y1), pw1 = madd(half, mw1, w1);
      let mx2 = nmadd(s, px2, py2), my2 = nmadd(px2, pw2, py2), mw2 = nmadd(px2, py2, nmadd(b, pw2, c2));
      px2 = madd(half, mx2, x2), py2 = nmadd(half, my2, y2), pw2 = madd(half, mw2, w2);
      let mx3 = nmadd(s, px3, py3), my3 = nmadd(px3, pw3, py3), mw3 = nmadd(px3, py3, nmadd(b, pw3, c3));
      px3 = madd(half, mx3, x3), py3 = nmadd(half, my3, y3), pw3 = madd(half, mw3, w3);

      // k₃, and a whole step on; k₂ + k₃ enter the sum together.
      dx0 = nmadd(s, px0, py0), dy0 = nmadd(px0, pw0, py0), dw0 = nmadd(px0, py0, nmadd(b, pw0, c0));
      px0 = madd(full, dx0, x0), py0 = nmadd(full, dy0, y0), pw0 = madd(full, dw0, w0);
      sx0 = madd(third, add(mx0, dx0), sx0), sy0 = nmadd(third, add(my0, dy0), sy0), sw0 = madd(third, add(mw0, dw0), sw0);
      dx1 = nmadd(s, px1, py1), dy1 = nmadd(px1, pw1, py1), dw1 = nmadd(px1, py1, nmadd(b, pw1, c1));
      px1 = madd(full, dx1, x1), py1 = nmadd(full, dy1, y1), pw1 = madd(full, dw1, w1);
      sx1 = madd(third, add(mx1, dx1), sx1), sy1 = nmadd(third, add(my1, dy1), sy1), sw1 = madd(third, add(mw1, dw1), sw1);
      dx2 = nmadd(s, px2, py2), dy2 = nmadd(px2, pw2, py2), dw2 = nmadd(px2, py2, nmadd(b, pw2, c2));
      px2 = madd(full, dx2, x2), py2 = nmadd(full, dy2, y2), pw2 = madd(full, dw2, w2);
      sx2 = madd(third, add(mx2, dx2), sx2), sy2 = nmadd(third, add(my2, dy2), sy2), sw2 = madd(third, add(mw2, dw2), sw2);
      dx3 = nmadd(s, px3, py3), dy3 = nmadd(px3, pw3, py3), dw3 = nmadd(px3, py3, nmadd(b, pw3, c3));
      px3 = madd(full, dx3, x3), py3 = nmadd(full, dy3, y3), pw3 = madd(full, dw3, w3);
      sx3 = madd(third, add(mx3, dx3), sx3), sy3 = nmadd(third, add(my3, dy3), sy3), sw3 = madd(third, add(mw3, dw3), sw3);

      // k₄, and the new state.
      dx0 = nmadd(s, px0, py0), dy0 = nmadd(px0, pw0, py0), dw0 = nmadd(px0, py0, nmadd(b, pw0, c0));
      x0 = madd(sixth, dx0, sx0), y0 = nmadd(sixth, dy0, sy0), w0 = madd(sixth, dw0, sw0);
      dx1 = nmadd(s, px1, py1), dy1 = nmadd(px1, pw1, py1), dw1 = nmadd(px1, py1, nmadd(b, pw1, c1));
      x1 = madd(sixth, dx1, sx1), y1 = nmadd(sixth, dy1, sy1), w1 = madd(sixth, dw1, sw1);
      dx2 = nmadd(s, px2, py2), dy2 = nmadd(px2, pw2, py2), dw2 = nmadd(px2, py2, nmadd(b, pw2, c2));
      x2 = madd(sixth, dx2, sx2), y2 = nmadd(sixth, dy2, sy2), w2 = madd(sixth, dw2, sw2);
      dx3 = nmadd(s, px3, py3), dy3 = nmadd(px3, pw3, py3), dw3 = nmadd(px3, py3, nmadd(b, pw3, c3));
      x3 = madd(sixth, dx3, sx3), y3 = nmadd(sixth, dy3, sy3), w3 = madd(sixth, dw3, sw3);
    }

    const outX = output + (<usize>i << 2), outY = outX + plane, outZ = outY + plane;
    v128.store(outX, x0), v128.store(outX, x1, 16), v128.store(outX, x2, 32), v128.store(outX, x3, 48);
    v128.store(outY, f32x4.div(y0, s)), v128.store(outY, f32x4.div(y1, s), 16);
    v128.store(outY, f32x4.div(y2, s), 32), v128.store(outY, f32x4.div(y3, s), 48);
    v128.store(outZ, f32x4.sub(r0, f32x4.div(w0, s))), v128.store(outZ, f32x4.sub(r1, f32x4.div(w1, s)), 16);
    v128.store(outZ, f32x4.sub(r2, f32x4.div(w2, s)), 32), v128.store(outZ, f32x4.sub(r3, f32x4.div(w3, s)), 48);
  }
}
