import { conductGroup } from '../measure/conduct.ts';
import type { Protocol } from '../measure/protocol.ts';
import { median } from '../measure/statistics.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { RunFolder } from '../results/run-folder.ts';
import type { CsvRow } from '../results/schema.ts';
import { cellKey, cellRow, groupKey, processRow, sampleRow } from './rows.ts';
import { tooSlowFor } from './too-slow.ts';

/** What is told to whoever watches a run; between samples only. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly label: string;
  readonly step: string;
  readonly remainingMs: number | undefined;
  /** What the calls of a variant take so far in this process: the median of its steady samples, end to end. */
  readonly estimate?: { readonly variant: string; readonly ns: number };
}

export interface SessionOptions {
  readonly plan: readonly PlannedGroup[];
  readonly protocol: Protocol;
  readonly seed: number;
  readonly gpuProfile: 'safe' | 'record';
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** How far a group is. */
export interface GroupProgress {
  /** Processes that each variant has finished, of those that did not fail and were not skipped. */
  readonly finished: Map<string, number>;
  /** Of the processes that this sitting has measured. */
  readonly tookMs: number[];
}

/** What the journal of earlier sittings says of one group. */
interface GroupState extends GroupProgress {
  readonly group: PlannedGroup;
  nextProcess: number;
}

/**
 * Measures what the plan still lacks, one process of each group after the other, so that a slow hour of the machine
 * falls on all cells alike. Everything is written as it happens; called again after an interruption it goes on where
 * the journal ends.
 *
 * @returns whether everything was measured
 */
export async function measurePlan(folder: RunFolder, options: SessionOptions): Promise<boolean> {
  const { plan, protocol, signal, onProgress } = options;
  const states = restore(folder, plan);
  const pending = (): number => states.reduce((sum, state) => sum + roundsLeft(state, protocol), 0);
  const total = pending();
  for (let round = 0; round < protocol.processes; round++) {
    for (const state of states) {
      if (roundsLeft(state, protocol) < protocol.processes - round) continue;
      const done = total - pending();
      const label = [state.group.workload, state.group.size, ...Object.values(state.group.parameters)].join(' ');
      const remainingMs = remaining(states, protocol);
      const report = (step: string, estimate?: Progress['estimate']) =>
        onProgress({ done, total, label, step, remainingMs, ...(estimate ? { estimate } : {}) });
      report('start');
      // Monotonic: somebody may set the wall clock while a run goes on.
      const started = performance.now();
      if (!(await measureOnce(folder, state, { ...options, report }))) return false;
      state.tookMs.push(performance.now() - started);
    }
  }
  return !signal.aborted;
}

/** Variants that have fewer processes than the protocol wants. */
const lacking = ({ finished }: GroupProgress, { processes }: Pick<Protocol, 'processes'>): string[] =>
  [...finished].filter(([, count]) => count < processes).map(([variant]) => variant);

const roundsLeft = (state: GroupProgress, protocol: Pick<Protocol, 'processes'>): number =>
  Math.max(0, ...lacking(state, protocol).map(variant => protocol.processes - (state.finished.get(variant) ?? 0)));

/** What is left takes as long as each group's processes have taken; a group not yet seen, as long as the others' on average. */
export function remaining(states: readonly GroupProgress[], protocol: Pick<Protocol, 'processes'>): number | undefined {
  const seen = states.flatMap(({ tookMs }) => (tookMs.length > 0 ? [mean(tookMs)] : []));
  if (seen.length === 0) return undefined;
  return states.reduce(
    (sum, state) => sum + roundsLeft(state, protocol) * (state.tookMs.length > 0 ? mean(state.tookMs) : mean(seen)),
    0,
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function restore(folder: RunFolder, plan: readonly PlannedGroup[]): GroupState[] {
  const journal = Map.groupBy(folder.readProcesses(), cellKey);
  const sampled = Map.groupBy(folder.readSamples(), groupKey);
  return plan.map(group => {
    const rowsOf = (variant: string): CsvRow[] => journal.get(cellKey(cellRow(folder.runId, group, variant))) ?? [];
    const open = group.variants.filter(variant => rowsOf(variant).every(({ status }) => status === 'ok'));
    const used = [
      ...group.variants.flatMap(rowsOf),
      ...(sampled.get(groupKey(cellRow(folder.runId, group, ''))) ?? []),
    ];
    const nextProcess = used.reduce((next, { process }) => Math.max(next, Number(process) + 1), 0);
    return {
      group,
      finished: new Map(open.map(variant => [variant, rowsOf(variant).length])),
      nextProcess,
      tookMs: [],
    };
  });
}

/**
 * In a quick look a variant that a smaller size has shown to be far too slow is not tried: it gets its row, with the
 * arithmetic. The baseline is always tried.
 */
function leaveOutHopeless(
  folder: RunFolder,
  { group, finished }: GroupState,
  { plan, protocol }: SessionOptions,
): void {
  const untried = [...finished].filter(([variant, count]) => count === 0 && variant !== 'naive');
  if (protocol.name !== 'quick' || untried.length === 0) return;
  const known = { samples: folder.readSamples(), processes: folder.readProcesses(), plan };
  for (const [variant] of untried) {
    const reason = tooSlowFor(group, variant, { ...known, limitMs: protocol.callLimitMs, protocol: protocol.name });
    if (reason === undefined) continue;
    const event = { type: 'outcome', variant, sameAlgorithm: false, status: 'skipped', reason } as const;
    folder.appendProcess(processRow(cellRow(folder.runId, group, variant), event, 0));
    finished.delete(variant);
  }
}

async function measureOnce(
  folder: RunFolder,
  state: GroupState,
  { report, ...options }: SessionOptions & { report: (step: string, estimate?: Progress['estimate']) => void },
): Promise<boolean> {
  const { group, finished } = state;
  leaveOutHopeless(folder, state, options);
  const wanted = lacking(state, options.protocol);
  // The baseline runs along even where it has enough processes: ratios are taken within a process.
  const variants = group.variants.filter(name => wanted.includes(name) || (name === 'naive' && finished.has(name)));
  const steady = new Map<string, number[]>(); // by variant, of this process
  return conductGroup(
    {
      group: { ...group, variants },
      seed: options.seed,
      protocol: options.protocol,
      gpuProfile: options.gpuProfile,
    },
    {
      sample(event, process) {
        folder.appendSample(sampleRow(cellRow(folder.runId, group, event.variant), event, process));
        if (event.phase !== 'end_to_end' || event.regime !== 'steady') return;
        const own = steady.get(event.variant) ?? [];
        own.push(event.ns);
        steady.set(event.variant, own);
        report('sampled', { variant: event.variant, ns: median(own) });
      },
      outcome(event, process) {
        folder.appendProcess(processRow(cellRow(folder.runId, group, event.variant), event, process));
        // What failed once is a failed cell; measuring it again would only cost time.
        if (event.status === 'ok') finished.set(event.variant, (finished.get(event.variant) ?? 0) + 1);
        else finished.delete(event.variant);
      },
      step(variant, step) {
        // While calls are timed only what has been timed is told.
        if (step !== 'warm-up' && step !== 'sample') report([variant, step].filter(Boolean).join(': '));
      },
    },
    { signal: options.signal, nextProcess: () => state.nextProcess++ },
  );
}
