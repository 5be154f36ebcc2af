/**
 * WGSL for devices without fast workgroup memory, which are CPUs pretending to be GPUs: no barrier, each invocation
 * computes `rows`×`columns` elements in registers straight from storage buffers.
 *
 * Bound: a step of k is 2·rows·columns flops on rows + columns loads; 8×8 gives 8 flops a load where the naive kernel
 * has 1. On SwiftShader a load costs several times as much as a multiply–add (it gathers lane by lane), and larger
 * tiles gained nothing more. Indices past the edge are clamped, so that the loop needs no branch; the stores test.
 */
export interface FlatShape {
  readonly rows: number;
  /** A multiple of 4. */
  readonly columns: number;
  /** A workgroup has so many invocations each way. */
  readonly side: number;
}

export function flatShader({ rows, columns, side }: FlatShape): string {
  const row = range(rows);
  const column = range(columns);
  const group = range(columns / 4);
  const vector = (g: number): string => `vec4f(${range(4).map(s => `b${4 * g + s}`)})`;
  return `override M: u32;
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

@compute @workgroup_size(${side}, ${side})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let top = id.y * ${rows}u;
  let left = id.x * ${columns}u;
  if (top >= M || left >= N) {
    return;
  }
${row.map(r => `  let row${r} = min(top + ${r}u, M - 1u) * K;`).join('\n')}
${column.map(s => `  let column${s} = min(left + ${s}u, N - 1u);`).join('\n')}
${row.flatMap(r => group.map(g => `  var c${r}_${g} = vec4f();`)).join('\n')}
  var line = 0u;
  for (var p = 0u; p < K; p++) {
${column.map(s => `    let b${s} = b[line + column${s}];`).join('\n')}
${group.map(g => `    let v${g} = ${vector(g)};`).join('\n')}
${row.flatMap(r => [`    let a${r} = a[row${r} + p];`, ...group.map(g => `    c${r}_${g} += a${r} * v${g};`)]).join('\n')}
    line += N;
  }
${row.flatMap(r => group.map(g => `  store(top + ${r}u, left + ${4 * g}u, c${r}_${g});`)).join('\n')}
}
`;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
