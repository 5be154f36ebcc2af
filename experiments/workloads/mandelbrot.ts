import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * Escape times z ← z² + c of n×n points of [−2, 0.5] × [−1.25, 1.25], at most 64 steps: 8 operations a step, nothing to
 * load, and neighbours that stop at different steps. Variants agree but for
 * points whose orbit amplifies rounding.
 */
const most = 64;

export function escapeTime(cx: number, cy: number): number {
  let x = 0;
  let y = 0;
  let step = 0;
  while (step < most) {
    const xx = x * x;
    const yy = y * y;
    if (xx + yy > 4) break;
    y = 2 * x * y + cy;
    x = xx - yy + cx;
    step++;
  }
  return step;
}

export function rows(n: number, out: Float32Array, from: number, to: number): void {
  for (let row = from; row < to; row++) {
    const cy = (row / n) * 2.5 - 1.25;
    for (let column = 0; column < n; column++) out[row * n + column] = escapeTime((column / n) * 2.5 - 2, cy);
  }
}

function naive({ scalars: { n = 0 } }: ProgramInput): Float32Array {
  const out = new Float32Array(n * n);
  rows(n, out, 0, n);
  return out;
}

export const kernel = (job: Job): void => {
  const { n = 0 } = job.scalars;
  const [from, to] = share(n, job, 4);
  if (job.wasm)
    (job.wasm.exports.mandelbrot as (...args: number[]) => void)(job.wasm.addresses.out!, n, from, to, most);
  else rows(n, job.shared.out as Float32Array, from, to);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'mandelbrot',
  summary: 'escape times of n×n points, at most 64 steps',
  sizeMeaning: 'n: n×n points (a multiple of 4)',
  sizes: { smoke: 12, small: 32, medium: 128, large: 512 },
  inputs: n => ({ arrays: {}, scalars: { n } }),
  reference({ scalars: { n = 0 } }) {
    return Float32Array.from({ length: n * n }, (_, i) => {
      const [cx, cy] = [((i % n) / n) * 2.5 - 2, (Math.floor(i / n) / n) * 2.5 - 1.25];
      let [x, y, step] = [0, 0, 0];
      for (; step < most && x * x + y * y <= 4; step++) [x, y] = [x * x - y * y + cx, 2 * x * y + cy];
      return step;
    });
  },
  // Orbits near the border are chaotic: rounding may move an escape by any number of steps.
  tolerance: (_input, want) => ({
    kind: 'absolute',
    bound: Float64Array.from(want as Float32Array, step => (step > 12 ? most : 1)),
    reason: 'escapes after more than 12 steps lie where rounding decides (2¹² amplification); earlier ones within 1',
  }),
  work: n => ({
    operations: 8 * n * n,
    operationUnit: 'flop',
    bytesRead: 0,
    bytesWritten: 4 * n * n,
    bytesToDevice: 0,
    bytesFromDevice: 4 * n * n,
    items: n * n,
    itemUnit: 'point',
  }),
  variants: programVariants({
    naive,
    out: ({ scalars: { n = 0 } }) => ({ kind: 'f32', length: n * n }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ scalars: { n = 0 } }) => [
        {
          label: 'mandelbrot',
          code: `
override n: u32;
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
${flatMain}
  if (i >= n * n) { return; }
  let cx = f32(i % n) / f32(n) * 2.5 - 2.0;
  let cy = f32(i / n) / f32(n) * 2.5 - 1.25;
  var x = 0.0;
  var y = 0.0;
  var step = 0;
  while (step < ${most}) {
    let xx = x * x;
    let yy = y * y;
    if (xx + yy > 4.0) { break; }
    y = 2.0 * x * y + cy;
    x = xx - yy + cx;
    step++;
  }
  out[i] = f32(step);
}`,
          constants: { n },
          bindings: ['out'],
          workgroups: gridOf(n * n),
        },
      ],
    },
  }),
});
