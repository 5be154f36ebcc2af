enable subgroups;
// A subgroup is in step by construction: what it branches on is the same in all of its invocations.
diagnostic(off, subgroup_uniformity);

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

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) size: u32,
) {
  // Subgroups of one workgroup lie below each other, so that they read the same columns of B.
  let blocks = (M + 15u) / 16u;
  let ours = subgroupBroadcastFirst(((group.y * groups.x + group.x) * 256u + index) / size);
  let top = (ours % blocks) * 16u;
  let first = (ours / blocks) * 4u * size;
  if (first >= N) {
    return;
  }
  let mine = first + 4u * lane;
  let left = min(mine, N - 1u);
  let column0 = min(left + 0u, N - 1u);
  let column1 = min(left + 1u, N - 1u);
  let column2 = min(left + 2u, N - 1u);
  let column3 = min(left + 3u, N - 1u);
  let row0 = min(top + 0u, M - 1u) * K;
  let row1 = min(top + 1u, M - 1u) * K;
  let row2 = min(top + 2u, M - 1u) * K;
  let row3 = min(top + 3u, M - 1u) * K;
  let row4 = min(top + 4u, M - 1u) * K;
  let row5 = min(top + 5u, M - 1u) * K;
  let row6 = min(top + 6u, M - 1u) * K;
  let row7 = min(top + 7u, M - 1u) * K;
  let row8 = min(top + 8u, M - 1u) * K;
  let row9 = min(top + 9u, M - 1u) * K;
  let row10 = min(top + 10u, M - 1u) * K;
  let row11 = min(top + 11u, M - 1u) * K;
  let row12 = min(top + 12u, M - 1u) * K;
  let row13 = min(top + 13u, M - 1u) * K;
  let row14 = min(top + 14u, M - 1u) * K;
  let row15 = min(top + 15u, M - 1u) * K;
  var c0 = vec4f();
  var c1 = vec4f();
  var c2 = vec4f();
  var c3 = vec4f();
  var c4 = vec4f();
  var c5 = vec4f();
  var c6 = vec4f();
  var c7 = vec4f();
  var c8 = vec4f();
  var c9 = vec4f();
  var c10 = vec4f();
  var c11 = vec4f();
  var c12 = vec4f();
  var c13 = vec4f();
  var c14 = vec4f();
  var c15 = vec4f();
  for (var p = 0u; p < K; p += size) {
    let step = min(p + lane, K - 1u);
    let a0 = a[row0 + step];
    let a1 = a[row1 + step];
    let a2 = a[row2 + step];
    let a3 = a[row3 + step];
    let a4 = a[row4 + step];
    let a5 = a[row5 + step];
    let a6 = a[row6 + step];
    let a7 = a[row7 + step];
    let a8 = a[row8 + step];
    let a9 = a[row9 + step];
    let a10 = a[row10 + step];
    let a11 = a[row11 + step];
    let a12 = a[row12 + step];
    let a13 = a[row13 + step];
    let a14 = a[row14 + step];
    let a15 = a[row15 + step];
    let steps = min(size, K - p);
    var line = p * N;
    for (var t = 0u; t < steps; t++) {
      let v = vec4f(b[line + column0], b[line + column1], b[line + column2], b[line + column3]);
      c0 += subgroupShuffle(a0, t) * v;
      c1 += subgroupShuffle(a1, t) * v;
      c2 += subgroupShuffle(a2, t) * v;
      c3 += subgroupShuffle(a3, t) * v;
      c4 += subgroupShuffle(a4, t) * v;
      c5 += subgroupShuffle(a5, t) * v;
      c6 += subgroupShuffle(a6, t) * v;
      c7 += subgroupShuffle(a7, t) * v;
      c8 += subgroupShuffle(a8, t) * v;
      c9 += subgroupShuffle(a9, t) * v;
      c10 += subgroupShuffle(a10, t) * v;
      c11 += subgroupShuffle(a11, t) * v;
      c12 += subgroupShuffle(a12, t) * v;
      c13 += subgroupShuffle(a13, t) * v;
      c14 += subgroupShuffle(a14, t) * v;
      c15 += subgroupShuffle(a15, t) * v;
      line += N;
    }
  }
  store(top + 0u, mine, c0);
  store(top + 1u, mine, c1);
  store(top + 2u, mine, c2);
  store(top + 3u, mine, c3);
  store(top + 4u, mine, c4);
  store(top + 5u, mine, c5);
  store(top + 6u, mine, c6);
  store(top + 7u, mine, c7);
  store(top + 8u, mine, c8);
  store(top + 9u, mine, c9);
  store(top + 10u, mine, c10);
  store(top + 11u, mine, c11);
  store(top + 12u, mine, c12);
  store(top + 13u, mine, c13);
  store(top + 14u, mine, c14);
  store(top + 15u, mine, c15);
}
