// The small programs of experiments/workloads on 128-bit vectors, each on a range of its work so that threads can share it.
// What is left over after the last whole vector is done one by one.

/** Arrays may begin here. */
export const heapBase: usize = __heap_base;

/** 31 multiply–adds a point: four vectors at once, for one waits four cycles for each. Bound: 31/8 of a cycle a point. */
export function horner(x: usize, c: usize, out: usize, from: i32, to: i32): void {
  let i = from;
  for (; i + 16 <= to; i += 16) {
    const at = x + (<usize>i << 2);
    const a = v128.load(at), b = v128.load(at, 16), d = v128.load(at, 32), e = v128.load(at, 48);
    let p = f32x4.splat(0), q = p, r = p, s = p;
    for (let k = 31; k >= 0; k--) {
      const ck = v128.load32_splat(c + (<usize>k << 2));
      p = f32x4.relaxed_madd(p, a, ck);
      q = f32x4.relaxed_madd(q, b, ck);
      r = f32x4.relaxed_madd(r, d, ck);
      s = f32x4.relaxed_madd(s, e, ck);
    }
    const to = out + (<usize>i << 2);
    v128.store(to, p);
    v128.store(to, q, 16);
    v128.store(to, r, 32);
    v128.store(to, s, 48);
  }
  for (; i < to; i++) {
    const a = load<f32>(x + (<usize>i << 2));
    let p: f32 = 0;
    for (let k = 31; k >= 0; k--) p = p * a + load<f32>(c + (<usize>k << 2));
    store<f32>(out + (<usize>i << 2), p);
  }
}

// @ts-ignore: decorator
@inline
function fmix(h: v128): v128 {
  h = v128.xor(h, i32x4.shr_u(h, 16));
  h = i32x4.mul(h, i32x4.splat(0x85ebca6b));
  h = v128.xor(h, i32x4.shr_u(h, 13));
  h = i32x4.mul(h, i32x4.splat(0xc2b2ae35));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/** Eight operations a round and word; two vectors at once cover the multiplier's latency in part. */
export function hash(x: usize, out: usize, from: i32, to: i32, rounds: i32): void {
  let i = from;
  for (; i + 8 <= to; i += 8) {
    const at = x + (<usize>i << 2);
    let a = v128.load(at), b = v128.load(at, 16);
    for (let round = 0; round < rounds; round++) {
      a = fmix(a);
      b = fmix(b);
    }
    v128.store(out + (<usize>i << 2), a);
    v128.store(out + (<usize>i << 2), b, 16);
  }
  for (; i < to; i++) {
    let h = load<u32>(x + (<usize>i << 2));
    for (let round = 0; round < rounds; round++) {
      h ^= h >> 16;
      h *= 0x85ebca6b;
      h ^= h >> 13;
      h *= 0xc2b2ae35;
      h ^= h >> 16;
    }
    store<u32>(out + (<usize>i << 2), h);
  }
}

/** A body against four others at once; the square root and the division set the pace. */
export function nbody(x: usize, y: usize, m: usize, out: usize, n: i32, from: i32, to: i32, softening: f32): void {
  const eps = f32x4.splat(softening);
  for (let i = from; i < to; i++) {
    const px = load<f32>(x + (<usize>i << 2));
    const py = load<f32>(y + (<usize>i << 2));
    const bx = f32x4.splat(px), by = f32x4.splat(py);
    let sx = f32x4.splat(0), sy = f32x4.splat(0);
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const at = <usize>j << 2;
      const dx = f32x4.sub(v128.load(x + at), bx);
      const dy = f32x4.sub(v128.load(y + at), by);
      const square = f32x4.relaxed_madd(dx, dx, f32x4.relaxed_madd(dy, dy, eps));
      const scale = f32x4.div(v128.load(m + at), f32x4.mul(square, f32x4.sqrt(square)));
      sx = f32x4.relaxed_madd(scale, dx, sx);
      sy = f32x4.relaxed_madd(scale, dy, sy);
    }
    let ax = f32x4.extract_lane(sx, 0) + f32x4.extract_lane(sx, 1) + (f32x4.extract_lane(sx, 2) + f32x4.extract_lane(sx, 3));
    let ay = f32x4.extract_lane(sy, 0) + f32x4.extract_lane(sy, 1) + (f32x4.extract_lane(sy, 2) + f32x4.extract_lane(sy, 3));
    for (; j < n; j++) {
      const at = <usize>j << 2;
      const dx = load<f32>(x + at) - px;
      const dy = load<f32>(y + at) - py;
      const square = dx * dx + dy * dy + softening;
      const scale = load<f32>(m + at) / (square * sqrt<f32>(square));
      ax += scale * dx;
      ay += scale * dy;
    }
    store<f32>(out + (<usize>i << 2), ax);
    store<f32>(out + (<usize>(n + i) << 2), ay);
  }
}

/** Sixteen outputs at once: a tap is loaded and spread once for four vectors. */
export function fir(x: usize, h: usize, out: usize, from: i32, to: i32, taps: i32): void {
  let i = from;
  for (; i + 16 <= to; i += 16) {
    let p = f32x4.splat(0), q = p, r = p, s = p;
    let at = x + (<usize>i << 2);
    for (let k = 0; k < taps; k++, at += 4) {
      const hk = v128.load32_splat(h + (<usize>k << 2));
      p = f32x4.relaxed_madd(v128.load(at), hk, p);
      q = f32x4.relaxed_madd(v128.load(at, 16), hk, q);
      r = f32x4.relaxed_madd(v128.load(at, 32), hk, r);
      s = f32x4.relaxed_madd(v128.load(at, 48), hk, s);
    }
    const to = out + (<usize>i << 2);
    v128.store(to, p);
    v128.store(to, q, 16);
    v128.store(to, r, 32);
    v128.store(to, s, 48);
  }
  for (; i < to; i++) {
    let sum: f32 = 0;
    for (let k = 0; k < taps; k++) sum += load<f32>(x + (<usize>(i + k) << 2)) * load<f32>(h + (<usize>k << 2));
    store<f32>(out + (<usize>i << 2), sum);
  }
}

/** Four points of a row together, until the last of them has escaped; rows `from` to `to` of n. */
export function mandelbrot(out: usize, n: i32, from: i32, to: i32, most: i32): void {
  const four = f32x4.splat(4), two = f32x4.splat(2);
  for (let row = from; row < to; row++) {
    const cy = f32x4.splat((<f32>row / <f32>n) * 2.5 - 1.25);
    for (let column = 0; column < n; column += 4) {
      const at = f32x4.add(f32x4.splat(<f32>column), f32x4(0, 1, 2, 3));
      const cx = f32x4.sub(f32x4.mul(f32x4.div(at, f32x4.splat(<f32>n)), f32x4.splat(2.5)), two);
      let x = f32x4.splat(0), y = x, xx = x, yy = x;
      let count = i32x4.splat(0);
      // A point stays out once it is out: its orbit may return below 4, or overflow.
      let inside = i32x4.splat(-1);
      for (let step = 0; step < most; step++) {
        inside = v128.and(inside, f32x4.le(f32x4.add(xx, yy), four));
        if (!v128.any_true(inside)) break;
        count = i32x4.sub(count, inside);
        y = f32x4.relaxed_madd(f32x4.mul(two, x), y, cy);
        x = f32x4.add(f32x4.sub(xx, yy), cx);
        xx = f32x4.mul(x, x);
        yy = f32x4.mul(y, y);
      }
      v128.store(out + (<usize>(row * n + column) << 2), f32x4.convert_i32x4_s(count));
    }
  }
}

/** Rows `first` to `last` of one sweep, without the border. Five loads and a store for four points. */
export function jacobi(source: usize, sink: usize, n: i32, first: i32, last: i32): void {
  const fifth = f32x4.splat(0.2);
  const row = <usize>n << 2;
  if (first < 1) first = 1;
  if (last > n - 1) last = n - 1;
  for (let i = first; i < last; i++) {
    let j = 1;
    let at = source + <usize>(i * n + 1) * 4;
    let to = sink + <usize>(i * n + 1) * 4;
    for (; j + 4 <= n - 1; j += 4, at += 16, to += 16) {
      const across = f32x4.add(v128.load(at - 4), v128.load(at + 4));
      const down = f32x4.add(v128.load(at - row), v128.load(at + row));
      v128.store(to, f32x4.mul(f32x4.add(f32x4.add(v128.load(at), across), down), fifth));
    }
    for (; j < n - 1; j++, at += 4, to += 4)
      store<f32>(to, (load<f32>(at) + load<f32>(at - 4) + load<f32>(at + 4) + load<f32>(at - row) + load<f32>(at + row)) * <f32>0.2);
  }
}

// @ts-ignore: decorator
@inline
function sumOf(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3));
}

/** Four sums at once, so that none waits for another. */
export function dot(x: usize, y: usize, from: i32, to: i32): f32 {
  let p = f32x4.splat(0), q = p, r = p, s = p;
  let i = from;
  for (; i + 16 <= to; i += 16) {
    const a = x + (<usize>i << 2), b = y + (<usize>i << 2);
    p = f32x4.relaxed_madd(v128.load(a), v128.load(b), p);
    q = f32x4.relaxed_madd(v128.load(a, 16), v128.load(b, 16), q);
    r = f32x4.relaxed_madd(v128.load(a, 32), v128.load(b, 32), r);
    s = f32x4.relaxed_madd(v128.load(a, 48), v128.load(b, 48), s);
  }
  let sum = sumOf(f32x4.add(f32x4.add(p, q), f32x4.add(r, s)));
  for (; i < to; i++) sum += load<f32>(x + (<usize>i << 2)) * load<f32>(y + (<usize>i << 2));
  return sum;
}

export function matvec(a: usize, x: usize, out: usize, n: i32, from: i32, to: i32): void {
  for (let i = from; i < to; i++) store<f32>(out + (<usize>i << 2), dot(a + (<usize>(i * n) << 2), x, 0, n));
}

/** Tiles of 4×4, turned in registers: four loads, eight shuffles, four stores for sixteen elements. n is a multiple of 4. */
export function transpose(a: usize, out: usize, n: i32, from: i32, to: i32): void {
  const row = <usize>n << 2;
  for (let i = from; i < to; i += 4)
    for (let j = 0; j < n; j += 4) {
      const at = a + <usize>(j * n + i) * 4;
      const p = v128.load(at), q = v128.load(at + row), r = v128.load(at + 2 * row), s = v128.load(at + 3 * row);
      const pq = v128.shuffle<i32>(p, q, 0, 4, 1, 5), rs = v128.shuffle<i32>(r, s, 0, 4, 1, 5);
      const pq2 = v128.shuffle<i32>(p, q, 2, 6, 3, 7), rs2 = v128.shuffle<i32>(r, s, 2, 6, 3, 7);
      const to = out + <usize>(i * n + j) * 4;
      v128.store(to, v128.shuffle<i64>(pq, rs, 0, 2));
      v128.store(to + row, v128.shuffle<i64>(pq, rs, 1, 3));
      v128.store(to + 2 * row, v128.shuffle<i64>(pq2, rs2, 0, 2));
      v128.store(to + 3 * row, v128.shuffle<i64>(pq2, rs2, 1, 3));
    }
}

/** One after the other: there is nothing for lanes to do. */
export function recurrence(x: usize, out: usize, n: i32): void {
  let before: f32 = 0, last: f32 = 0;
  for (let i = 0; i < n; i++) {
    const next = <f32>0.9 * last - <f32>0.2 * before + load<f32>(x + (<usize>i << 2));
    before = last;
    last = next;
    store<f32>(out + (<usize>i << 2), next);
  }
}

/** One after the other as well: two words of a vector may want the same bin. */
export function histogram(x: usize, out: usize, from: i32, to: i32): void {
  for (let i = from; i < to; i++) {
    const bin = out + <usize>(load<u32>(x + (<usize>i << 2)) >> 24) * 4;
    store<u32>(bin, load<u32>(bin) + 1);
  }
}

/** One pass of a bitonic network over pairs from…to: four neighbouring pairs at once, where their keys neighbour too. */
export function exchange(keys: usize, block: i32, distance: i32, from: i32, to: i32): void {
  let pair = from;
  if (distance >= 4)
    for (; pair + 4 <= to; pair += 4) {
      const low = (pair & (distance - 1)) + ((pair & ~(distance - 1)) << 1);
      const at = keys + (<usize>low << 2), other = at + (<usize>distance << 2);
      const a = v128.load(at), b = v128.load(other);
      const least = i32x4.min_u(a, b), most = i32x4.max_u(a, b);
      const isRising = (low & block) == 0;
      v128.store(at, isRising ? least : most);
      v128.store(other, isRising ? most : least);
    }
  for (; pair < to; pair++) {
    const low = (pair & (distance - 1)) + ((pair & ~(distance - 1)) << 1);
    const at = keys + (<usize>low << 2), other = at + (<usize>distance << 2);
    const a = load<u32>(at), b = load<u32>(other);
    const isSwapped = (low & block) == 0 ? a > b : a < b;
    store<u32>(at, isSwapped ? b : a);
    store<u32>(other, isSwapped ? a : b);
  }
}
