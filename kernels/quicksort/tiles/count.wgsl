@group(0) @binding(0) var<storage, read> source: array<u32>;
/// counts[digit · tiles + tile]: the keys of this digit in this tile.
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
@group(0) @binding(2) var<storage, read> digit: Digit;

var<workgroup> histogram: array<atomic<u32>, lanes>;

@compute @workgroup_size(lanes)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let tile = workgroup_index(id, groups);
  if (tile >= tiles) { return; }
  atomicStore(&histogram[lane], 0u);
  workgroupBarrier();
  for (var round = 0u; round < rounds; round++) {
    let i = tile * tile_keys + round * lanes + lane;
    if (i < length) { atomicAdd(&histogram[(arriving(source[i], digit.encodes != 0u) >> digit.shift) & 255u], 1u); }
  }
  workgroupBarrier();
  counts[lane * tiles + tile] = atomicLoad(&histogram[lane]);
}
