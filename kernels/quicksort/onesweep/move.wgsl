// One digit in one sweep over the keys: every tile counts its own keys, tells the others, adds up what lies before it by
// looking back over their counts, and moves its keys. A. Adinets and D. Merrill, "Onesweep: a faster least significant
// digit radix sort for GPUs", arXiv 2206.01784, 2022; look-back after D. Merrill and M. Garland, "Single-pass parallel
// prefix scan with decoupled look-back", NVIDIA, 2016.
//
// WebGPU promises no progress to a workgroup while another waits for it. So nobody waits for long: an invocation that
// finds no count after a few looks counts its digit in that tile by itself, whose keys nobody changes in this pass, and
// writes it down for the rest (T. Smith, R. Levien, J. D. Owens, "Decoupled fallback: a portable single-pass GPU scan",
// SPAA 2025). A state is one word, its kind in the upper bits, so that no order between two words matters; it only grows.

@group(0) @binding(0) var<storage, read> source: array<u32>;
/// Where the first key with each value of the digit goes.
@group(0) @binding(1) var<storage, read> starts: array<u32>;
/// states[256 · tile + value]: nothing yet, the keys in this tile, or those in this tile and all before it.
@group(0) @binding(2) var<storage, read_write> states: array<atomic<u32>>;
/// Tiles are taken in the order in which workgroups start, so that those before are under way.
@group(0) @binding(3) var<storage, read_write> ticket: atomic<u32>;
@group(0) @binding(4) var<storage, read> digit: Digit;
@group(0) @binding(5) var<storage, read_write> moved: array<u32>;

/// Looks at a state before an invocation counts by itself.
override looks: u32;

const here_only = 1u << 30u;
const with_all_before = 2u << 30u;
const amount = here_only - 1u;

var<workgroup> taken_tile: u32;
var<workgroup> histogram: array<atomic<u32>, lanes>;
/// Where the next key of every digit goes.
var<workgroup> places: array<u32, lanes>;
/// present[digit · words + w]: bit b is set where invocation 32w + b holds a key with this value of the digit.
var<workgroup> present: array<atomic<u32>, lanes * words>;

fn value_of(i: u32) -> u32 { return (arriving(source[i], digit.encodes != 0u) >> digit.shift) & 255u; }

fn counted_alone(tile: u32, value: u32) -> u32 {
  var found = 0u;
  let end = min(length, (tile + 1u) * tile_keys);
  for (var i = tile * tile_keys; i < end; i++) { found += u32(value_of(i) == value); }
  return found;
}

/// Keys with this value in all tiles before this one.
fn looked_back(tile: u32, value: u32) -> u32 {
  var before = 0u;
  for (var other = tile; other > 0u; other--) {
    let at = (other - 1u) * lanes + value;
    var state = 0u;
    for (var look = 0u; look < looks && state == 0u; look++) { state = atomicLoad(&states[at]); }
    if (state == 0u) {
      state = here_only | counted_alone(other - 1u, value);
      atomicMax(&states[at], state);
    }
    before += state & amount;
    if ((state & with_all_before) != 0u) { break; }
  }
  return before;
}

@compute @workgroup_size(lanes)
fn main(@builtin(local_invocation_index) lane: u32) {
  if (lane == 0u) { taken_tile = atomicAdd(&ticket, 1u); }
  let tile = workgroupUniformLoad(&taken_tile);
  if (tile >= tiles) { return; }
  atomicStore(&histogram[lane], 0u);
  for (var word = 0u; word < words; word++) { atomicStore(&present[lane * words + word], 0u); }
  workgroupBarrier();
  for (var round = 0u; round < rounds; round++) {
    let i = tile * tile_keys + round * lanes + lane;
    if (i < length) { atomicAdd(&histogram[value_of(i)], 1u); }
  }
  workgroupBarrier();
  let own = atomicLoad(&histogram[lane]);
  atomicMax(&states[tile * lanes + lane], here_only | own);
  let before = looked_back(tile, lane);
  atomicMax(&states[tile * lanes + lane], with_all_before | (before + own));
  places[lane] = starts[lane] + before;

  let my_word = lane / 32u;
  let my_bit = 1u << (lane % 32u);
  // A round moves one key an invocation, as in tiles/move.wgsl.
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
