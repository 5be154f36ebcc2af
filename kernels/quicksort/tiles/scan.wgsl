// Exclusive prefix sum over a workgroup of `scan_lanes` invocations, a power of two that the including file states
// (W. D. Hillis and G. L. Steele, "Data Parallel Algorithms", 1986), from one half of the memory into the other and
// back: log₂ barriers, not twice as many.

var<workgroup> partial: array<u32, 2u * scan_lanes>;

struct Sums { before: u32, all: u32 }

fn exclusive_sum(lane: u32, value: u32) -> Sums {
  var half = 0u;
  partial[lane] = value;
  workgroupBarrier();
  for (var distance = 1u; distance < scan_lanes; distance *= 2u) {
    var sum = partial[half + lane];
    if (lane >= distance) { sum += partial[half + lane - distance]; }
    half = scan_lanes - half;
    partial[half + lane] = sum;
    workgroupBarrier();
  }
  return Sums(partial[half + lane] - value, partial[half + scan_lanes - 1u]);
}
