@group(0) @binding(0) var<storage, read> source: array<u32>;
/// Row `chunk`: the keys of every bucket in the chunks before it; counted up as its own keys are placed.
@group(0) @binding(1) var<storage, read_write> counts: array<u32>;
/// Keys in every bucket over all chunks.
@group(0) @binding(2) var<storage, read> totals: array<u32>;
@group(0) @binding(3) var<storage, read> digit: Digit;
@group(0) @binding(4) var<storage, read_write> moved: array<u32>;

@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let chunk = id.x;
  if (chunk >= chunks) { return; }
  let row = chunk * buckets;
  var smaller = 0u;
  for (var bucket = 0u; bucket < buckets; bucket++) {
    counts[row + bucket] += smaller;
    smaller += totals[bucket];
  }
  let end = begin(chunk + 1u);
  for (var i = begin(chunk); i < end; i++) {
    let key = arriving(source[i], digit.encodes != 0u);
    let at = row + ((key >> digit.shift) & (buckets - 1u));
    let place = counts[at];
    counts[at] = place + 1u;
    moved[place] = leaving(key, digit.decodes != 0u);
  }
}
