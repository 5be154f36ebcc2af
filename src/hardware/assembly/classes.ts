// Rates by class of operation, for one core, on vectors of four and on scalars. Eight independent chains each: enough for a
// latency of four cycles on two ports. Factors are arguments, because V8 loads a constant vector anew before each use.

/** Eight chains of 32-bit multiply and add on four lanes: 64 operations a round. */
export function integers(rounds: i32, factor: i32, other: i32): i32 {
  const x = i32x4.splat(factor), y = i32x4.splat(other);
  let a = y, b = x, c = i32x4.splat(1), d = i32x4.splat(2), e = i32x4.splat(3), f = i32x4.splat(4), g = i32x4.splat(5), h = i32x4.splat(6);
  for (let round = 0; round < rounds; round++) {
    a = i32x4.add(i32x4.mul(a, x), y);
    b = i32x4.add(i32x4.mul(b, x), y);
    c = i32x4.add(i32x4.mul(c, x), y);
    d = i32x4.add(i32x4.mul(d, x), y);
    e = i32x4.add(i32x4.mul(e, x), y);
    f = i32x4.add(i32x4.mul(f, x), y);
    g = i32x4.add(i32x4.mul(g, x), y);
    h = i32x4.add(i32x4.mul(h, x), y);
  }
  const all = i32x4.add(i32x4.add(i32x4.add(a, b), i32x4.add(c, d)), i32x4.add(i32x4.add(e, f), i32x4.add(g, h)));
  return i32x4.extract_lane(all, 0);
}

/** Eight chains of shift and exclusive or on four lanes: 64 operations a round. */
export function logic(rounds: i32, other: i32): i32 {
  const y = i32x4.splat(other);
  let a = y, b = i32x4.splat(7), c = i32x4.splat(1), d = i32x4.splat(2), e = i32x4.splat(3), f = i32x4.splat(4), g = i32x4.splat(5), h = i32x4.splat(6);
  for (let round = 0; round < rounds; round++) {
    a = v128.xor(i32x4.shr_u(a, 1), y);
    b = v128.xor(i32x4.shr_u(b, 1), y);
    c = v128.xor(i32x4.shr_u(c, 1), y);
    d = v128.xor(i32x4.shr_u(d, 1), y);
    e = v128.xor(i32x4.shr_u(e, 1), y);
    f = v128.xor(i32x4.shr_u(f, 1), y);
    g = v128.xor(i32x4.shr_u(g, 1), y);
    h = v128.xor(i32x4.shr_u(h, 1), y);
  }
  const all = v128.xor(v128.xor(v128.xor(a, b), v128.xor(c, d)), v128.xor(v128.xor(e, f), v128.xor(g, h)));
  return i32x4.extract_lane(all, 0);
}

/** Eight chains of division and square root on four lanes: 64 operations a round. */
export function specials(rounds: i32, other: f32): f32 {
  const y = f32x4.splat(other);
  let a = y, b = f32x4.splat(2), c = f32x4.splat(3), d = f32x4.splat(4), e = f32x4.splat(5), f = f32x4.splat(6), g = f32x4.splat(7), h = f32x4.splat(8);
  for (let round = 0; round < rounds; round++) {
    a = f32x4.sqrt(f32x4.div(y, a));
    b = f32x4.sqrt(f32x4.div(y, b));
    c = f32x4.sqrt(f32x4.div(y, c));
    d = f32x4.sqrt(f32x4.div(y, d));
    e = f32x4.sqrt(f32x4.div(y, e));
    f = f32x4.sqrt(f32x4.div(y, f));
    g = f32x4.sqrt(f32x4.div(y, g));
    h = f32x4.sqrt(f32x4.div(y, h));
  }
  const all = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(all, 0);
}

/** Eight chains of 32-bit multiply and add: 16 operations a round. */
export function scalarIntegers(rounds: i32, x: i32, y: i32): i32 {
  let a = y, b = x, c = 1, d = 2, e = 3, f = 4, g = 5, h = 6;
  for (let round = 0; round < rounds; round++) {
    a = a * x + y;
    b = b * x + y;
    c = c * x + y;
    d = d * x + y;
    e = e * x + y;
    f = f * x + y;
    g = g * x + y;
    h = h * x + y;
  }
  return a + b + c + d + e + f + g + h;
}

/** Eight chains of shift and exclusive or: 16 operations a round. */
export function scalarLogic(rounds: i32, y: i32): i32 {
  let a = y, b = 7, c = 1, d = 2, e = 3, f = 4, g = 5, h = 6;
  for (let round = 0; round < rounds; round++) {
    a = (a >>> 1) ^ y;
    b = (b >>> 1) ^ y;
    c = (c >>> 1) ^ y;
    d = (d >>> 1) ^ y;
    e = (e >>> 1) ^ y;
    f = (f >>> 1) ^ y;
    g = (g >>> 1) ^ y;
    h = (h >>> 1) ^ y;
  }
  return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
}

/** Eight chains of division and square root: 16 operations a round. */
export function scalarSpecials(rounds: i32, y: f32): f32 {
  let a = y;
  let b: f32 = 2, c: f32 = 3, d: f32 = 4, e: f32 = 5, f: f32 = 6, g: f32 = 7, h: f32 = 8;
  for (let round = 0; round < rounds; round++) {
    a = sqrt<f32>(y / a);
    b = sqrt<f32>(y / b);
    c = sqrt<f32>(y / c);
    d = sqrt<f32>(y / d);
    e = sqrt<f32>(y / e);
    f = sqrt<f32>(y / f);
    g = sqrt<f32>(y / g);
    h = sqrt<f32>(y / h);
  }
  return a + b + c + d + e + f + g + h;
}

/** Words read one by one through an index that is masked, as from a table: 8 loads a round. */
export function scalarLoads(rounds: i32, at: usize, mask: i32): i32 {
  let a = 0, b = 0, c = 0, d = 0, p = 0;
  for (let round = 0; round < rounds; round++) {
    const base = at + <usize>(p & mask);
    a += load<i32>(base);
    b += load<i32>(base, 4);
    c += load<i32>(base, 8);
    d += load<i32>(base, 12);
    a ^= load<i32>(base, 16);
    b ^= load<i32>(base, 20);
    c ^= load<i32>(base, 24);
    d ^= load<i32>(base, 28);
    p += 32;
  }
  return a + b + c + d;
}
