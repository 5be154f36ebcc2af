// AES in counter mode, a block an invocation, by one table of 256 words in the workgroup's memory (tables.ts): the other
// three are its rotations, which take no memory (1 KiB instead of 4, and 32 banks for 64 look-ups).
//
// Bound: 16 look-ups a round and block: 224 for AES-256, 14 a byte. A multiprocessor that looks 32 words up a clock, 132 of
// them at 1.7 GHz (H100), does 510 GB/s without conflicts of banks; random look-ups of 32 lanes in 32 banks meet about
// 3.5 at the fullest bank, which leaves 145.

struct Uniforms {
  // The initial counter rounded down, big-endian words from high to low.
  base: vec4u,
  // How many blocks lie between that and the first of the message.
  skip: u32,
  blocks: u32,
  rounds: u32,
}

@group(0) @binding(0) var<storage, read> message: array<vec4u>;
@group(0) @binding(1) var<uniform> schedule: array<vec4u, 15>;
@group(0) @binding(2) var<uniform> uniforms: Uniforms;
@group(0) @binding(3) var<storage, read> columns: array<u32, 256>;
@group(0) @binding(4) var<storage, read_write> output: array<vec4u>;

var<workgroup> table: array<u32, 256>;

/// The numbers of a counter as columns of the state, first byte lowest.
fn swapped(words: vec4u) -> vec4u {
  let turned = (words >> vec4u(16u)) | (words << vec4u(16u));
  return ((turned >> vec4u(8u)) & vec4u(0x00ff00ffu)) | ((turned & vec4u(0x00ff00ffu)) << vec4u(8u));
}

fn counter_of(index: u32) -> vec4u {
  var counter = uniforms.base;
  counter.w += index;
  if (counter.w < index) {
    counter.z += 1u;
    if (counter.z == 0u) {
      counter.y += 1u;
      if (counter.y == 0u) { counter.x += 1u; }
    }
  }
  return counter;
}

fn turned(word: u32, by: u32) -> u32 { return (word << by) | (word >> (32u - by)); }

fn column(a: u32, b: u32, c: u32, d: u32) -> u32 {
  return table[a & 255u] ^ turned(table[(b >> 8u) & 255u], 8u) ^ turned(table[(c >> 16u) & 255u], 16u) ^
    turned(table[d >> 24u], 24u);
}

/// The S-box alone: the second byte of an entry.
fn substituted(a: u32, b: u32, c: u32, d: u32) -> u32 {
  return ((table[a & 255u] >> 8u) & 255u) | (table[(b >> 8u) & 255u] & 0xff00u) |
    ((table[(c >> 16u) & 255u] << 8u) & 0xff0000u) | ((table[d >> 24u] << 16u) & 0xff000000u);
}

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  table[local] = columns[local];
  workgroupBarrier();
  let index = (group.y * groups.x + group.x) * 256u + local;
  let block = index - uniforms.skip;
  if (block >= uniforms.blocks) { return; }
  var s = swapped(counter_of(index)) ^ schedule[0];
  for (var round = 1u; round < uniforms.rounds; round++) {
    s = vec4u(
      column(s.x, s.y, s.z, s.w), column(s.y, s.z, s.w, s.x), column(s.z, s.w, s.x, s.y), column(s.w, s.x, s.y, s.z),
    ) ^ schedule[round];
  }
  s = vec4u(
    substituted(s.x, s.y, s.z, s.w), substituted(s.y, s.z, s.w, s.x), substituted(s.z, s.w, s.x, s.y),
    substituted(s.w, s.x, s.y, s.z),
  ) ^ schedule[uniforms.rounds];
  output[block] = message[block] ^ s;
}
