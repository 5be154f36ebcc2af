// One invocation for each element of C, and a loop over k: 2 loads of 4 bytes for 2 flops, so memory decides on any
// device whose balance exceeds 1/4 flop a byte (an H100 has 20). Neighbours in x share the row of A and read B in a row.
override M: u32;
override K: u32;
override N: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y;
  let column = id.x;
  if (row >= M || column >= N) {
    return;
  }
  var sum = 0.0;
  for (var p = 0u; p < K; p++) {
    sum += a[row * K + p] * b[p * N + column];
  }
  c[row * N + column] = sum;
}
