// Radix sort for GPUs, digit by digit of 8 bits: count every tile's digits, sum the counts of each digit over tiles,
// move the keys (the three steps of Zagha and Blelloch, 1991; reduce, then scan: no workgroup waits for another, so
// nothing is assumed about forward progress).

override length: u32;
override tiles: u32;

/// Invocations of a workgroup, and digits: invocation i answers for digit i.
const lanes = 256u;
const rounds = 16u;
const tile_keys = lanes * rounds;
/// 32-bit words that hold one bit an invocation.
const words = lanes / 32u;

fn workgroup_index(id: vec3<u32>, groups: vec3<u32>) -> u32 { return id.x + id.y * groups.x; }
