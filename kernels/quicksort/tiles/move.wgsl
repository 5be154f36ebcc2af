@group(0) @binding(0) var<storage, read> source: array<u32>;
/// counts[digit · tiles + tile]: the keys of this digit in the tiles before this one.
@group(0) @binding(1) var<storage, read> counts: array<u32>;
/// Keys of every digit over all tiles.
@group(0) @binding(2) var<storage, read> totals: array<u32>;
@group(0) @binding(3) var<storage, read> digit: Digit;
@group(0) @binding(4) var<storage, read_write> moved: array<u32>;

const scan_lanes = lanes;

/// Where the next key of every digit goes.
var<workgroup> places: array<u32, lanes>;
/// present[digit · words + w]: bit b is set where invocation 32w + b holds a key with this value of the digit.
var<workgroup> present: array<atomic<u32>, lanes * words>;

/// A round moves one key an invocation. Its rank among the keys of its digit is the number of bits before its own, so
/// equal digits keep their order without subgroups.
@compute @workgroup_size(lanes)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let tile = workgroup_index(id, groups);
  if (tile >= tiles) { return; }
  places[lane] = exclusive_sum(lane, totals[lane]).before + counts[lane * tiles + tile];
  for (var word = 0u; word < words; word++) { atomicStore(&present[lane * words + word], 0u); }
  let my_word = lane / 32u;
  let my_bit = 1u << (lane % 32u);

  for (var round = 0u; round < rounds; round++) {
    let i = tile * tile_keys + round * lanes + lane;
    let valid = i < length;
    var key = 0u;
    if (valid) { key = arriving(source[i], digit.encodes != 0u); }
    let value = (key >> digit.shift) & 255u;
    workgroupBarrier();
    if (valid) { atomicOr(&present[value * words + my_word], my_bit); }
    workgroupBarrier();
    if (valid) {
      var place = places[value];
      for (var word = 0u; word < my_word; word++) {
        place += countOneBits(atomicLoad(&present[value * words + word]));
      }
      place += countOneBits(atomicLoad(&present[value * words + my_word]) & (my_bit - 1u));
      moved[place] = leaving(key, digit.decodes != 0u);
    }
    workgroupBarrier();
    var taken = 0u;
    for (var word = 0u; word < words; word++) {
      taken += countOneBits(atomicExchange(&present[lane * words + word], 0u));
    }
    places[lane] += taken;
  }
}
