// SHA-256 of one message for each invocation, as FIPS 180-4 §6.2 writes it, its bytes read one by one. Invocations
// that run together wait for the longest message among them.
@group(0) @binding(0) var<storage, read> bytes: array<u32>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>;
@group(0) @binding(2) var<storage, read> round_constants: array<u32>;
@group(0) @binding(3) var<storage, read> initial_hash: array<u32>;
@group(0) @binding(4) var<storage, read_write> output: array<u32>;

var<private> hash: array<u32, 8>;
var<private> w: array<u32, 64>;

fn rotate_right(word: u32, bits: u32) -> u32 {
  return (word >> bits) | (word << (32u - bits));
}

// Byte `at` of the padded message of `length` bytes that begins at `start` and ends after `blocks` blocks.
fn padded_byte(start: u32, length: u32, blocks: u32, at: u32) -> u32 {
  if (at < length) {
    let i = start + at;
    return (bytes[i / 4u] >> (8u * (i % 4u))) & 0xffu;
  }
  if (at == length) {
    return 0x80u;
  }
  let from_end = blocks * 64u - 1u - at;
  if (from_end < 4u) {
    return ((length << 3u) >> (8u * from_end)) & 0xffu;
  }
  return select(0u, length >> 29u, from_end == 4u);
}

fn compress() {
  for (var t = 16u; t < 64u; t++) {
    let x = w[t - 15u];
    let y = w[t - 2u];
    let sigma0 = rotate_right(x, 7u) ^ rotate_right(x, 18u) ^ (x >> 3u);
    let sigma1 = rotate_right(y, 17u) ^ rotate_right(y, 19u) ^ (y >> 10u);
    w[t] = sigma1 + w[t - 7u] + sigma0 + w[t - 16u];
  }
  var v = hash;
  for (var t = 0u; t < 64u; t++) {
    let a = v[0];
    let e = v[4];
    let sum1 = rotate_right(e, 6u) ^ rotate_right(e, 11u) ^ rotate_right(e, 25u);
    let choice = (e & v[5]) ^ (~e & v[6]);
    let t1 = v[7] + sum1 + choice + round_constants[t] + w[t];
    let sum0 = rotate_right(a, 2u) ^ rotate_right(a, 13u) ^ rotate_right(a, 22u);
    let majority = (a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]);
    v = array<u32, 8>(t1 + sum0 + majority, a, v[1], v[2], v[3] + t1, e, v[5], v[6]);
  }
  for (var i = 0u; i < 8u; i++) {
    hash[i] += v[i];
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let message = (group.y * groups.x + group.x) * 64u + local;
  if (message >= arrayLength(&offsets) - 1u) {
    return;
  }
  let start = offsets[message];
  let length = offsets[message + 1u] - start;
  let blocks = (length + 8u) / 64u + 1u;
  for (var i = 0u; i < 8u; i++) {
    hash[i] = initial_hash[i];
  }
  for (var block = 0u; block < blocks; block++) {
    for (var t = 0u; t < 16u; t++) {
      let at = 64u * block + 4u * t;
      w[t] = (padded_byte(start, length, blocks, at) << 24u) | (padded_byte(start, length, blocks, at + 1u) << 16u)
        | (padded_byte(start, length, blocks, at + 2u) << 8u) | padded_byte(start, length, blocks, at + 3u);
    }
    compress();
  }
  for (var i = 0u; i < 8u; i++) {
    let word = hash[i];
    output[8u * message + i] =
      (word >> 24u) | ((word >> 8u) & 0xff00u) | ((word << 8u) & 0xff0000u) | (word << 24u);
  }
}
