import type { TopLevelSpec } from 'vega-lite';
import { batching } from '../../src/report/charts/batching.ts';
import { convergence } from '../../src/report/charts/convergence.ts';
import { growthFit } from '../../src/report/charts/growth-fit.ts';
import type { ChartOptions } from '../../src/report/charts/parts.ts';
import { scatter } from '../../src/report/charts/scatter.ts';
import { stack } from '../../src/report/charts/stack.ts';
import { transferBandwidth, transferTime } from '../../src/report/charts/transfer-cost.ts';
import { subjectsOf } from '../../src/report/rows.ts';
import { gpuRows } from './sample-rows.ts';

const interval = (mid: number, spread = 0.08) => ({ low: mid * (1 - spread), mid, high: mid * (1 + spread) });
const powers = (base: number, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => base ** (from + i));

const transfers = (['upload', 'readback'] as const).flatMap((kind, i) =>
  powers(4, 4, 13).map(bytes => ({ kind, software: true, bytes, time: interval((i + 1) * (40_000 + bytes / 1.5)) })),
);

const batches = ['naive', 'webgpu-tuned', 'tfjs-webgpu'].flatMap((variant, i) =>
  powers(2, 0, 10).map(batch => ({
    variant,
    device: i === 0 ? 'cpu-1' : 'SwiftShader',
    ranOn: i === 0 ? ('cpu' as const) : ('software-adapter' as const),
    batch,
    perItem: interval(i === 0 ? 90_000 : (i * 1e6) / batch + 20_000),
  })),
);

const steps = powers(2, -12, -3);
const errors = [
  ...steps.map(step => ({ method: 'RK4, f64', step, error: 30 * step ** 4 })),
  ...steps.map(step => ({ method: 'RK4, f32', step, error: 30 * step ** 4 + 2e-7 / step ** 0.5 })),
  ...steps.map(step => ({ method: 'Dormand–Prince 5(4)', step, error: 8 * step ** 5 + 1e-15 })),
];

/** Every chart that is not among the standard ones, with made-up numbers. */
export const sampleFigures = (options: ChartOptions): Record<string, TopLevelSpec> => ({
  'growth-fit': growthFit(
    subjectsOf(gpuRows.filter(({ variant }) => ['naive', 'simd', 'webgpu-tuned'].includes(String(variant))))[0]!,
    [
      {
        variant: 'naive',
        device: 'cpu-1',
        formula: '2.2 ns · n³',
        curve: [16, 64, 256, 512].map(size => ({ size, ns: 2.2 * size ** 3 })),
      },
    ],
    { ...options, sizeMeaning: 'n: A and B are n×n' },
  ),
  'transfer-time': transferTime('SwiftShader', transfers, options),
  'transfer-bandwidth': transferBandwidth('SwiftShader', transfers, options),
  batching: batching('cnn', batches, { ...options, item: 'image' }),
  convergence: convergence('ode, Lorenz', errors, { ...options, fitted: ({ step }) => step >= 2 ** -7 }),
  stack: stack(
    {
      title: 'matmul at size 512: where its arithmetic is executed',
      subtitle: 'share of 2n³ flops by layer',
      axis: 'share of flops',
      parts: [
        { part: 'bytecode', colour: '#0a4fbb' },
        { part: 'machine code', colour: '#40905a' },
        { part: 'WebAssembly', colour: '#e37623' },
        { part: 'native library', colour: '#442945' },
        { part: 'GPU kernel', colour: '#9a4b8c' },
      ],
      rows: [
        {
          label: 'naive',
          text: '2.68·10⁸',
          parts: [
            { part: 'bytecode', value: 1 },
            { part: 'machine code', value: 40 },
          ],
        },
        {
          label: 'tfjs-wasm',
          text: '2.68·10⁸',
          parts: [
            { part: 'WebAssembly', value: 40 },
            { part: 'machine code', value: 3 },
          ],
        },
        {
          label: 'webgpu-tuned (software)',
          text: '2.68·10⁸',
          parts: [{ part: 'GPU kernel', value: 1 }],
          software: true,
        },
      ],
    },
    options,
  ),
  scatter: scatter(
    {
      title: 'forecast against measured speed-up',
      subtitle: 'line: they agree; whiskers: forecast interval and 95 % interval',
      x: 'measured speed-up',
      y: 'forecast speed-up',
      points: ['matmul', 'ode', 'quicksort', 'crypto', 'cnn'].flatMap((group, i) =>
        [0.6, 3, 14, 60].map((ratio, j) => ({
          group,
          software: false,
          x: interval(ratio * (1 + i / 5)),
          y: interval(ratio * (1 + i / 5) * (0.8 + 0.1 * ((i * 3 + j) % 5)), 0.3),
        })),
      ),
    },
    options,
  ),
});
