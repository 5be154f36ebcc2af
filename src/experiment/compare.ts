import { comparable, type Phase, phases, type Regime, regimes } from '../measure/phases.ts';
import {
  type Estimate,
  estimateMedian,
  estimateUnpairedRatio,
  type ProcessSamples,
  type Verdict,
  verdictOf,
} from '../measure/statistics.ts';
import type { Manifest } from '../results/manifest.ts';
import type { CsvRow } from '../results/schema.ts';
import { type ByProcess, type Cell, makeCell, steadyEnd, timeKey } from './cell.ts';
import { cellKey, cellRow } from './rows.ts';

/** A run as it is read from its folder. */
export interface FinishedRun {
  readonly manifest: Manifest;
  readonly samples: readonly CsvRow[];
  readonly processes: readonly CsvRow[];
  /** Rows of `summary.csv`; none where the run was never summed up, and then nothing in it is known to be wrong. */
  readonly summary: readonly CsvRow[];
}

/** What one cell and phase came to in both runs: a row of `compare.csv` (columns in `src/results/schema.ts`). */
export interface Comparison {
  readonly row: CsvRow;
  /** Time in A over time in B; absent where there is nothing to divide, or a side of it is a wrong measurement. */
  readonly speedup: Estimate | undefined;
  readonly verdict: Verdict | undefined;
}

/**
 * Cell by cell: time in run A over time in run B with a 95 % interval, and the same for times that are divided by those
 * of `naive` in the same process first, which cancels what a machine did to all of a process. The interval holds what
 * processes of one run differ by; that two runs differ as such (another day, another neighbour) no single pair of runs
 * can show.
 */
export function compareRuns(a: FinishedRun, b: FinishedRun): Comparison[] {
  const [before, after] = [cellsOf(a), cellsOf(b)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap(key => {
    const [old, now] = [before.get(key), after.get(key)];
    const shared = { ...(now ?? old)!.identity, ...statusOf('a', old), ...statusOf('b', now) };
    const times = timesIn(old, now);
    if (times.length === 0) return [{ row: shared, speedup: undefined, verdict: undefined }];
    return times.map(time => compareTimes(time, { shared, before: old!, after: now! }));
  });
}

interface PlacedCell {
  readonly identity: CsvRow;
  readonly cell: Cell;
  /** Faster than its device allows in any phase: no time of it is to be believed. */
  readonly wrong: boolean;
  /** What its speed-up is over; absent where naive failed or is itself a wrong measurement. */
  readonly naive: Cell | undefined;
}

function cellsOf({ manifest, samples, processes, summary }: FinishedRun): Map<string, PlacedCell> {
  const wrong = new Set(summary.filter(row => row.faster_than_bound === true).map(cellKey));
  const samplesOf = Map.groupBy(samples, cellKey);
  const outcomesOf = Map.groupBy(processes, cellKey);
  const placed = new Map<string, PlacedCell>();
  for (const group of manifest.plan) {
    const cells = group.variants.flatMap(variant => {
      const row = cellRow(manifest.runId, group, variant);
      const outcomes = outcomesOf.get(cellKey(row));
      return outcomes ? [{ row, cell: makeCell(variant, outcomes, samplesOf.get(cellKey(row)) ?? []) }] : [];
    });
    const naive = cells.find(
      ({ row, cell }) => cell.variant === 'naive' && cell.status === 'ok' && !wrong.has(cellKey(row)),
    )?.cell;
    for (const { row, cell } of cells) {
      const { schema_version, workload, size, parameters, variant } = row;
      const identity = { schema_version, workload, size, parameters, variant };
      placed.set(cellKey(row), { identity, cell, naive, wrong: wrong.has(cellKey(row)) });
    }
  }
  return placed;
}

function statusOf(side: 'a' | 'b', found: PlacedCell | undefined): CsvRow {
  if (!found) return { [`status_${side}`]: 'skipped', [`reason_${side}`]: 'not part of this run' };
  const { status, outcomes } = found.cell;
  const decisive = outcomes.find(row => row.status === status);
  return {
    [`device_${side}`]: decisive?.device,
    [`ran_on_${side}`]: decisive?.ran_on,
    [`status_${side}`]: status,
    [`reason_${side}`]: decisive?.reason,
    [`faster_than_bound_${side}`]: found.wrong,
  };
}

interface Time {
  readonly phase: Phase;
  readonly regime: Regime;
}

/** What both sides have a time of. */
function timesIn(before: PlacedCell | undefined, after: PlacedCell | undefined): Time[] {
  if (before?.cell.status !== 'ok' || after?.cell.status !== 'ok') return [];
  return phases
    .flatMap(phase => regimes.map(regime => ({ phase, regime })))
    .filter(({ phase, regime }) =>
      [before, after].every(({ cell }) => (cell.times.get(timeKey(phase, regime))?.size ?? 0) > 0),
    );
}

function compareTimes(
  { phase, regime }: Time,
  { shared, before, after }: { shared: CsvRow; before: PlacedCell; after: PlacedCell },
): Comparison {
  const key = timeKey(phase, regime);
  const [old, now] = [before.cell.times.get(key)!, after.cell.times.get(key)!];
  const [oldTime, nowTime] = [estimateMedian(samplesOf(old)), estimateMedian(samplesOf(now))];
  const times: CsvRow = {
    ...shared,
    phase,
    regime,
    processes_a: old.size,
    processes_b: now.size,
    time_a_median_ns: oldTime.value,
    time_a_median_low_ns: oldTime.low,
    time_a_median_high_ns: oldTime.high,
    time_b_median_ns: nowTime.value,
    time_b_median_low_ns: nowTime.low,
    time_b_median_high_ns: nowTime.high,
  };
  // The time of work that was not done says nothing of whose was faster.
  if (before.wrong || after.wrong) return { row: times, speedup: undefined, verdict: undefined };
  const speedup = estimateUnpairedRatio({ samples: samplesOf(old) }, { samples: samplesOf(now) });
  const relative = regime === 'steady' && comparable.includes(phase) ? overNaive(before, after, key) : undefined;
  const verdict = verdictOf(speedup);
  const row: CsvRow = {
    ...times,
    speedup_b_vs_a: speedup.value,
    speedup_b_vs_a_low: speedup.low,
    speedup_b_vs_a_high: speedup.high,
    verdict,
    speedup_change: relative?.value,
    speedup_change_low: relative?.low,
    speedup_change_high: relative?.high,
    speedup_change_verdict: relative && verdictOf(relative),
  };
  return { row, speedup, verdict };
}

const samplesOf = (times: ByProcess): ProcessSamples => [...times.values()];

/** Speed-up over naive in B over speed-up over naive in A. Nothing for naive itself, or where a run lacks it. */
function overNaive(before: PlacedCell, after: PlacedCell, key: string): Estimate | undefined {
  const sides = [before, after].map(({ cell, naive }) => {
    const [times, base] = [cell.times.get(key), naive?.times.get(steadyEnd)];
    if (!times || !base || naive === cell) return undefined;
    const common = [...times.keys()].filter(process => base.has(process));
    return { samples: common.map(process => times.get(process) ?? []), per: common.map(each => base.get(each) ?? []) };
  });
  const [old, now] = sides;
  if (!old || !now || old.samples.length === 0 || now.samples.length === 0) return undefined;
  return estimateUnpairedRatio(old, now);
}

/**
 * What differs between two runs besides what is compared: every one of these is a reason why a time may differ.
 * Empty where all conditions agree.
 */
export function differingConditions(a: Manifest, b: Manifest): string[] {
  const facts: [string, (manifest: Manifest) => unknown][] = [
    ['processor', ({ environment }) => environment.machine.cpu],
    ['machine', ({ environment }) => environment.machine.hostnameHash],
    ['cores to use', ({ environment }) => environment.machine.availableCores],
    ['operating system', ({ environment }) => `${environment.machine.platform} ${environment.machine.kernel}`],
    ['Node', ({ environment }) => environment.runtime.node],
    ['V8', ({ environment }) => environment.runtime.v8],
    [
      'V8 flags',
      ({ environment }) => [...environment.runtime.execArgv, environment.runtime.nodeOptions].join(' ').trim(),
    ],
    ['WebGPU adapter', ({ environment }) => (environment.adapter as { description?: string } | null)?.description],
    ['WebGPU profile', ({ gpuProfile }) => gpuProfile],
    ['seed', ({ seed }) => seed],
    ['commit of the tool', ({ environment }) => environment.tool.gitCommit ?? environment.tool.version],
    ['uncommitted changes', ({ environment }) => environment.tool.gitDiffSha256 ?? 'none'],
    ['packages', ({ environment }) => environment.tool.lockfileSha256],
    ['state of the run', ({ state }) => state],
  ];
  for (const name of new Set([...Object.keys(a.protocol), ...Object.keys(b.protocol)]))
    facts.push([`protocol, ${name}`, ({ protocol }) => (protocol as unknown as Record<string, unknown>)[name]]);
  return facts.flatMap(([name, of]) => {
    const [before, after] = [of(a), of(b)].map(value => String(value ?? 'none') || 'none') as [string, string];
    return before === after ? [] : [`${name}: ${shortened(before)} → ${shortened(after)}`];
  });
}

/** A hash by its beginning; the manifests hold the whole. */
const shortened = (text: string): string => (/^[\da-f]{40,}$/.test(text) ? text.slice(0, 10) : text);
