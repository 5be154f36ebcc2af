import type { CsvRow, Status } from '../../src/results/schema.ts';

/** A variant in the made-up run: where it ran, and how its time grows. */
interface Shape {
  readonly variant: string;
  readonly device: string;
  readonly ranOn: 'cpu' | 'software-adapter' | 'gpu';
  /** Nanoseconds that do not depend on size, and nanoseconds an operation. */
  readonly fixedNs: number;
  readonly nsPerOperation: number;
  /** Relative half-width of the interval. */
  readonly spread: number;
  /** 0 where every bit is right. */
  readonly errorFactor: number;
  readonly phases?: 'offload' | 'fused';
}

const software = 'SwiftShader Device (Subzero)';

const matmulVariants: readonly Shape[] = [
  { variant: 'naive', device: 'cpu-1', ranOn: 'cpu', fixedNs: 300, nsPerOperation: 1.1, spread: 0.03, errorFactor: 1 },
  {
    variant: 'tuned',
    device: 'cpu-1',
    ranOn: 'cpu',
    fixedNs: 400,
    nsPerOperation: 0.25,
    spread: 0.04,
    errorFactor: 0.9,
  },
  {
    variant: 'threads',
    device: 'cpu-all',
    ranOn: 'cpu',
    fixedNs: 60_000,
    nsPerOperation: 0.13,
    spread: 0.12,
    errorFactor: 0.9,
  },
  {
    variant: 'simd',
    device: 'cpu-1',
    ranOn: 'cpu',
    fixedNs: 500,
    nsPerOperation: 0.03,
    spread: 0.02,
    errorFactor: 0.6,
  },
  {
    variant: 'simd-threads',
    device: 'cpu-all',
    ranOn: 'cpu',
    fixedNs: 62_000,
    nsPerOperation: 0.016,
    spread: 0.06,
    errorFactor: 0.6,
  },
  {
    variant: 'webgpu-naive',
    device: software,
    ranOn: 'software-adapter',
    fixedNs: 900_000,
    nsPerOperation: 5,
    spread: 0.05,
    errorFactor: 1.1,
    phases: 'offload',
  },
  {
    variant: 'webgpu-tuned',
    device: software,
    ranOn: 'software-adapter',
    fixedNs: 950_000,
    nsPerOperation: 0.5,
    spread: 0.05,
    errorFactor: 0.8,
    phases: 'offload',
  },
  {
    variant: 'gpujs',
    device: software,
    ranOn: 'software-adapter',
    fixedNs: 2_500_000,
    nsPerOperation: 6,
    spread: 0.15,
    errorFactor: 1.1,
    phases: 'fused',
  },
  {
    variant: 'gpujs-webasm',
    device: 'cpu-all',
    ranOn: 'cpu',
    fixedNs: 150_000,
    nsPerOperation: 0.2,
    spread: 0.08,
    errorFactor: 1,
    phases: 'fused',
  },
  {
    variant: 'tfjs-wasm',
    device: 'cpu-all',
    ranOn: 'cpu',
    fixedNs: 90_000,
    nsPerOperation: 0.045,
    spread: 0.05,
    errorFactor: 0.7,
    phases: 'offload',
  },
  {
    variant: 'tfjs-webgpu',
    device: software,
    ranOn: 'software-adapter',
    fixedNs: 3_000_000,
    nsPerOperation: 2,
    spread: 0.1,
    errorFactor: 0.8,
    phases: 'offload',
  },
];

const cryptoVariants: readonly Shape[] = matmulVariants
  .filter(({ variant }) => ['naive', 'tuned', 'threads', 'webgpu-naive', 'webgpu-tuned', 'gpujs'].includes(variant))
  .map(shape => ({ ...shape, errorFactor: 0 }))
  .concat(
    {
      variant: 'native',
      device: 'cpu-1',
      ranOn: 'cpu',
      fixedNs: 2_000,
      nsPerOperation: 0.004,
      spread: 0.03,
      errorFactor: 0,
    },
    {
      variant: '@noble/ciphers',
      device: 'cpu-1',
      ranOn: 'cpu',
      fixedNs: 1_000,
      nsPerOperation: 0.3,
      spread: 0.03,
      errorFactor: 0,
    },
  );

const middle = (shape: Shape, operations: number) => shape.fixedNs + shape.nsPerOperation * operations;

const times = (mid: number, spread: number) => ({
  processes: 10,
  samples: 300,
  time_median_ns: mid,
  time_median_low_ns: mid * (1 - spread),
  time_median_high_ns: mid * (1 + spread * 1.2),
});

interface Cell {
  readonly workload: string;
  readonly parameters: string;
  readonly size: number;
  readonly operations: number;
}

function rowsOf(cell: Cell, shape: Shape, all: readonly Shape[]): CsvRow[] {
  const mid = middle(shape, cell.operations);
  const naive = middle(all[0]!, cell.operations);
  const cpu = all.filter(({ ranOn }) => ranOn === 'cpu');
  const best = cpu.reduce((a, b) => (middle(a, cell.operations) <= middle(b, cell.operations) ? a : b));
  const bestTime = middle(best, cell.operations);
  const id = {
    schema_version: 1,
    run_id: 'example',
    workload: cell.workload,
    size: cell.size,
    parameters: cell.parameters,
    variant: shape.variant,
    device: shape.device,
    ran_on: shape.ranOn,
  };
  const error = shape.errorFactor * 6e-8 * Math.sqrt(cell.size);
  const accuracy = {
    max_abs_error: error,
    max_rel_error: error * 3,
    max_ulp: shape.errorFactor * 4,
    tolerance: 6e-8 * cell.size,
    tolerance_share: error / (6e-8 * cell.size),
  };
  const phaseRow = (phase: string, time: number): CsvRow => ({
    ...id,
    phase,
    regime: 'steady',
    status: 'ok',
    same_algorithm: true,
    ...times(time, shape.spread),
    ...accuracy,
    steady: true,
    noisy: shape.spread > 0.1,
    below_resolution: false,
    faster_than_bound: false,
  });
  const ratio = (name: string, over: number) => ({
    [name]: over / mid,
    [`${name}_low`]: (over / mid) * (1 - shape.spread * 1.3),
    [`${name}_high`]: (over / mid) * (1 + shape.spread * 1.3),
  });
  const endToEnd: CsvRow = {
    ...phaseRow('end_to_end', mid),
    ...(shape === all[0] ? {} : ratio('speedup_vs_naive', naive)),
    verdict_vs_naive:
      shape === all[0] ? undefined : naive / mid > 1.1 ? 'FAST' : naive / mid < 0.9 ? 'SLOW' : 'AMBIGUOUS',
    best_cpu_variant: best.variant,
    ...ratio('speedup_vs_best_cpu', bestTime),
    bound_share: Math.min(0.97, (0.012 * cell.operations) / mid),
    bound_by: 'compute',
  };
  const first: CsvRow = { ...phaseRow('end_to_end', mid * 1.7), regime: 'first', processes: 10, samples: 10 };
  if (shape.phases === 'fused') return [endToEnd, first];
  if (shape.phases === undefined) return [endToEnd, first, phaseRow('compute', mid)];
  const dispatch = shape.nsPerOperation * cell.operations + shape.fixedNs * 0.4;
  return [
    endToEnd,
    first,
    phaseRow('compile', 30e6),
    phaseRow('upload', shape.fixedNs * 0.25),
    phaseRow('dispatch', dispatch),
    ...(shape.variant.startsWith('webgpu') ? [phaseRow('kernel', dispatch * 0.85)] : []),
    phaseRow('readback', shape.fixedNs * 0.35),
  ];
}

const failed = (cell: Cell, variant: string, status: Status, reason: string): CsvRow => ({
  schema_version: 1,
  run_id: 'example',
  workload: cell.workload,
  size: cell.size,
  parameters: cell.parameters,
  variant,
  device: software,
  ran_on: undefined,
  phase: undefined,
  regime: undefined,
  status,
  reason,
});

const matmulCells = [16, 64, 128, 256, 512].map(size => ({
  workload: 'matmul',
  parameters: '',
  size,
  operations: 2 * size ** 3,
}));
const cryptoCells = [1024, 16_384, 65_536, 262_144, 1_048_576].map(size => ({
  workload: 'crypto',
  parameters: 'algorithm=aes-128-ctr',
  size,
  operations: 16 * size,
}));

/** A made-up run, two workloads at five sizes, for tests and for looking at charts; no number in it was measured. */
export const sampleRows: readonly CsvRow[] = [
  ...matmulCells.flatMap(cell => [
    ...matmulVariants.flatMap(shape => rowsOf(cell, shape, matmulVariants)),
    failed(cell, 'webgpu-f16', 'skipped', 'this adapter has no shader-f16'),
    failed(cell, 'webgpu-subgroup', 'timeout', 'no answer after 30 s: the kernel was stopped'),
  ]),
  ...cryptoCells.flatMap(cell => cryptoVariants.flatMap(shape => rowsOf(cell, shape, cryptoVariants))),
];

/** The same run with the WebGPU variants on a GPU, fast at large sizes. */
export const gpuRows: readonly CsvRow[] = (() => {
  const variants = matmulVariants.map(
    (shape): Shape =>
      shape.ranOn === 'software-adapter'
        ? { ...shape, device: 'NVIDIA H100', ranOn: 'gpu', nsPerOperation: shape.nsPerOperation / 1000 }
        : shape,
  );
  return matmulCells.flatMap(cell => variants.flatMap(shape => rowsOf(cell, shape, variants)));
})();
