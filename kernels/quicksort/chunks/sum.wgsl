/// Row `chunk`: first the number of its keys in every bucket, then those of the chunks before it.
@group(0) @binding(0) var<storage, read_write> counts: array<u32>;
/// Keys in every bucket over all chunks.
@group(0) @binding(1) var<storage, read_write> totals: array<u32>;

override chunks: u32;
override buckets: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let bucket = id.x;
  if (bucket >= buckets) { return; }
  var before = 0u;
  for (var at = bucket; at < chunks * buckets; at += buckets) {
    let here = counts[at];
    counts[at] = before;
    before += here;
  }
  totals[bucket] = before;
}
