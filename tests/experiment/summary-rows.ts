import type { CsvRow } from '../../src/results/schema.ts';

/** One made-up row of a summary: steady, correct, end to end, naive on a core, 10 processes, ± 2 %. */
export function summaryRow(
  { size, ns, ...more }: { readonly size: number; readonly ns: number } & CsvRow,
  spread = 0.02,
): CsvRow {
  return {
    workload: 'w',
    parameters: '',
    size,
    variant: 'naive',
    device: 'cpu-1',
    ran_on: 'cpu',
    phase: 'end_to_end',
    regime: 'steady',
    status: 'ok',
    processes: 10,
    samples: 100,
    time_median_ns: ns,
    time_median_low_ns: ns * (1 - spread),
    time_median_high_ns: ns * (1 + spread),
    ...more,
  };
}

/** The same from a single process: a summary then leaves the interval empty. */
export const oneProcess = (row: CsvRow): CsvRow => ({
  ...row,
  processes: 1,
  time_median_low_ns: undefined,
  time_median_high_ns: undefined,
});

export const onGpu = { variant: 'webgpu-tuned', device: 'a GPU', ran_on: 'gpu' } as const;
export const onSoftware = { variant: 'webgpu-naive', device: 'SwiftShader', ran_on: 'software-adapter' } as const;
