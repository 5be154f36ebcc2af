import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * Gravity of n bodies in the plane, all pairs, softened: per pair 2 subtractions, 5 multiply–adds, a square root and a
 * division. Everything but the smallest n stays in the first cache: bound by arithmetic, by the divider above all.
 */
const softening = 0.01;

interface Bodies {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly m: ArrayLike<number>;
}

/** `out` holds all x components, then all y components. */
export function attract({ x, y, m }: Bodies, out: Float32Array, from: number, to: number): void {
  const n = x.length;
  for (let i = from; i < to; i++) {
    const px = x[i]!;
    const py = y[i]!;
    let ax = 0;
    let ay = 0;
    for (let j = 0; j < n; j++) {
      const dx = x[j]! - px;
      const dy = y[j]! - py;
      const square = dx * dx + dy * dy + softening;
      const scale = m[j]! / (square * Math.sqrt(square));
      ax += scale * dx;
      ay += scale * dy;
    }
    out[i] = ax;
    out[n + i] = ay;
  }
}

function naive({ arrays }: ProgramInput): Float32Array {
  const { x, y, m } = arrays;
  const out = new Float32Array(2 * x!.length);
  attract({ x: x!, y: y!, m: m! }, out, 0, x!.length);
  return out;
}

export const kernel = (job: Job): void => {
  const { x, y, m, out } = job.shared;
  const [from, to] = share(x!.length, job, 16);
  if (job.wasm) {
    const { exports, addresses: at } = job.wasm;
    (exports.nbody as (...args: number[]) => void)(at.x!, at.y!, at.m!, at.out!, x!.length, from, to, softening);
  } else attract({ x: x!, y: y!, m: m! }, out as Float32Array, from, to);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'nbody',
  summary: 'gravity of n bodies in the plane, all pairs',
  sizeMeaning: 'n: bodies',
  sizes: { smoke: 33, small: 128, medium: 512, large: 2048 },
  inputs: (n, random) => ({
    arrays: { x: uniform(random, n), y: uniform(random, n), m: uniform(random, n, 0, 1) },
    scalars: {},
  }),
  reference({ arrays: { x, y, m } }) {
    const n = x!.length;
    const out = new Float64Array(2 * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const [dx, dy] = [x![j]! - x![i]!, y![j]! - y![i]!];
        const scale = m![j]! * (dx * dx + dy * dy + softening) ** -1.5;
        out[i]! += scale * dx;
        out[n + i]! += scale * dy;
      }
    return Float32Array.from(out);
  },
  // |scale·d| ≤ m s⁻¹·0.385·√… is at most 0.385/softening for one pair; sums of n of them and 12 roundings each.
  tolerance: ({ arrays: { x } }) => ({
    kind: 'absolute',
    bound: (x!.length + 16) * 2 ** -24 * (0.385 / softening) * x!.length,
    reason: 'γ of n additions and 16 operations on n terms of at most 0.385/ε',
  }),
  work: n => ({
    operations: 13 * n * n,
    operationUnit: 'flop',
    bytesRead: 12 * n,
    bytesWritten: 8 * n,
    bytesToDevice: 12 * n,
    bytesFromDevice: 8 * n,
    items: n * n,
    itemUnit: 'pair',
  }),
  variants: programVariants({
    naive,
    out: ({ arrays: { x } }) => ({ kind: 'f32', length: 2 * x!.length }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ arrays: { x } }) => [
        {
          label: 'nbody',
          code: `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> m: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
${flatMain}
  let n = arrayLength(&x);
  if (i >= n) { return; }
  let px = x[i];
  let py = y[i];
  var ax = 0.0;
  var ay = 0.0;
  for (var j = 0u; j < n; j++) {
    let dx = x[j] - px;
    let dy = y[j] - py;
    let square = dx * dx + dy * dy + ${softening};
    let scale = m[j] / (square * sqrt(square));
    ax += scale * dx;
    ay += scale * dy;
  }
  out[i] = ax;
  out[n + i] = ay;
}`,
          bindings: ['x', 'y', 'm', 'out'],
          workgroups: gridOf(x!.length),
        },
      ],
    },
  }),
});
