import { type Bound, boundOf } from '../hardware/bound.ts';
import type { Ceilings } from '../hardware/ceilings.ts';
import { comparable, type Phase, phases, regimes } from '../measure/phases.ts';
import {
  countOutliers,
  type Estimate,
  estimateMedian,
  estimateRatio,
  median,
  medianAbsoluteDeviation,
  quantile,
  verdictOf,
} from '../measure/statistics.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { CsvRow } from '../results/schema.ts';
import { maximum } from '../workload/extreme.ts';
import { type ByProcess, type Cell, makeCell, steadyEnd, timeKey } from './cell.ts';
import { cellKey, cellRow } from './rows.ts';

/** What a summary is made of; it is a function of these alone. */
export interface Measured {
  readonly runId: string;
  readonly plan: readonly PlannedGroup[];
  readonly samples: readonly CsvRow[];
  readonly processes: readonly CsvRow[];
  readonly ceilings: Ceilings | null;
  /** Of the machine that measured. */
  readonly clockResolutionNs: number;
  /** By node, where several machines measured: the ceilings and clock that its rows are held against. */
  readonly nodes?: Readonly<Record<string, Pick<Measured, 'ceilings' | 'clockResolutionNs'>>>;
}

/**
 * One row a cell, phase and regime. A cell that failed or was skipped in any process is one row with its reason. What
 * several nodes of a cluster measured is summed up for each by itself: a median over two machines is of neither.
 */
export function summarise(measured: Measured): CsvRow[] {
  const samples = Map.groupBy(measured.samples, onNode);
  const outcomes = Map.groupBy(measured.processes, onNode);
  const nodes = [...new Set(measured.processes.map(nodeOf))];
  return measured.plan.flatMap(group =>
    nodes.flatMap(node => {
      const cells = group.variants.flatMap(variant => {
        const key = onNode({ ...cellRow(measured.runId, group, variant), node });
        const found = outcomes.get(key);
        return found ? [makeCell(variant, found, samples.get(key) ?? [])] : [];
      });
      const here = { ...measured, ...measured.nodes?.[node] };
      return cells.flatMap(cell => summariseCell(cell, { group, cells, measured: here }));
    }),
  );
}

const nodeOf = ({ node }: CsvRow): string => String(node ?? '');
const onNode = (row: CsvRow): string => `${cellKey(row)}|${nodeOf(row)}`;

interface Context {
  readonly group: PlannedGroup;
  readonly cells: readonly Cell[];
  readonly measured: Measured;
}

function summariseCell(cell: Cell, context: Context): CsvRow[] {
  const decisive = cell.outcomes.find(({ status }) => status === cell.status);
  const base: CsvRow = {
    ...cellRow(context.measured.runId, context.group, cell.variant),
    device: decisive?.device,
    ran_on: decisive?.ran_on,
    status: cell.status,
    reason: decisive?.reason,
    same_algorithm: decisive?.same_algorithm,
    node: decisive?.node,
    gpu: decisive?.gpu,
    driver: decisive?.driver,
    slurm_job_id: decisive?.slurm_job_id,
    slurm_array_task: decisive?.slurm_array_task,
    ...accuracyOf(cell.outcomes),
  };
  if (cell.status !== 'ok') return [base];
  const rows: CsvRow[] = [];
  for (const phase of phases)
    for (const regime of regimes) {
      const times = cell.times.get(timeKey(phase, regime));
      if (!times || times.size === 0) continue;
      rows.push({
        ...base,
        phase,
        regime,
        ...timesOf(times),
        // Device timestamps are not of the host's clock.
        ...(phase === 'kernel' ? {} : { below_resolution: isBelowResolution(cell, timeKey(phase, regime), context) }),
        ...(regime === 'steady' ? speedupsOf(phase, times, { cell, context }) : {}),
        ...throughputOf(phase, times, { cell: base, context }),
        ...(regime === 'steady' ? { steady: cell.outcomes.every(row => row.steady === true) } : {}),
      });
    }
  return rows;
}

const largest = (rows: readonly CsvRow[], column: string): number | undefined => {
  const values = rows.map(row => row[column]).filter(value => typeof value === 'number');
  return values.length > 0 ? maximum(values) : undefined;
};

function accuracyOf(outcomes: readonly CsvRow[]): CsvRow {
  const worst = outcomes.reduce<CsvRow | undefined>(
    (found, row) => (Number(row.tolerance_share ?? -1) > Number(found?.tolerance_share ?? -1) ? row : found),
    undefined,
  );
  return {
    max_abs_error: largest(outcomes, 'max_abs_error'),
    max_rel_error: largest(outcomes, 'max_rel_error'),
    max_ulp: largest(outcomes, 'max_ulp'),
    tolerance: worst?.tolerance,
    tolerance_share: worst?.tolerance_share,
  };
}

function timesOf(times: ByProcess): CsvRow {
  const processes = [...times.values()];
  const all = processes.flat();
  const { value, low, high } = estimateMedian(processes);
  return {
    processes: processes.length,
    samples: all.length,
    time_median_ns: value,
    time_median_low_ns: low,
    time_median_high_ns: high,
    time_mad_ns: medianAbsoluteDeviation(processes.map(median)),
    time_min_ns: quantile(all, 0),
    time_p05_ns: quantile(all, 0.05),
    time_p95_ns: quantile(all, 0.95),
    time_max_ns: quantile(all, 1),
    noisy: low !== undefined && high !== undefined ? (high - low) / 2 > 0.1 * value : undefined,
    outliers: countOutliers(processes),
  };
}

/** What was timed at once is under 100 steps of the clock. */
function isBelowResolution(cell: Cell, key: string, { measured }: Context): boolean {
  const together = cell.repetitions.get(key) ?? 1;
  const { value } = estimateMedian([...(cell.times.get(key)?.values() ?? [])]);
  return value * together < 100 * measured.clockResolutionNs;
}

function speedupsOf(phase: Phase, times: ByProcess, { cell, context }: { cell: Cell; context: Context }): CsvRow {
  if (!comparable.includes(phase)) return {};
  const whole = phase === 'end_to_end' || phase === 'compute';
  const naive = context.cells.find(({ variant, status }) => variant === 'naive' && status === 'ok');
  const best = bestCpu(context);
  const over = (baseline: Cell | undefined): Estimate | undefined => {
    const baselineTimes = baseline?.times.get(steadyEnd);
    if (!baselineTimes) return undefined;
    // Over itself there is nothing to estimate.
    if (baseline === cell && whole) return { value: 1, low: 1, high: 1 };
    return ratio(baselineTimes, times);
  };
  const overNaive = over(naive);
  const overBest = over(best);
  return {
    speedup_vs_naive: overNaive?.value,
    speedup_vs_naive_low: overNaive?.low,
    speedup_vs_naive_high: overNaive?.high,
    verdict_vs_naive: overNaive && (naive !== cell || !whole) ? verdictOf(overNaive) : undefined,
    best_cpu_variant: best?.variant,
    speedup_vs_best_cpu: overBest?.value,
    speedup_vs_best_cpu_low: overBest?.low,
    speedup_vs_best_cpu_high: overBest?.high,
  };
}

/** The same processes on both sides, in the same order. */
function ratio(baseline: ByProcess, candidate: ByProcess): Estimate | undefined {
  const common = [...candidate.keys()].filter(process => baseline.has(process));
  if (common.length === 0) return undefined;
  return estimateRatio(
    common.map(process => baseline.get(process) ?? []),
    common.map(process => candidate.get(process) ?? []),
  );
}

/**
 * The fastest CPU variant on any number of cores. Unknown where the command line left variants out: the best of a
 * choice is not the best. Who seems faster than the device's bound is no baseline.
 */
function bestCpu({ group, cells, measured }: Context): Cell | undefined {
  if (group.narrowed) return undefined;
  let found: { cell: Cell; time: number } | undefined;
  for (const cell of cells) {
    const steady = cell.times.get(steadyEnd);
    const row = cell.outcomes.find(({ status }) => status === 'ok');
    if (cell.status !== 'ok' || !steady || !row || row.ran_on !== 'cpu') continue;
    const { value, high = value } = estimateMedian([...steady.values()]);
    const bound = boundFor({ group, measured }, { ...row, variant: cell.variant });
    if (bound && high < bound.ns) continue;
    if (!found || value < found.time) found = { cell, time: value };
  }
  return found?.cell;
}

function boundFor({ group, measured }: Pick<Context, 'group' | 'measured'>, row: CsvRow): Bound | undefined {
  if (measured.ceilings === null) return undefined;
  const { variant, device, ran_on: ranOn, same_algorithm: sameAlgorithm } = row;
  const cell = {
    variant: String(variant),
    device: String(device),
    ranOn: String(ranOn),
    sameAlgorithm: sameAlgorithm === true,
  };
  return boundOf({ ...group.work, demands: group.demands?.[cell.variant] }, cell, measured.ceilings);
}

function throughputOf(phase: Phase, times: ByProcess, { cell, context }: { cell: CsvRow; context: Context }): CsvRow {
  if (!comparable.includes(phase)) return {};
  const { work } = context.group;
  const { value, high = value } = estimateMedian([...times.values()]);
  const bound = boundFor(context, cell);
  return {
    operations: work.operations,
    operation_unit: work.operationUnit,
    gigaoperations_per_s: work.operations / value,
    items_per_s: (work.items * 1e9) / value,
    item_unit: work.itemUnit,
    bandwidth_gb_per_s: (work.bytesRead + work.bytesWritten) / value,
    bound_ns: bound?.ns,
    bound_share: bound && bound.ns / value,
    bound_by: bound?.by,
    // All of the interval has to lie below the bound before the measurement is called wrong.
    faster_than_bound: bound && high < bound.ns,
  };
}
