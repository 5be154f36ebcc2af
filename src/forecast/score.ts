import type { CsvRow } from '../results/schema.ts';
import type { CalibrationCell } from './calibration.ts';
import { experienceOf, spreadOf } from './experience.ts';
import { type Parts, partsOf, totalOf } from './law.ts';

/** How a set of forecasts fared. */
export interface Score {
  readonly cells: number;
  readonly programs: number;
  /** Median of |forecast / measured − 1|. */
  readonly medianError: number;
  /** Geometric mean of forecast over measured: 1 where errors cancel. */
  readonly geometricMean: number;
  /** Geometric mean of the larger of forecast / measured and its inverse. */
  readonly typicalFactor: number;
  readonly insideShare: number;
  /** Median of high over low. */
  readonly medianWidth: number;
  readonly rightShare: number;
  /** What always saying yes, and always no, would have got right. */
  readonly alwaysYes: number;
  readonly alwaysNo: number;
}

/** A measurement this near to 1 is neither gain nor loss: either answer is right. */
const undecided = 0.1;

const isRight = (says: boolean, measured: number): boolean =>
  Math.abs(measured - 1) <= undecided || says === measured > 1;

/** Fills the measured columns of the rows of `forecast.csv` from the summary of the same run. */
export function withMeasured(
  forecasts: readonly CsvRow[],
  summary: readonly CsvRow[],
  samples: readonly CsvRow[],
): CsvRow[] {
  return forecasts.map(row => {
    const isCell = (other: CsvRow): boolean =>
      other.workload === row.workload &&
      Number(other.size) === Number(row.size) &&
      String(other.parameters ?? '') === String(row.parameters ?? '');
    const steady = summary.filter(other => isCell(other) && other.regime === 'steady' && other.status === 'ok');
    const phase = (variant: unknown, name: string): CsvRow | undefined =>
      steady.find(other => other.variant === variant && other.phase === name);
    const whole = phase(row.variant, 'end_to_end');
    const measured = Number(whole?.speedup_vs_naive ?? Number.NaN);
    // Faster than its bound: the measurement is wrong, and nothing can be right about it.
    if (!Number.isFinite(measured) || measured <= 0 || isTrue(whole?.faster_than_bound)) return row;
    const median = (name: string): number => Number(phase(row.variant, name)?.time_median_ns ?? 0);
    const forecast = Number(row.speedup_forecast);
    const at = samples.filter(other => isCell(other) && other.variant === row.variant).at(-1)?.measured_at;
    return {
      ...row,
      measured_speedup: measured,
      measured_speedup_low: whole?.speedup_vs_naive_low,
      measured_speedup_high: whole?.speedup_vs_naive_high,
      measured_plain_ns: Number(phase('naive', 'end_to_end')?.time_median_ns ?? Number.NaN),
      measured_kernel_ns: median('dispatch') + median('compute'),
      measured_transfer_ns: median('upload') + median('readback'),
      measured_at: at,
      error: forecast / measured - 1,
      inside: measured >= Number(row.speedup_low) && measured <= Number(row.speedup_high),
      right_decision: isRight(forecast > 1, measured),
    };
  });
}

const isTrue = (value: unknown): boolean => value === true || value === 'true';

/** Rows that count: measured, and of a variant that runs the algorithm of naive. */
export const counting = (rows: readonly CsvRow[]): CsvRow[] =>
  rows.filter(row => row.measured_speedup !== undefined && isTrue(row.same_algorithm));

export function median(values: readonly number[]): number {
  // ∞ − ∞ is no order.
  const sorted = [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const half = sorted.length / 2;
  return sorted.length === 0 ? Number.NaN : (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The score of measured rows; `by` is the column that is compared, for ablations. */
export function scoreOf(rows: readonly CsvRow[], by = 'speedup_forecast'): Score {
  // What a term was left out of may cost nothing at all: an infinite speed-up, which a CSV cannot hold, is an infinite error.
  const saidBy = (row: CsvRow): number => (row[by] === undefined ? Number.POSITIVE_INFINITY : Number(row[by]));
  const pairs = rows.map(row => ({ row, said: saidBy(row), measured: Number(row.measured_speedup) }));
  const logs = pairs.map(({ said, measured }) => Math.log(said / measured));
  const share = (of: (pair: (typeof pairs)[number]) => boolean): number => pairs.filter(of).length / pairs.length;
  return {
    cells: pairs.length,
    programs: new Set(rows.map(({ workload }) => workload)).size,
    medianError: median(pairs.map(({ said, measured }) => Math.abs(said / measured - 1))),
    geometricMean: Math.exp(mean(logs)),
    typicalFactor: Math.exp(mean(logs.map(Math.abs))),
    insideShare: share(({ row }) => isTrue(row.inside)),
    medianWidth: median(rows.map(row => Number(row.speedup_high) / Number(row.speedup_low))),
    rightShare: share(({ said, measured }) => isRight(said > 1, measured)),
    alwaysYes: share(({ measured }) => isRight(true, measured)),
    alwaysNo: share(({ measured }) => isRight(false, measured)),
  };
}

/** Something was divided, so that there are floors to learn from; what stays on the core has none. */
const isDivided = ({ kernel_floor_ns: floor }: CsvRow): boolean => Number(floor ?? 0) > 0;
/** Of a program that mostly stays on the core, a kernel for the whole of it tells nothing. */
const isMostlyDivided = (row: CsvRow): boolean => isDivided(row) && Number(row.serial_share ?? 0) < 0.5;

/** What the next forecasts may learn from the rows of a run. */
export const calibrationCells = (rows: readonly CsvRow[]): CalibrationCell[] =>
  counting(rows).filter(isMostlyDivided).map(cellOf);

function cellOf(row: CsvRow): CalibrationCell {
  return {
    program: String(row.workload),
    size: Number(row.size),
    variant: String(row.variant),
    device: row.forecast_device as CalibrationCell['device'],
    sameAlgorithm: true,
    forecastPlainNs: Number(row.plain_ns),
    plainNs: Number(row.measured_plain_ns),
    serialShare: Number(row.serial_share),
    cores: Number(row.cores),
    kernelFloorNs: Number(row.kernel_floor_ns),
    launchFloorNs: Number(row.launch_floor_ns),
    launches: Number(row.launches),
    transferFloorNs: Number(row.transfer_floor_ns),
    bound: row.kernel_bound as CalibrationCell['bound'],
    kernelNs: Number(row.measured_kernel_ns),
    transferNs: Number(row.measured_transfer_ns),
  };
}

/**
 * The same rows forecast with what was learnt in this very run (or the cells given) from the other programs: no forecast,
 * for it was written after the measurements, but what a calibration on this machine would give; none learns from its own
 * program. What stays on the core stands as it was forecast, in an interval of today.
 */
export function relearnt(
  rows: readonly CsvRow[],
  cells: readonly CalibrationCell[] = calibrationCells(rows),
): CsvRow[] {
  return counting(rows).map(row => {
    const cell = cellOf(row);
    const law = experienceOf(cells, cell.device, cell.program);
    const plain = cell.forecastPlainNs * law.plainFactor;
    const parts = isDivided(row) ? partsOf(cell, law, plain) : asItIs;
    const said = isDivided(row) ? plain / totalOf(parts) : Number(row.speedup_forecast);
    const width = Math.exp(spreadOf(law, parts));
    const [low, high] = [said / width, said * width];
    const actual = Number(row.measured_speedup);
    return {
      ...row,
      speedup_low: low,
      speedup_forecast: said,
      speedup_high: high,
      programs_learnt: law.programs.length,
      error: said / actual - 1,
      inside: actual >= low && actual <= high,
      right_decision: isRight(said > 1, actual),
    };
  });
}

/** All of it stays on the core. */
const asItIs: Parts = { kernel: 0, isPlain: false, launch: 0, transfer: 0, serial: 1 };
