// A whole bitonic sort in one workgroup's memory, for arrays of at most `capacity` keys: one pass, log₂²/2 barriers.

@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> sorted: array<u32>;
override length: u32;
override floats: bool;
/// The power of two that holds them.
override capacity: u32;

const lanes = 256u;
var<workgroup> keys: array<u32, capacity>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) lane: u32) {
  for (var i = lane; i < capacity; i += lanes) {
    keys[i] = 0xffffffffu;
    if (i < length) { keys[i] = arriving(source[i], floats); }
  }
  for (var merged = 2u; merged <= capacity; merged *= 2u) {
    for (var distance = merged / 2u; distance > 0u; distance /= 2u) {
      workgroupBarrier();
      for (var pair = lane; pair < capacity / 2u; pair += lanes) {
        let lower = pair + (pair & ~(distance - 1u));
        let upper = lower + distance;
        let a = keys[lower];
        let b = keys[upper];
        if ((a > b) == ((lower & merged) == 0u)) {
          keys[lower] = b;
          keys[upper] = a;
        }
      }
    }
  }
  workgroupBarrier();
  for (var i = lane; i < length; i += lanes) { sorted[i] = leaving(keys[i], floats); }
}
