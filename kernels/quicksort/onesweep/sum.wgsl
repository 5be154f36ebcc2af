/// Counts of the values of every digit, then the places that their first keys go to. One workgroup a digit.
@group(0) @binding(0) var<storage, read_write> starts: array<u32>;

const scan_lanes = 256u;

@compute @workgroup_size(scan_lanes)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) id: vec3<u32>) {
  let place = id.x * scan_lanes + lane;
  let sums = exclusive_sum(lane, starts[place]);
  starts[place] = sums.before;
}
