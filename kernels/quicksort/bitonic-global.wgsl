// One step of a bitonic sorting network a pass (K. E. Batcher, "Sorting Networks and Their Applications", 1968), every
// compared pair an invocation, all in global memory.

@group(0) @binding(0) var<storage, read_write> keys: array<u32>;
/// x: length of the sequences that this phase merges into, y: distance between the partners.
@group(0) @binding(1) var<storage, read> phase: vec2<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let pair = id.x + id.y * groups.x * 256u;
  if (pair >= arrayLength(&keys) / 2u) { return; }
  let distance = phase.y;
  let lower = pair + (pair & ~(distance - 1u));
  let upper = lower + distance;
  let a = keys[lower];
  let b = keys[upper];
  let ascending = (lower & phase.x) == 0u;
  if ((a > b) == ascending) {
    keys[lower] = b;
    keys[upper] = a;
  }
}
