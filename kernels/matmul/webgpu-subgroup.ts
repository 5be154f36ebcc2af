import type { GpuVariant } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import type { MatmulInput, Product } from './input.ts';
import { matrixBuffers, productOf, uploadMatrices } from './webgpu-buffers.ts';

/**
 * WGSL that shares A between the invocations of a subgroup: no workgroup memory, no barrier. A subgroup of S
 * invocations computes `rows`×4S elements. For S steps of k each invocation loads one element of each row of A (S
 * neighbours along k); then, step by step, it loads 4 neighbouring elements of B and takes the A of that step from the
 * invocation that holds it.
 *
 * Bound at 16 rows: a step is 2·16·4 = 128 flops on 16 bytes of B, and the A of a step costs 16/S loads of 4 bytes: 8 flops
 * a byte of cache, so 44 TFLOP/s at an H100's 5.5 TB/s of L2, more where the subgroups of a workgroup, which lie below
 * each other and read the same B, find it in L1. Memory is read n/(4S) and n/16 times, from L2 while a panel fits.
 */
export interface SubgroupShape {
  readonly rows: number;
  /** Invocations of a workgroup, a multiple of every subgroup size. */
  readonly workgroup: number;
}

/** The largest subgroup that WebGPU allows. */
const largestSubgroup = 128;

/** @param wide whether N is a multiple of 4, so that B can be read 16 bytes at once */
export function subgroupShader({ rows, workgroup }: SubgroupShape, wide: boolean): string {
  const row = Array.from({ length: rows }, (_, r) => r);
  const lines = (make: (r: number) => string): string => row.map(make).join('\n');
  const four = [0, 1, 2, 3];
  const loadB = wide ? 'b[(line + left) / 4u]' : `vec4f(${four.map(s => `b[line + column${s}]`).join(', ')})`;
  return `enable subgroups;
// A subgroup is in step by construction: what it branches on is the same in all of its invocations.
diagnostic(off, subgroup_uniformity);

override M: u32;
override K: u32;
override N: u32;

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<${wide ? 'vec4f' : 'f32'}>;
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

@compute @workgroup_size(${workgroup})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) index: u32,
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) size: u32,
) {
  // Subgroups of one workgroup lie below each other, so that they read the same columns of B.
  let blocks = (M + ${rows - 1}u) / ${rows}u;
  let ours = subgroupBroadcastFirst(((group.y * groups.x + group.x) * ${workgroup}u + index) / size);
  let top = (ours % blocks) * ${rows}u;
  let first = (ours / blocks) * 4u * size;
  if (first >= N) {
    return;
  }
  let mine = first + 4u * lane;
  let left = min(mine, ${wide ? 'N - 4u' : 'N - 1u'});
${wide ? '' : `${four.map(s => `  let column${s} = min(left + ${s}u, N - 1u);`).join('\n')}\n`}${lines(r => `  let row${r} = min(top + ${r}u, M - 1u) * K;`)}
${lines(r => `  var c${r} = vec4f();`)}
  for (var p = 0u; p < K; p += size) {
    let step = min(p + lane, K - 1u);
${lines(r => `    let a${r} = a[row${r} + step];`)}
    let steps = min(size, K - p);
    var line = p * N;
    for (var t = 0u; t < steps; t++) {
      let v = ${loadB};
${lines(r => `      c${r} += subgroupShuffle(a${r}, t) * v;`)}
      line += N;
    }
  }
${lines(r => `  store(top + ${r}u, mine, c${r});`)}
}
`;
}

const shapes = { software: { rows: 8, workgroup: 128 }, gpu: { rows: 16, workgroup: 256 } } as const;

/** A dispatch has at most 65,535 workgroups in one dimension. */
const mostAcross = 32_768;

export const webgpuSubgroupDeclaration: GpuVariant<MatmulInput, Product> = {
  name: 'webgpu-subgroup',
  sameAlgorithm: true,
  summary: 'rows of A shared by subgroup shuffles, no workgroup memory',
  requires: ['subgroups' as GPUFeatureName],
  plan({ adapter }, input) {
    const { m, k, n } = input;
    const shape = adapter.software ? shapes.software : shapes.gpu;
    // The size of a subgroup is known on the device only: enough invocations for the largest; idle ones return at once.
    const invocations = Math.ceil(m / shape.rows) * (Math.ceil(n / 4) + largestSubgroup - 1);
    const groups = m * n === 0 ? 0 : Math.ceil(invocations / shape.workgroup);
    const across = Math.min(groups, mostAcross);
    return {
      buffers: matrixBuffers(input),
      passes: [
        {
          label: 'matmul',
          code: subgroupShader(shape, n % 4 === 0 && n > 0),
          constants: { M: m, K: k, N: n },
          bindings: ['a', 'b', 'c'],
          workgroups: [across, across === 0 ? 0 : Math.ceil(groups / across)],
        },
      ],
    };
  },
  upload: uploadMatrices,
  download: productOf,
};

export const webgpuSubgroup = webgpuVariant(webgpuSubgroupDeclaration);
