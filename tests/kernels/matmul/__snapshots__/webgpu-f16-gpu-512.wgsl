enable f16;

override M: u32;
override K: u32;
override N: u32;

@group(0) @binding(0) var<storage, read> a: array<f16>;
@group(0) @binding(1) var<storage, read> b: array<f16>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

// Both slices step by step of k: a column of A, a row of B.
var<workgroup> sliceA: array<vec4<f16>, 256>;
var<workgroup> sliceB: array<vec4<f16>, 256>;

fn loadA(row: u32, step: u32) -> f16 {
  if (row < M && step < K) {
    return a[row * K + step];
  }
  return 0.0h;
}

fn loadB(step: u32, column: u32) -> f16 {
  if (step < K && column < N) {
    return b[step * N + column];
  }
  return 0.0h;
}

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

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let top = group.y * 64u;
  let left = group.x * 64u;
  // Whoever loads A runs along k, whoever loads B along n: both read memory in a row.
  let stepA = index % 16u;
  let rowA = index / 16u;
  let columnB = index % 64u;
  let stepB = index / 64u;
  var nextA0 = loadA(top + rowA + 0u, stepA);
  var nextA1 = loadA(top + rowA + 16u, stepA);
  var nextA2 = loadA(top + rowA + 32u, stepA);
  var nextA3 = loadA(top + rowA + 48u, stepA);
  var nextB0 = loadB(stepB + 0u, left + columnB);
  var nextB1 = loadB(stepB + 4u, left + columnB);
  var nextB2 = loadB(stepB + 8u, left + columnB);
  var nextB3 = loadB(stepB + 12u, left + columnB);
  var c0_0 = vec4f();
  var c1_0 = vec4f();
  var c2_0 = vec4f();
  var c3_0 = vec4f();
  for (var p = 0u; p < K; p += 16u) {
    {
      let at = stepA * 64u + rowA + 0u;
      sliceA[at / 4u][at % 4u] = nextA0;
    }
    {
      let at = stepA * 64u + rowA + 16u;
      sliceA[at / 4u][at % 4u] = nextA1;
    }
    {
      let at = stepA * 64u + rowA + 32u;
      sliceA[at / 4u][at % 4u] = nextA2;
    }
    {
      let at = stepA * 64u + rowA + 48u;
      sliceA[at / 4u][at % 4u] = nextA3;
    }
    {
      let at = (stepB + 0u) * 64u + columnB;
      sliceB[at / 4u][at % 4u] = nextB0;
    }
    {
      let at = (stepB + 4u) * 64u + columnB;
      sliceB[at / 4u][at % 4u] = nextB1;
    }
    {
      let at = (stepB + 8u) * 64u + columnB;
      sliceB[at / 4u][at % 4u] = nextB2;
    }
    {
      let at = (stepB + 12u) * 64u + columnB;
      sliceB[at / 4u][at % 4u] = nextB3;
    }
    workgroupBarrier();
    let ahead = p + 16u;
    if (ahead < K) {
      nextA0 = loadA(top + rowA + 0u, ahead + stepA);
      nextA1 = loadA(top + rowA + 16u, ahead + stepA);
      nextA2 = loadA(top + rowA + 32u, ahead + stepA);
      nextA3 = loadA(top + rowA + 48u, ahead + stepA);
      nextB0 = loadB(ahead + stepB + 0u, left + columnB);
      nextB1 = loadB(ahead + stepB + 4u, left + columnB);
      nextB2 = loadB(ahead + stepB + 8u, left + columnB);
      nextB3 = loadB(ahead + stepB + 12u, left + columnB);
    }
    var h0_0 = vec4<f16>();
    var h1_0 = vec4<f16>();
    var h2_0 = vec4<f16>();
    var h3_0 = vec4<f16>();
    for (var s = 0u; s < 16u; s++) {
      let line = s * 16u;
      let b0 = sliceB[line + 0u + local.x];
      let a0 = sliceA[line + 0u + local.y];
      h0_0 += a0.x * b0;
      h1_0 += a0.y * b0;
      h2_0 += a0.z * b0;
      h3_0 += a0.w * b0;
    }
    c0_0 += vec4f(h0_0);
    c1_0 += vec4f(h1_0);
    c2_0 += vec4f(h2_0);
    c3_0 += vec4f(h3_0);
    workgroupBarrier();
  }
  store(top + 0u + 4u * local.y, left + 0u + 4u * local.x, c0_0);
  store(top + 1u + 4u * local.y, left + 0u + 4u * local.x, c1_0);
  store(top + 2u + 4u * local.y, left + 0u + 4u * local.x, c2_0);
  store(top + 3u + 4u * local.y, left + 0u + 4u * local.x, c3_0);
}
