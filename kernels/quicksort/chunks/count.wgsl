@group(0) @binding(0) var<storage, read> source: array<u32>;
/// Row `chunk`: the number of its keys in every bucket.
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
@group(0) @binding(2) var<storage, read> digit: Digit;

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let chunk = id.x;
  if (chunk >= chunks) { return; }
  let row = chunk * buckets;
  for (var bucket = 0u; bucket < buckets; bucket++) { counts[row + bucket] = 0u; }
  let end = begin(chunk + 1u);
  for (var i = begin(chunk); i < end; i++) {
    counts[row + ((arriving(source[i], digit.encodes != 0u) >> digit.shift) & (buckets - 1u))]++;
  }
}
