override M: u32;
override K: u32;
override N: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

fn store(row: u32, column: u32, sums: vec4f) {
  if (row >= M) {
    return;
  }
  for (var s = 0u; s < 4u; s++) {
    if (column + s < N) {
      c[row * N + column + s] = sums[s];
    }
  }
}

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let top = id.y * 8u;
  let left = id.x * 8u;
  if (top >= M || left >= N) {
    return;
  }
  let row0 = min(top + 0u, M - 1u) * K;
  let row1 = min(top + 1u, M - 1u) * K;
  let row2 = min(top + 2u, M - 1u) * K;
  let row3 = min(top + 3u, M - 1u) * K;
  let row4 = min(top + 4u, M - 1u) * K;
  let row5 = min(top + 5u, M - 1u) * K;
  let row6 = min(top + 6u, M - 1u) * K;
  let row7 = min(top + 7u, M - 1u) * K;
  let column0 = min(left + 0u, N - 1u);
  let column1 = min(left + 1u, N - 1u);
  let column2 = min(left + 2u, N - 1u);
  let column3 = min(left + 3u, N - 1u);
  let column4 = min(left + 4u, N - 1u);
  let column5 = min(left + 5u, N - 1u);
  let column6 = min(left + 6u, N - 1u);
  let column7 = min(left + 7u, N - 1u);
  var c0_0 = vec4f();
  var c0_1 = vec4f();
  var c1_0 = vec4f();
  var c1_1 = vec4f();
  var c2_0 = vec4f();
  var c2_1 = vec4f();
  var c3_0 = vec4f();
  var c3_1 = vec4f();
  var c4_0 = vec4f();
  var c4_1 = vec4f();
  var c5_0 = vec4f();
  var c5_1 = vec4f();
  var c6_0 = vec4f();
  var c6_1 = vec4f();
  var c7_0 = vec4f();
  var c7_1 = vec4f();
  var line = 0u;
  for (var p = 0u; p < K; p++) {
    let b0 = b[line + column0];
    let b1 = b[line + column1];
    let b2 = b[line + column2];
    let b3 = b[line + column3];
    let b4 = b[line + column4];
    let b5 = b[line + column5];
    let b6 = b[line + column6];
    let b7 = b[line + column7];
    let v0 = vec4f(b0,b1,b2,b3);
    let v1 = vec4f(b4,b5,b6,b7);
    let a0 = a[row0 + p];
    c0_0 += a0 * v0;
    c0_1 += a0 * v1;
    let a1 = a[row1 + p];
    c1_0 += a1 * v0;
    c1_1 += a1 * v1;
    let a2 = a[row2 + p];
    c2_0 += a2 * v0;
    c2_1 += a2 * v1;
    let a3 = a[row3 + p];
    c3_0 += a3 * v0;
    c3_1 += a3 * v1;
    let a4 = a[row4 + p];
    c4_0 += a4 * v0;
    c4_1 += a4 * v1;
    let a5 = a[row5 + p];
    c5_0 += a5 * v0;
    c5_1 += a5 * v1;
    let a6 = a[row6 + p];
    c6_0 += a6 * v0;
    c6_1 += a6 * v1;
    let a7 = a[row7 + p];
    c7_0 += a7 * v0;
    c7_1 += a7 * v1;
    line += N;
  }
  store(top + 0u, left + 0u, c0_0);
  store(top + 0u, left + 4u, c0_1);
  store(top + 1u, left + 0u, c1_0);
  store(top + 1u, left + 4u, c1_1);
  store(top + 2u, left + 0u, c2_0);
  store(top + 2u, left + 4u, c2_1);
  store(top + 3u, left + 0u, c3_0);
  store(top + 3u, left + 4u, c3_1);
  store(top + 4u, left + 0u, c4_0);
  store(top + 4u, left + 4u, c4_1);
  store(top + 5u, left + 0u, c5_0);
  store(top + 5u, left + 4u, c5_1);
  store(top + 6u, left + 0u, c6_0);
  store(top + 6u, left + 4u, c6_1);
  store(top + 7u, left + 0u, c7_0);
  store(top + 7u, left + 4u, c7_1);
}
