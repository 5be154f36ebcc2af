import { sboxGates } from './sbox-circuit.ts';

const rows = [0, 1, 2, 3] as const;
const bits = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const blocksAnInvocation = 8;
/** Invocations in a workgroup. */
const invocations = 64;
/** Blocks that a workgroup encrypts; the counter of the first is a multiple of it. */
export const bitslicedTile = invocations * blocksAnInvocation;

/** The name of the word that holds bit `bit` of row `row`: bit 8c + j of it belongs to column c of block j. */
const plane = (row: number, bit: number): string => `p${8 * row + bit}`;
const planes = rows.flatMap(row => bits.map(bit => plane(row, bit)));

/**
 * AES in counter mode, bitsliced: an invocation holds 8 blocks as 32 words, one for each row and bit, with a byte for
 * each column and in it a bit for each block. SubBytes is then a circuit of ANDs and XORs (sbox-circuit.ts), ShiftRows
 * a rotation by whole bytes, and nothing depends on the data but the counters: no tables, no bank conflicts, no
 * divergence. Biham, "A fast new DES implementation in software", FSE 1997; on GPUs Hajihassani et al., "Fast AES
 * implementation: a high-throughput bitsliced approach", IEEE TPDS 30, 2019.
 *
 * Counters need no transposition. Block j of invocation t of workgroup g has number 512·g + 64·j + t, so that the
 * low 6 bits of its counter are t, the next 3 are j, a constant pattern over the bits of a byte, and the rest is
 * the same for all 512. Neighbouring invocations then read and write neighbouring blocks.
 *
 * Bound: a round of 8 blocks is 4 times 115 gates, 24 rotations, 116 XORs of MixColumns, 32 of the key: 632 where a
 * rotation is one instruction. 14 of them, 125 for the counters and 480 for the transposition at the end: 74 a byte.
 * At 64 lanes of 32-bit logic a clock, 132 multiprocessors and 1.7 GHz (H100) 195 GB/s, more where three-input
 * operations fuse two of these. The traffic, 2 bytes a byte, would allow 1.7 TB/s.
 */
export const bitslicedAes = (): string => `
struct Uniforms {
  // The initial counter rounded down to a multiple of ${bitslicedTile}, big-endian words from high to low.
  base: vec4u,
  // How many blocks lie between that and the first of the message.
  skip: u32,
  blocks: u32,
  rounds: u32,
}

@group(0) @binding(0) var<storage, read> message: array<vec4u>;
// Words of the round keys in the order of rounds, rows and bits: a byte for each column, all ones or none.
@group(0) @binding(1) var<uniform> key: array<vec4u, 120>;
@group(0) @binding(2) var<uniform> uniforms: Uniforms;
@group(0) @binding(3) var<storage, read_write> output: array<vec4u>;

struct Byte {
${bits.map(bit => `  b${bit}: u32,`).join('\n')}
}

fn sbox(x: Byte) -> Byte {
${bits.map(bit => `  let x${7 - bit} = x.b${bit};`).join('\n')}
${sboxGates.map(({ result, left, operator, right }) => `  let ${result} = ${left} ${operator} ${right};`).join('\n')}
  return Byte(${bits.map(bit => `s${7 - bit}`).join(', ')});
}

// Multiplication by x in GF(2^8) (FIPS 197 §4.3).
fn xtime(a: Byte) -> Byte {
  return Byte(a.b7, a.b0 ^ a.b7, a.b1, a.b2 ^ a.b7, a.b3 ^ a.b7, a.b4, a.b5, a.b6);
}

fn add(a: Byte, b: Byte) -> Byte {
  return Byte(${bits.map(bit => `a.b${bit} ^ b.b${bit}`).join(', ')});
}

fn add_key(a: Byte, at: u32) -> Byte {
  let low = key[at];
  let high = key[at + 1u];
  return add(a, Byte(low.x, low.y, low.z, low.w, high.x, high.y, high.z, high.w));
}

// Moves every column to the left by ${'`by`'} / 8: ShiftRows of one row.
fn shift_row(a: Byte, by: u32) -> Byte {
  return Byte(${bits.map(bit => `(a.b${bit} >> by) | (a.b${bit} << (32u - by))`).join(', ')});
}

// One row of the counters: byte \`shift\` / 8 of each of the four words, the same for all blocks.
fn counter_row(base: vec4u, shift: u32) -> Byte {
  let bytes = (base >> vec4u(shift)) & vec4u(0xffu);
  let row = bytes.x | (bytes.y << 8u) | (bytes.z << 16u) | (bytes.w << 24u);
  return Byte(${bits.map(bit => `((row >> ${bit}u) & 0x01010101u) * 0xffu`).join(', ')});
}

fn emit(index: u32, stream: vec4u) {
  let block = index - uniforms.skip;
  if (block < uniforms.blocks) {
    output[block] = message[block] ^ stream;
  }
}

@compute @workgroup_size(${invocations})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let first = (group.y * groups.x + group.x) * ${bitslicedTile}u;
  if (first >= uniforms.blocks + uniforms.skip) {
    return;
  }
  var base = uniforms.base;
  base.w += first;
  if (base.w < first) {
    base.z += 1u;
    if (base.z == 0u) {
      base.y += 1u;
      if (base.y == 0u) {
        base.x += 1u;
      }
    }
  }
  base.w |= local;
  var row0 = counter_row(base, 24u);
  var row1 = counter_row(base, 16u);
  var row2 = counter_row(base, 8u);
  var row3 = counter_row(base, 0u);
  // Bits 6, 7 and 8 of the counter are those of j: in column 3, which is the highest byte.
  row3.b6 |= 0xaa000000u;
  row3.b7 |= 0xcc000000u;
  row2.b0 |= 0xf0000000u;
${rows.map(row => `  row${row} = add_key(row${row}, ${2 * row}u);`).join('\n')}
  for (var round = 1u; round <= uniforms.rounds; round++) {
    row0 = sbox(row0);
    row1 = shift_row(sbox(row1), 8u);
    row2 = shift_row(sbox(row2), 16u);
    row3 = shift_row(sbox(row3), 24u);
    if (round < uniforms.rounds) {
      // Each byte becomes 2·own + 3·next + the two others = own + (sum of all) + 2·(own + next).
      let pair0 = add(row0, row1);
      let pair1 = add(row1, row2);
      let pair2 = add(row2, row3);
      let pair3 = add(row3, row0);
      let sum = add(pair0, pair2);
      row0 = add(add(row0, sum), xtime(pair0));
      row1 = add(add(row1, sum), xtime(pair1));
      row2 = add(add(row2, sum), xtime(pair2));
      row3 = add(add(row3, sum), xtime(pair3));
    }
${rows.map(row => `    row${row} = add_key(row${row}, 8u * round + ${2 * row}u);`).join('\n')}
  }
${rows.flatMap(row => bits.map(bit => `  var ${plane(row, bit)} = row${row}.b${bit};`)).join('\n')}
${transposition().join('\n')}
  let index = first + local;
${Array.from({ length: blocksAnInvocation }, (_, j) => `  emit(index + ${invocations * j}u, vec4u(${rows.map(column => planes[8 * column + j]).join(', ')}));`).join('\n')}
}
`;

/**
 * Turns the 32 words of bit planes into the 32 columns of the 8 blocks: swaps ever smaller halves of ever smaller
 * squares (Warren, Hacker's Delight, §7-3).
 */
function transposition(): string[] {
  const lines: string[] = [];
  for (let step = 16, mask = 0xffff; step > 0; step >>= 1, mask ^= mask << step) {
    for (let at = 0; at < 32; at++) {
      if (at & step) continue;
      const [a, b] = [planes[at], planes[at + step]];
      const swapped = `d${step}_${at}`;
      lines.push(
        `  let ${swapped} = ((${a} >> ${step}u) ^ ${b}) & 0x${(mask >>> 0).toString(16)}u;`,
        `  ${a} ^= ${swapped} << ${step}u;`,
        `  ${b} ^= ${swapped};`,
      );
    }
  }
  return lines;
}
