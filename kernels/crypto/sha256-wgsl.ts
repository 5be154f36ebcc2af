const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;
const sixteen = Array.from({ length: 16 }, (_, t) => t);
const hex = (word: number): string => `0x${(word >>> 0).toString(16).padStart(8, '0')}u`;

/**
 * SHA-256 of one message for each invocation, the 8 working variables and a window of 16 schedule words in registers:
 * 16 rounds are written out, with variables renamed instead of moved (see tuned-sha256-rounds.ts), and run four times
 * a block. Words are read whole, two of memory where a message does not begin at a multiple of 4.
 *
 * Bound: 3544 operations a block of 64 bytes, where a rotation is one instruction 2264, 35 a byte. At 64 lanes a
 * clock, 132 multiprocessors and 1.7 GHz (H100) 400 GB/s. Reads of neighbouring invocations lie apart: 17 words a
 * block and invocation, which caches must gather.
 */
export const sha256Unrolled = (initialHash: Int32Array): string => `
@group(0) @binding(0) var<storage, read> bytes: array<u32>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<uniform> round_constants: array<vec4u, 16>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4u>;

fn swap_bytes(word: u32) -> u32 {
  return (word >> 24u) | ((word >> 8u) & 0xff00u) | ((word << 8u) & 0xff0000u) | (word << 24u);
}

// The big-endian word at byte \`at\`; \`left\` bytes of the message begin there, then come a bit 1 and zeros.
fn load(at: u32, left: i32) -> u32 {
  if (left <= 0) {
    return select(0u, 0x80000000u, left == 0);
  }
  let shift = 8u * (at & 3u);
  let low = bytes[at >> 2u] >> shift;
  let high = select(bytes[(at >> 2u) + 1u] << ((32u - shift) & 31u), 0u, shift == 0u);
  let word = swap_bytes(low | high);
  if (left >= 4) {
    return word;
  }
  let kept = 32u - 8u * u32(left);
  return (word & (0xffffffffu << kept)) | (0x80u << (kept - 8u));
}

fn big0(x: u32) -> u32 {
  return ((x >> 2u) | (x << 30u)) ^ ((x >> 13u) | (x << 19u)) ^ ((x >> 22u) | (x << 10u));
}

fn big1(x: u32) -> u32 {
  return ((x >> 6u) | (x << 26u)) ^ ((x >> 11u) | (x << 21u)) ^ ((x >> 25u) | (x << 7u));
}

fn small0(x: u32) -> u32 {
  return ((x >> 7u) | (x << 25u)) ^ ((x >> 18u) | (x << 14u)) ^ (x >> 3u);
}

fn small1(x: u32) -> u32 {
  return ((x >> 17u) | (x << 15u)) ^ ((x >> 19u) | (x << 13u)) ^ (x >> 10u);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let index = (group.y * groups.x + group.x) * 64u + local;
  if (index >= arrayLength(&offsets) - 1u) {
    return;
  }
  let message = order[index];
  let start = offsets[message];
  let length = offsets[message + 1u] - start;
  let blocks = (length + 8u) / 64u + 1u;
${names.map((name, i) => `  var hash_${name} = ${hex(initialHash[i] as number)};`).join('\n')}
  for (var block = 0u; block < blocks; block++) {
    let at = start + 64u * block;
    let left = i32(length - 64u * block);
${sixteen.map(t => `    var w${t} = load(at + ${4 * t}u, left - ${4 * t});`).join('\n')}
    if (block == blocks - 1u) {
      w14 = length >> 29u;
      w15 = length << 3u;
    }
${names.map(name => `    var ${name} = hash_${name};`).join('\n')}
    for (var t = 0u; t < 16u; t += 4u) {
      if (t > 0u) {
${sixteen.map(t => `        w${t} += small0(w${(t + 1) % 16}) + w${(t + 9) % 16} + small1(w${(t + 14) % 16});`).join('\n')}
      }
${[0, 1, 2, 3].map(quarter => `      let k${quarter} = round_constants[t + ${quarter}u];`).join('\n')}
${sixteen.map(round).join('\n')}
    }
${names.map(name => `    hash_${name} += ${name};`).join('\n')}
  }
  output[2u * message] = vec4u(${names
    .slice(0, 4)
    .map(name => `swap_bytes(hash_${name})`)
    .join(', ')});
  output[2u * message + 1u] = vec4u(${names
    .slice(4)
    .map(name => `swap_bytes(hash_${name})`)
    .join(', ')});
}
`;

/** Round t, its working variables called by names rotated by t. */
function round(t: number): string {
  const [a, b, c, d, e, f, g, h] = names.map((_, i) => names[(i - t + 64) % 8]);
  return `      ${h} += big1(${e}) + (${g} ^ (${e} & (${f} ^ ${g}))) + k${t >> 2}.${'xyzw'[t & 3]} + w${t};
      ${d} += ${h};
      ${h} += big0(${a}) + ((${a} & ${b}) | (${c} & (${a} | ${b})));`;
}
