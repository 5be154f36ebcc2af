/**
 * WGSL for GPUs: a workgroup of 16×16 invocations computes a tile of C; slices of A and B of `depth` steps pass through
 * workgroup memory, and each invocation keeps (tile/16)² sums in registers.
 *
 * Bound at tile 128, depth 16: a slice is 2·128·16 f32 = 16 KiB (WebGPU's default limit) read once from memory for
 * 2·128²·16 flops, 32 flops a byte, above the balance of an H100 (67 TFLOP/s over 3.35 TB/s = 20). From workgroup memory
 * a step takes 4 loads of 16 bytes for 64 multiply–adds. While one slice is multiplied, the next is on its way into
 * registers.
 *
 * The columns of an invocation lie in groups of 4, 64 apart: neighbours in x then read neighbouring 16 bytes of
 * workgroup memory, without bank conflicts. Elements past the edges are read as zeros.
 */
export interface TiledShape {
  /** 64 or 128: rows and columns of C for each workgroup. */
  readonly tile: number;
  readonly depth: number;
  /**
   * Type of A, B and the multiplications; f32 unless told. With f16 the products of one slice are added in f16 and slices in
   * f32: twice the rate and half the traffic, at the price of `depth` roundings of 2⁻¹¹ a slice (reference.ts).
   */
  readonly element?: 'f32' | 'f16';
}

const side = 16;

export function tiledShader({ tile, depth, element = 'f32' }: TiledShape): string {
  const half = element === 'f16';
  const vector = half ? 'vec4<f16>' : 'vec4f';
  const groups = range(tile / side / 4);
  const quarter = range(4);
  const loads = range((tile * depth) / (side * side));
  const sums = groups.flatMap(r => quarter.flatMap(i => groups.map(g => `c${4 * r + i}_${g}`)));
  const products = half ? sums.map(sum => `h${sum.slice(1)}`) : sums;
  return `${half ? 'enable f16;\n\n' : ''}override M: u32;
override K: u32;
override N: u32;

@group(0) @binding(0) var<storage, read> a: array<${element}>;
@group(0) @binding(1) var<storage, read> b: array<${element}>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

// Both slices step by step of k: a column of A, a row of B.
var<workgroup> sliceA: array<${vector}, ${(tile * depth) / 4}>;
var<workgroup> sliceB: array<${vector}, ${(tile * depth) / 4}>;

fn loadA(row: u32, step: u32) -> ${element} {
  if (row < M && step < K) {
    return a[row * K + step];
  }
  return ${half ? '0.0h' : '0.0'};
}

fn loadB(step: u32, column: u32) -> ${element} {
  if (step < K && column < N) {
    return b[step * N + column];
  }
  return ${half ? '0.0h' : '0.0'};
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

@compute @workgroup_size(${side}, ${side})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32,
) {
  let top = group.y * ${tile}u;
  let left = group.x * ${tile}u;
  // Whoever loads A runs along k, whoever loads B along n: both read memory in a row.
  let stepA = index % ${depth}u;
  let rowA = index / ${depth}u;
  let columnB = index % ${tile}u;
  let stepB = index / ${tile}u;
${loads.map(l => `  var nextA${l} = loadA(top + rowA + ${(l * side * side) / depth}u, stepA);`).join('\n')}
${loads.map(l => `  var nextB${l} = loadB(stepB + ${(l * side * side) / tile}u, left + columnB);`).join('\n')}
${sums.map(sum => `  var ${sum} = vec4f();`).join('\n')}
  for (var p = 0u; p < K; p += ${depth}u) {
${loads.map(l => storeSlice('A', `stepA * ${tile}u + rowA + ${(l * side * side) / depth}u`, l)).join('\n')}
${loads.map(l => storeSlice('B', `(stepB + ${(l * side * side) / tile}u) * ${tile}u + columnB`, l)).join('\n')}
    workgroupBarrier();
    let ahead = p + ${depth}u;
    if (ahead < K) {
${loads.map(l => `      nextA${l} = loadA(top + rowA + ${(l * side * side) / depth}u, ahead + stepA);`).join('\n')}
${loads.map(l => `      nextB${l} = loadB(ahead + stepB + ${(l * side * side) / tile}u, left + columnB);`).join('\n')}
    }
${half ? `${products.map(name => `    var ${name} = vec4<f16>();`).join('\n')}\n` : ''}    for (var s = 0u; s < ${depth}u; s++) {
      let line = s * ${tile / 4}u;
${groups.map(g => `      let b${g} = sliceB[line + ${g * side}u + local.x];`).join('\n')}
${groups.map(r => `      let a${r} = sliceA[line + ${r * side}u + local.y];`).join('\n')}
${groups
  .flatMap(r =>
    quarter.flatMap(i => groups.map(g => `      ${half ? 'h' : 'c'}${4 * r + i}_${g} += a${r}.${'xyzw'[i]} * b${g};`)),
  )
  .join('\n')}
    }
${half ? `${sums.map((sum, at) => `    ${sum} += vec4f(${products[at]});`).join('\n')}\n` : ''}    workgroupBarrier();
  }
${groups
  .flatMap(r =>
    quarter.flatMap(i =>
      groups.map(
        g => `  store(top + ${64 * r + i}u + 4u * local.y, left + ${64 * g}u + 4u * local.x, c${4 * r + i}_${g});`,
      ),
    ),
  )
  .join('\n')}
}
`;
}

const storeSlice = (matrix: 'A' | 'B', place: string, load: number): string =>
  `    {\n      let at = ${place};\n      slice${matrix}[at / 4u][at % 4u] = next${matrix}${load};\n    }`;

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
