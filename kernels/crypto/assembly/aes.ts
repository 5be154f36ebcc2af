// AES in counter mode, bitsliced on 128-bit vectors: Käsper and Schwabe, "Faster and timing-attack resistant AES-GCM",
// CHES 2009, §4. Eight blocks lie in eight vectors: byte p of vector i holds bit i of byte p of each block, a bit for
// each block. SubBytes is a circuit of 115 gates on whole vectors (Boyar and Peralta, SEA 2010; see sbox-circuit.ts),
// ShiftRows and the rotations of MixColumns are shuffles of bytes.
//
// Bound: a round of 128 bytes is 115 gates, 24 shuffles, 35 XORs; 14 rounds, 19 instructions for the counters, 72 for
// the transposition and 24 for the message make 2550, 20 a byte. A core that does 4 vector instructions a cycle at
// 3.7 GHz: 740 MB/s; fewer registers than the 20 to 30 values alive in the circuit cost loads and stores on top.

/** Arrays may begin here. */
export const heapBase: usize = __heap_base;

/** Bytes that one thread needs to itself: the round keys as planes, and the key stream of a tile at the edge. */
export function scratchLength(): i32 {
  return 15 * 128 + 128;
}

/** One bit of each byte, the one that `bit` has, spread over the byte: the plane of 8 equal blocks. */
// @ts-ignore: decorator
@inline
function spread(block: v128, bit: i32): v128 {
  const mask = i8x16.splat(<i8>bit);
  return i8x16.eq(v128.and(block, mask), mask);
}

/**
 * Turns the round keys into planes. From round 1 on they hold the constant 0x63 that the circuit leaves out, which
 * MixColumns passes on unchanged.
 *
 * @param schedule 16 bytes a round, one round more than `rounds`
 */
export function sliceKeys(schedule: usize, scratch: usize, rounds: i32): void {
  for (let round = 0; round <= rounds; round++) {
    let key = v128.load(schedule + (<usize>round << 4));
    if (round > 0) key = v128.xor(key, i8x16.splat(0x63));
    const planes = scratch + (<usize>round << 7);
    v128.store(planes, spread(key, 1));
    v128.store(planes, spread(key, 2), 16);
    v128.store(planes, spread(key, 4), 32);
    v128.store(planes, spread(key, 8), 48);
    v128.store(planes, spread(key, 16), 64);
    v128.store(planes, spread(key, 32), 80);
    v128.store(planes, spread(key, 64), 96);
    v128.store(planes, spread(key, 128), 112);
  }
}

/** ShiftRows: row r moves to the left by r columns. */
// @ts-ignore: decorator
@inline
function shiftRows(a: v128): v128 {
  return i8x16.shuffle(a, a, 0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11);
}

/** ShiftRows, and then every row takes the place of the one above. */
// @ts-ignore: decorator
@inline
function shiftRowsUp(a: v128): v128 {
  return i8x16.shuffle(a, a, 5, 10, 15, 0, 9, 14, 3, 4, 13, 2, 7, 8, 1, 6, 11, 12);
}

/** Every row takes the place of the second above. */
// @ts-ignore: decorator
@inline
function upTwice(a: v128): v128 {
  return i8x16.shuffle(a, a, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

/** The bits that two vectors exchange in a step of the transposition: those of `a` above, those of `b` below. */
// @ts-ignore: decorator
@inline
function exchanged(a: v128, b: v128, shift: i32, mask: i8): v128 {
  return v128.and(v128.xor(i64x2.shr_u(a, shift), b), i8x16.splat(mask));
}

/**
 * Encrypts the tiles `from` to `to` (exclusive) of 8 blocks each. Tiles begin at counters that are multiples of 8, so
 * that the first may begin before the message.
 *
 * @param counter 16 bytes, big-endian
 * @param scratch what `sliceKeys` wrote
 */
export function encrypt(message: usize, output: usize, length: i32, counter: usize, scratch: usize, rounds: i32, from: i32, to: i32): void {
  const high = bswap<u64>(load<u64>(counter));
  const start = bswap<u64>(load<u64>(counter, 8));
  const low = start & ~7;
  const skip = <i32>(start & 7);
  const stream = scratch + 15 * 128;
  for (let tile = from; tile < to; tile++) {
    const number = low + (<u64>tile << 3);
    const block = i64x2.replace_lane(i64x2.splat(bswap<u64>(number)), 0, bswap<u64>(number < low ? high + 1 : high));
    let keys = scratch;
    // Bits 0, 1 and 2 of the counters are those of the number of the block within the tile.
    let p0 = v128.xor(v128.or(spread(block, 1), i8x16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, <i8>0xaa)), v128.load(keys));
    let p1 = v128.xor(v128.or(spread(block, 2), i8x16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, <i8>0xcc)), v128.load(keys, 16));
    let p2 = v128.xor(v128.or(spread(block, 4), i8x16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, <i8>0xf0)), v128.load(keys, 32));
    let p3 = v128.xor(spread(block, 8), v128.load(keys, 48));
    let p4 = v128.xor(spread(block, 16), v128.load(keys, 64));
    let p5 = v128.xor(spread(block, 32), v128.load(keys, 80));
    let p6 = v128.xor(spread(block, 64), v128.load(keys, 96));
    let p7 = v128.xor(spread(block, 128), v128.load(keys, 112));
    for (let round = 1; ; round++) {
      keys += 128;
      const x7 = p0;
      const x6 = p1;
      const x5 = p2;
      const x4 = p3;
      const x3 = p4;
      const x2 = p5;
      const x1 = p6;
      const x0 = p7;
      const y14 = v128.xor(x3, x5);
      const y13 = v128.xor(x0, x6);
      const y9 = v128.xor(x0, x3);
      const y8 = v128.xor(x0, x5);
      const t0 = v128.xor(x1, x2);
      const y1 = v128.xor(t0, x7);
      const y4 = v128.xor(y1, x3);
      const y12 = v128.xor(y13, y14);
      const y2 = v128.xor(y1, x0);
      const y5 = v128.xor(y1, x6);
      const y3 = v128.xor(y5, y8);
      const t1 = v128.xor(x4, y12);
      const y15 = v128.xor(t1, x5);
      const y20 = v128.xor(t1, x1);
      const y6 = v128.xor(y15, x7);
      const y10 = v128.xor(y15, t0);
      const y11 = v128.xor(y20, y9);
      const y7 = v128.xor(x7, y11);
      const y17 = v128.xor(y10, y11);
      const y19 = v128.xor(y10, y8);
      const y16 = v128.xor(t0, y11);
      const y21 = v128.xor(y13, y16);
      const y18 = v128.xor(x0, y16);
      const t2 = v128.and(y12, y15);
      const t3 = v128.and(y3, y6);
      const t4 = v128.xor(t3, t2);
      const t5 = v128.and(y4, x7);
      const t6 = v128.xor(t5, t2);
      const t7 = v128.and(y13, y16);
      const t8 = v128.and(y5, y1);
      const t9 = v128.xor(t8, t7);
      const t10 = v128.and(y2, y7);
      const t11 = v128.xor(t10, t7);
      const t12 = v128.and(y9, y11);
      const t13 = v128.and(y14, y17);
      const t14 = v128.xor(t13, t12);
      const t15 = v128.and(y8, y10);
      const t16 = v128.xor(t15, t12);
      const t17 = v128.xor(t4, t14);
      const t18 = v128.xor(t6, t16);
      const t19 = v128.xor(t9, t14);
      const t20 = v128.xor(t11, t16);
      const t21 = v128.xor(t17, y20);
      const t22 = v128.xor(t18, y19);
      const t23 = v128.xor(t19, y21);
      const t24 = v128.xor(t20, y18);
      const t25 = v128.xor(t21, t22);
      const t26 = v128.and(t21, t23);
      const t27 = v128.xor(t24, t26);
      const t28 = v128.and(t25, t27);
      const t29 = v128.xor(t28, t22);
      const t30 = v128.xor(t23, t24);
      const t31 = v128.xor(t22, t26);
      const t32 = v128.and(t31, t30);
      const t33 = v128.xor(t32, t24);
      const t34 = v128.xor(t23, t33);
      const t35 = v128.xor(t27, t33);
      const t36 = v128.and(t24, t35);
      const t37 = v128.xor(t36, t34);
      const t38 = v128.xor(t27, t36);
      const t39 = v128.and(t29, t38);
      const t40 = v128.xor(t25, t39);
      const t41 = v128.xor(t40, t37);
      const t42 = v128.xor(t29, t33);
      const t43 = v128.xor(t29, t40);
      const t44 = v128.xor(t33, t37);
      const t45 = v128.xor(t42, t41);
      const z0 = v128.and(t44, y15);
      const z1 = v128.and(t37, y6);
      const z2 = v128.and(t33, x7);
      const z3 = v128.and(t43, y16);
      const z4 = v128.and(t40, y1);
      const z5 = v128.and(t29, y7);
      const z6 = v128.and(t42, y11);
      const z7 = v128.and(t45, y17);
      const z8 = v128.and(t41, y10);
      const z9 = v128.and(t44, y12);
      const z10 = v128.and(t37, y3);
      const z11 = v128.and(t33, y4);
      const z12 = v128.and(t43, y13);
      const z13 = v128.and(t40, y5);
      const z14 = v128.and(t29, y2);
      const z15 = v128.and(t42, y9);
      const z16 = v128.and(t45, y14);
      const z17 = v128.and(t41, y8);
      const t46 = v128.xor(z15, z16);
      const t47 = v128.xor(z10, z11);
      const t48 = v128.xor(z5, z13);
      const t49 = v128.xor(z9, z10);
      const t50 = v128.xor(z2, z12);
      const t51 = v128.xor(z2, z5);
      const t52 = v128.xor(z7, z8);
      const t53 = v128.xor(z0, z3);
      const t54 = v128.xor(z6, z7);
      const t55 = v128.xor(z16, z17);
      const t56 = v128.xor(z12, t48);
      const t57 = v128.xor(t50, t53);
      const t58 = v128.xor(z4, t46);
      const t59 = v128.xor(z3, t54);
      const t60 = v128.xor(t46, t57);
      const t61 = v128.xor(z14, t57);
      const t62 = v128.xor(t52, t58);
      const t63 = v128.xor(t49, t58);
      const t64 = v128.xor(z4, t59);
      const t65 = v128.xor(t61, t62);
      const t66 = v128.xor(z1, t63);
      const s0 = v128.xor(t59, t63);
      const s6 = v128.xor(t56, t62);
      const s7 = v128.xor(t48, t60);
      const t67 = v128.xor(t64, t65);
      const s3 = v128.xor(t53, t66);
      const s4 = v128.xor(t51, t66);
      const s5 = v128.xor(t47, t65);
      const s1 = v128.xor(t64, s3);
      const s2 = v128.xor(t55, t67);
      if (round == rounds) {
        p0 = v128.xor(shiftRows(s7), v128.load(keys));
        p1 = v128.xor(shiftRows(s6), v128.load(keys, 16));
        p2 = v128.xor(shiftRows(s5), v128.load(keys, 32));
        p3 = v128.xor(shiftRows(s4), v128.load(keys, 48));
        p4 = v128.xor(shiftRows(s3), v128.load(keys, 64));
        p5 = v128.xor(shiftRows(s2), v128.load(keys, 80));
        p6 = v128.xor(shiftRows(s1), v128.load(keys, 96));
        p7 = v128.xor(shiftRows(s0), v128.load(keys, 112));
        break;
      }
      // With b the sum of a row and the next, each byte becomes 2·b + next + (b two rows on).
      const n0 = shiftRowsUp(s7);
      const b0 = v128.xor(shiftRows(s7), n0);
      const r0 = v128.xor(v128.xor(n0, v128.load(keys)), upTwice(b0));
      const n1 = shiftRowsUp(s6);
      const b1 = v128.xor(shiftRows(s6), n1);
      const r1 = v128.xor(v128.xor(n1, v128.load(keys, 16)), upTwice(b1));
      const n2 = shiftRowsUp(s5);
      const b2 = v128.xor(shiftRows(s5), n2);
      const r2 = v128.xor(v128.xor(n2, v128.load(keys, 32)), upTwice(b2));
      const n3 = shiftRowsUp(s4);
      const b3 = v128.xor(shiftRows(s4), n3);
      const r3 = v128.xor(v128.xor(n3, v128.load(keys, 48)), upTwice(b3));
      const n4 = shiftRowsUp(s3);
      const b4 = v128.xor(shiftRows(s3), n4);
      const r4 = v128.xor(v128.xor(n4, v128.load(keys, 64)), upTwice(b4));
      const n5 = shiftRowsUp(s2);
      const b5 = v128.xor(shiftRows(s2), n5);
      const r5 = v128.xor(v128.xor(n5, v128.load(keys, 80)), upTwice(b5));
      const n6 = shiftRowsUp(s1);
      const b6 = v128.xor(shiftRows(s1), n6);
      const r6 = v128.xor(v128.xor(n6, v128.load(keys, 96)), upTwice(b6));
      const n7 = shiftRowsUp(s0);
      const b7 = v128.xor(shiftRows(s0), n7);
      const r7 = v128.xor(v128.xor(n7, v128.load(keys, 112)), upTwice(b7));
      p0 = v128.xor(r0, b7);
      p1 = v128.xor(r1, v128.xor(b0, b7));
      p2 = v128.xor(r2, b1);
      p3 = v128.xor(r3, v128.xor(b2, b7));
      p4 = v128.xor(r4, v128.xor(b3, b7));
      p5 = v128.xor(r5, b4);
      p6 = v128.xor(r6, b5);
      p7 = v128.xor(r7, b6);
    }
    // From planes to blocks: the bits of each byte across the eight vectors, transposed.
    const d0 = exchanged(p0, p4, 4, 0x0f);
    p0 = v128.xor(p0, i64x2.shl(d0, 4));
    p4 = v128.xor(p4, d0);
    const d1 = exchanged(p1, p5, 4, 0x0f);
    p1 = v128.xor(p1, i64x2.shl(d1, 4));
    p5 = v128.xor(p5, d1);
    const d2 = exchanged(p2, p6, 4, 0x0f);
    p2 = v128.xor(p2, i64x2.shl(d2, 4));
    p6 = v128.xor(p6, d2);
    const d3 = exchanged(p3, p7, 4, 0x0f);
    p3 = v128.xor(p3, i64x2.shl(d3, 4));
    p7 = v128.xor(p7, d3);
    const d4 = exchanged(p0, p2, 2, 0x33);
    p0 = v128.xor(p0, i64x2.shl(d4, 2));
    p2 = v128.xor(p2, d4);
    const d5 = exchanged(p1, p3, 2, 0x33);
    p1 = v128.xor(p1, i64x2.shl(d5, 2));
    p3 = v128.xor(p3, d5);
    const d6 = exchanged(p4, p6, 2, 0x33);
    p4 = v128.xor(p4, i64x2.shl(d6, 2));
    p6 = v128.xor(p6, d6);
    const d7 = exchanged(p5, p7, 2, 0x33);
    p5 = v128.xor(p5, i64x2.shl(d7, 2));
    p7 = v128.xor(p7, d7);
    const d8 = exchanged(p0, p1, 1, 0x55);
    p0 = v128.xor(p0, i64x2.shl(d8, 1));
    p1 = v128.xor(p1, d8);
    const d9 = exchanged(p2, p3, 1, 0x55);
    p2 = v128.xor(p2, i64x2.shl(d9, 1));
    p3 = v128.xor(p3, d9);
    const d10 = exchanged(p4, p5, 1, 0x55);
    p4 = v128.xor(p4, i64x2.shl(d10, 1));
    p5 = v128.xor(p5, d10);
    const d11 = exchanged(p6, p7, 1, 0x55);
    p6 = v128.xor(p6, i64x2.shl(d11, 1));
    p7 = v128.xor(p7, d11);
    const offset = (tile << 7) - (skip << 4);
    if (offset >= 0 && offset + 128 <= length) {
      const source = message + offset;
      const target = output + offset;
      v128.store(target, v128.xor(p0, v128.load(source)));
      v128.store(target, v128.xor(p1, v128.load(source, 16)), 16);
      v128.store(target, v128.xor(p2, v128.load(source, 32)), 32);
      v128.store(target, v128.xor(p3, v128.load(source, 48)), 48);
      v128.store(target, v128.xor(p4, v128.load(source, 64)), 64);
      v128.store(target, v128.xor(p5, v128.load(source, 80)), 80);
      v128.store(target, v128.xor(p6, v128.load(source, 96)), 96);
      v128.store(target, v128.xor(p7, v128.load(source, 112)), 112);
    } else {
      v128.store(stream, p0);
      v128.store(stream, p1, 16);
      v128.store(stream, p2, 32);
      v128.store(stream, p3, 48);
      v128.store(stream, p4, 64);
      v128.store(stream, p5, 80);
      v128.store(stream, p6, 96);
      v128.store(stream, p7, 112);
      const end = min(128, length - offset);
      for (let i = max(0, -offset); i < end; i++)
        store<u8>(output + offset + i, load<u8>(message + offset + i) ^ load<u8>(stream + i));
    }
  }
}
