// Loops that run at the ceiling of one core. Compiled to src/hardware/assembly/probe.wasm by tools/build-wasm.

/**
 * `rounds` × 12 independent chains of 4-lane multiply–add: 2·4·12 = 96 flops a round. Twelve chains cover four cycles
 * of latency on up to three ports. The sum is the addend, as in every dot product: the other form costs V8 a copy. The factors
 * are arguments, because V8 loads a constant vector anew before every use (14 instead of 57 GFLOP/s).
 */
export function multiplyAdd(rounds: i32, factor: f32, other: f32): f32 {
  const x = f32x4.splat(factor);
  const y = f32x4.splat(other);
  let a = f32x4.splat(1),
    b = f32x4.splat(2),
    c = f32x4.splat(3),
    d = f32x4.splat(4);
  let e = f32x4.splat(5),
    f = f32x4.splat(6),
    g = f32x4.splat(7),
    h = f32x4.splat(8);
  let i = f32x4.splat(9),
    j = f32x4.splat(10),
    k = f32x4.splat(11),
    l = f32x4.splat(12);
  for (let round = 0; round < rounds; round++) {
    a = f32x4.relaxed_madd(x, y, a);
    b = f32x4.relaxed_madd(x, y, b);
    c = f32x4.relaxed_madd(x, y, c);
    d = f32x4.relaxed_madd(x, y, d);
    e = f32x4.relaxed_madd(x, y, e);
    f = f32x4.relaxed_madd(x, y, f);
    g = f32x4.relaxed_madd(x, y, g);
    h = f32x4.relaxed_madd(x, y, h);
    i = f32x4.relaxed_madd(x, y, i);
    j = f32x4.relaxed_madd(x, y, j);
    k = f32x4.relaxed_madd(x, y, k);
    l = f32x4.relaxed_madd(x, y, l);
  }
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  const all = f32x4.add(sum, f32x4.add(f32x4.add(i, j), f32x4.add(k, l)));
  return f32x4.extract_lane(all, 0);
}

/** The same without lanes: 12 chains of scalar multiply and add, 24 flops a round. */
export function scalarMultiplyAdd(rounds: i32, x: f32, y: f32): f32 {
  let a: f32 = 1,
    b: f32 = 2,
    c: f32 = 3,
    d: f32 = 4,
    e: f32 = 5,
    f: f32 = 6;
  let g: f32 = 7,
    h: f32 = 8,
    i: f32 = 9,
    j: f32 = 10,
    k: f32 = 11,
    l: f32 = 12;
  for (let round = 0; round < rounds; round++) {
    a = a * x + y;
    b = b * x + y;
    c = c * x + y;
    d = d * x + y;
    e = e * x + y;
    f = f * x + y;
    g = g * x + y;
    h = h * x + y;
    i = i * x + y;
    j = j * x + y;
    k = k * x + y;
    l = l * x + y;
  }
  return a + b + c + d + e + f + g + h + i + j + k + l;
}

/** Reads `bytes` (a multiple of 128) from `at`, `passes` times, with 16-byte loads. */
export function read(at: usize, bytes: i32, passes: i32): i64 {
  let a = i64x2.splat(0),
    b = i64x2.splat(0),
    c = i64x2.splat(0),
    d = i64x2.splat(0);
  for (let pass = 0; pass < passes; pass++) {
    const end = at + bytes;
    for (let p = at; p < end; p += 128) {
      a = i64x2.add(a, v128.xor(v128.load(p), v128.load(p, 16)));
      b = i64x2.add(b, v128.xor(v128.load(p, 32), v128.load(p, 48)));
      c = i64x2.add(c, v128.xor(v128.load(p, 64), v128.load(p, 80)));
      d = i64x2.add(d, v128.xor(v128.load(p, 96), v128.load(p, 112)));
    }
  }
  return i64x2.extract_lane(i64x2.add(i64x2.add(a, b), i64x2.add(c, d)), 0);
}

/** Copies `bytes` from one place to another, `passes` times (memory.copy: the engine's own memmove). */
export function copy(to: usize, from: usize, bytes: i32, passes: i32): void {
  for (let pass = 0; pass < passes; pass++) memory.copy(to, from, bytes);
}
