// What earlier runs left behind: counts, tickets and states are added to and waited for, so they begin at nothing.

@group(0) @binding(0) var<storage, read_write> cleared: array<u32>;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = id.x + id.y * groups.x * 256u;
  if (index < arrayLength(&cleared)) { cleared[index] = 0u; }
}
