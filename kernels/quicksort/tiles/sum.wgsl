/// counts[digit · tiles + tile]: first the keys of this digit in this tile, then those in the tiles before it.
@group(0) @binding(0) var<storage, read_write> counts: array<u32>;
/// Keys of every digit over all tiles.
@group(0) @binding(1) var<storage, read_write> totals: array<u32>;

override tiles: u32;

const scan_lanes = 64u;

/// One workgroup a digit. Every invocation first adds up a run of tiles by itself, so that one prefix sum over the
/// workgroup does for any number of tiles.
@compute @workgroup_size(scan_lanes)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) id: vec3<u32>) {
  let row = id.x * tiles;
  let run = (tiles + scan_lanes - 1u) / scan_lanes;
  let begin = min(lane * run, tiles);
  let end = min(begin + run, tiles);
  var own = 0u;
  for (var tile = begin; tile < end; tile++) { own += counts[row + tile]; }
  let sums = exclusive_sum(lane, own);
  var before = sums.before;
  for (var tile = begin; tile < end; tile++) {
    let here = counts[row + tile];
    counts[row + tile] = before;
    before += here;
  }
  if (lane == 0u) { totals[id.x] = sums.all; }
}
