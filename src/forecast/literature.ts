/** A published figure of a GPU for what a workload computes. */
export interface PublishedFigure {
  readonly workload: string;
  readonly size: number;
  /** What a workload's items come to in the figure's unit: `perItem` of them each. */
  readonly unit: string;
  readonly perItem: number;
  /** Low and high end as published, and by whom, on what; null where nobody published one that is alike. */
  readonly figure: { readonly low: number; readonly high: number; readonly source: string } | null;
  /** Peak of the H100 over that of the GPU of the figure, where it is another one: datasheets' FP32 rates. */
  readonly peakRatio: number;
  /** Why forecast and figure differ, where they do by more than two. */
  readonly because: string;
}

/** NVIDIA datasheets, FP32: H100 SXM 66.9, V100 SXM2 15.7, A100 SXM 19.5 TFLOP/s. */
const peak = { h100: 66.9, v100: 15.7, a100: 19.5 } as const;

export const publishedFigures: readonly PublishedFigure[] = [
  {
    workload: 'matmul',
    size: 4096,
    unit: 'TFLOP/s',
    perItem: 1e-12,
    figure: { low: 50, high: 60, source: 'cuBLAS FP32, H100' },
    peakRatio: 1,
    because: 'a library tuned for years, beside an average kernel',
  },
  {
    workload: 'ode',
    size: 65536,
    unit: 'Gsteps/s',
    perItem: 1e-9,
    figure: { low: 89, high: 89, source: 'MPGOS RK4, V100' },
    peakRatio: peak.h100 / peak.v100,
    because: 'the same method on a GPU of a quarter of the peak',
  },
  {
    workload: 'quicksort',
    size: 16777216,
    unit: 'Gkeys/s',
    perItem: 1e-9,
    figure: { low: 29.4, high: 29.4, source: 'onesweep radix sort, A100' },
    peakRatio: peak.h100 / peak.a100,
    because:
      'its partition is carried from key to key, so there is nothing to hand over; the figure is of another algorithm',
  },
  {
    workload: 'crypto',
    size: 2097152,
    unit: 'Tbit/s',
    perItem: 8e-12,
    figure: { low: 1.47, high: 1.47, source: 'bitsliced AES, V100' },
    peakRatio: peak.h100 / peak.v100,
    because: 'the plain code looks its S-box up for every byte; bitslicing is another algorithm, without look-ups',
  },
  {
    workload: 'cnn',
    size: 4096,
    unit: 'TFLOP/s',
    perItem: 708_096e-12,
    figure: null,
    peakRatio: 1,
    because: '',
  },
];
