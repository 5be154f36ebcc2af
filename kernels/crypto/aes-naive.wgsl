// One block of AES in counter mode for each invocation, a byte at a time (FIPS 197 §5, SP 800-38A §6.5). 2077 integer
// operations and 224 loads of the S-box for 32 bytes of traffic: bound by arithmetic and by what random loads cost.
override BLOCKS: u32;
override ROUNDS: u32;

@group(0) @binding(0) var<storage, read> message: array<u32>;
@group(0) @binding(1) var<storage, read> sbox: array<u32>; // one byte an element
@group(0) @binding(2) var<storage, read> schedule: array<u32>; // one byte an element
@group(0) @binding(3) var<storage, read> counter: array<u32>; // big-endian words from high to low
@group(0) @binding(4) var<storage, read_write> output: array<u32>;

var<private> state: array<u32, 16>;

fn add_round_key(round: u32) {
  for (var i = 0u; i < 16u; i++) {
    state[i] ^= schedule[16u * round + i];
  }
}

fn sub_bytes() {
  for (var i = 0u; i < 16u; i++) {
    state[i] = sbox[state[i]];
  }
}

fn shift_rows() {
  let spare = state;
  for (var i = 0u; i < 16u; i++) {
    state[i] = spare[(i + 4u * (i % 4u)) % 16u];
  }
}

fn xtime(byte: u32) -> u32 {
  return ((byte << 1u) ^ ((byte >> 7u) * 0x1bu)) & 0xffu;
}

fn mix_columns() {
  for (var at = 0u; at < 16u; at += 4u) {
    let a = state[at];
    let b = state[at + 1u];
    let c = state[at + 2u];
    let d = state[at + 3u];
    let sum = a ^ b ^ c ^ d;
    state[at] = a ^ sum ^ xtime(a ^ b);
    state[at + 1u] = b ^ sum ^ xtime(b ^ c);
    state[at + 2u] = c ^ sum ^ xtime(c ^ d);
    state[at + 3u] = d ^ sum ^ xtime(d ^ a);
  }
}

// The counter of a block: the initial one plus the block's number, modulo 2^128.
fn set_counter(block: u32) {
  var carry = block;
  for (var word = 4u; word > 0u; word--) {
    let sum = counter[word - 1u] + carry;
    carry = select(0u, 1u, sum < carry);
    for (var i = 0u; i < 4u; i++) {
      state[4u * (word - 1u) + i] = (sum >> (24u - 8u * i)) & 0xffu;
    }
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let block = (group.y * groups.x + group.x) * 64u + local;
  if (block >= BLOCKS) {
    return;
  }
  set_counter(block);
  add_round_key(0u);
  for (var round = 1u; round < ROUNDS; round++) {
    sub_bytes();
    shift_rows();
    mix_columns();
    add_round_key(round);
  }
  sub_bytes();
  shift_rows();
  add_round_key(ROUNDS);
  for (var word = 0u; word < 4u; word++) {
    let at = 4u * word;
    let stream = state[at] | (state[at + 1u] << 8u) | (state[at + 2u] << 16u) | (state[at + 3u] << 24u);
    output[4u * block + word] = message[4u * block + word] ^ stream;
  }
}
