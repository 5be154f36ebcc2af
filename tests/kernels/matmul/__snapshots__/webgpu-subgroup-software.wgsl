enable subgroups;
// A subgroup is in step by construction: what it branches on is the same in all of its invocations.
diagnostic(off, subgroup_uniformity);

override M: u32;
override K: u32;
override N: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
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

@compute @workgroup_size(128)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) size: u32,
) {
  // Subgroups of one workgroup lie below each other, so that they read the same columns of B.
  let blocks = (M + 7u) / 8u;
  let ours = subgroupBroadcastFirst(((group.y * groups.x + group.x) * 128u + index) / size);
  let top = (ours % blocks) * 8u;
  let first = (ours / blocks) * 4u * size;
  if (first >= N) {
    return;
  }
  let mine = first + 4u * lane;
  let left = min(mine, N - 4u);
  let row0 = min(top + 0u, M - 1u) * K;
  let row1 = min(top + 1u, M - 1u) * K;
  let row2 = min(top + 2u, M - 1u) * K;
  let row3 = min(top + 3u, M - 1u) * K;
  let row4 = min(top + 4u, M - 1u) * K;
  let row5 = min(top + 5u, M - 1u) * K;
  let row6 = min(top + 6u, M - 1u) * K;
  let row7 = min(top + 7u, M - 1u) * K;
  var c0 = vec4f();
  var c1 = vec4f();
  var c2 = vec4f();
  var c3 = vec4f();
  var c4 = vec4f();
  var c5 = vec4f();
  var c6 = vec4f();
  var c7 = vec4f();
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
    let steps = min(size, K - p);
    var line = p * N;
    for (var t = 0u; t < steps; t++) {
      let v = b[(line + left) / 4u];
      c0 += subgroupShuffle(a0, t) * v;
      c1 += subgroupShuffle(a1, t) * v;
      c2 += subgroupShuffle(a2, t) * v;
      c3 += subgroupShuffle(a3, t) * v;
      c4 += subgroupShuffle(a4, t) * v;
      c5 += subgroupShuffle(a5, t) * v;
      c6 += subgroupShuffle(a6, t) * v;
      c7 += subgroupShuffle(a7, t) * v;
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
}
