// The keys of every digit over all tiles, for all four digits in one pass: moving keys changes no count.

@group(0) @binding(0) var<storage, read> source: array<u32>;
/// starts[256 · digit + value]: how many keys have this value; sum.wgsl makes places of them.
@group(0) @binding(1) var<storage, read_write> starts: array<atomic<u32>>;
override floats: bool;

var<workgroup> histogram: array<atomic<u32>, 4u * lanes>;

@compute @workgroup_size(lanes)
fn main(
  @builtin(local_invocation_index) lane: u32,
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let tile = workgroup_index(id, groups);
  if (tile >= tiles) { return; }
  for (var digit = 0u; digit < 4u; digit++) { atomicStore(&histogram[digit * lanes + lane], 0u); }
  workgroupBarrier();
  for (var round = 0u; round < rounds; round++) {
    let i = tile * tile_keys + round * lanes + lane;
    if (i < length) {
      let key = arriving(source[i], floats);
      atomicAdd(&histogram[key & 255u], 1u);
      atomicAdd(&histogram[lanes + ((key >> 8u) & 255u)], 1u);
      atomicAdd(&histogram[2u * lanes + ((key >> 16u) & 255u)], 1u);
      atomicAdd(&histogram[3u * lanes + (key >> 24u)], 1u);
    }
  }
  workgroupBarrier();
  for (var digit = 0u; digit < 4u; digit++) {
    let here = atomicLoad(&histogram[digit * lanes + lane]);
    if (here > 0u) { atomicAdd(&starts[digit * lanes + lane], here); }
  }
}
