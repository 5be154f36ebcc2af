// Brings keys into a longer array whose rest sorts last, or back out of it.

@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> target_keys: array<u32>;
override length: u32;
/// Whether the source holds f32 keys as they came.
override encodes: bool;
/// Whether f32 keys are wanted.
override decodes: bool;

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = id.x + id.y * groups.x * 256u;
  if (index >= arrayLength(&target_keys)) { return; }
  if (index < length) {
    target_keys[index] = leaving(arriving(source[index], encodes), decodes);
  } else {
    target_keys[index] = 0xffffffffu;
  }
}
