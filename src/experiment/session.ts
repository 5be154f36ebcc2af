import { conductGroup } from '../measure/conduct.ts';
import type { Protocol } from '../measure/protocol.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { RunFolder } from '../results/run-folder.ts';
import type { CsvRow } from '../results/schema.ts';
import { cellKey, cellRow, groupKey, processRow, sampleRow } from './rows.ts';

/** What is told to whoever watches a run; between samples only. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly label: string;
  readonly step: string;
  readonly remainingMs: number | undefined;
}

export interface SessionOptions {
  readonly plan: readonly PlannedGroup[];
  readonly protocol: Protocol;
  readonly seed: number;
  readonly gpuProfile: 'safe' | 'record';
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** What the journal of earlier sittings says of one group. */
interface GroupState {
  readonly group: PlannedGroup;
  /** Variants that can still be measured: those that did not fail or get skipped. */
  open: string[];
  /** Processes that every open variant has finished. */
  finished: number;
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
  const pending = (): number => states.reduce((sum, state) => sum + left(state, protocol), 0);
  const total = pending();
  const started = Date.now();
  for (let round = 0; round < protocol.processes; round++) {
    for (const state of states) {
      if (left(state, protocol) === 0 || state.finished > round) continue;
      const done = total - pending();
      const label = [state.group.workload, state.group.size, ...Object.values(state.group.parameters)].join(' ');
      const remainingMs = done > 0 ? ((Date.now() - started) / done) * (total - done) : undefined;
      const report = (step: string) => onProgress({ done, total, label, step, remainingMs });
      report('start');
      if (!(await measureOnce(folder, state, { ...options, report }))) return false;
    }
  }
  return !signal.aborted;
}

const left = ({ open, finished }: GroupState, { processes }: Protocol): number =>
  open.length === 0 ? 0 : Math.max(0, processes - finished);

function restore(folder: RunFolder, plan: readonly PlannedGroup[]): GroupState[] {
  const journal = Map.groupBy(folder.readProcesses(), cellKey);
  const sampled = Map.groupBy(folder.readSamples(), groupKey);
  return plan.map(group => {
    const rowsOf = (variant: string): CsvRow[] => journal.get(cellKey(cellRow(folder.runId, group, variant))) ?? [];
    const open = group.variants.filter(variant => rowsOf(variant).every(({ status }) => status === 'ok'));
    const finished = open.length === 0 ? 0 : Math.min(...open.map(variant => rowsOf(variant).length));
    const used = [
      ...group.variants.flatMap(rowsOf),
      ...(sampled.get(groupKey(cellRow(folder.runId, group, ''))) ?? []),
    ];
    const nextProcess = used.reduce((next, { process }) => Math.max(next, Number(process) + 1), 0);
    return { group, open, finished, nextProcess };
  });
}

async function measureOnce(
  folder: RunFolder,
  state: GroupState,
  { report, ...options }: SessionOptions & { report: (step: string) => void },
): Promise<boolean> {
  const { group } = state;
  const failed = new Set<string>();
  const complete = await conductGroup(
    {
      group: { ...group, variants: state.open },
      seed: options.seed,
      protocol: options.protocol,
      gpuProfile: options.gpuProfile,
    },
    {
      sample: (event, process) =>
        folder.appendSample(sampleRow(cellRow(folder.runId, group, event.variant), event, process)),
      outcome(event, process) {
        if (event.status !== 'ok') failed.add(event.variant);
        folder.appendProcess(processRow(cellRow(folder.runId, group, event.variant), event, process));
      },
      step: (variant, step) => report([variant, step].filter(Boolean).join(': ')),
    },
    { signal: options.signal, nextProcess: () => state.nextProcess++ },
  );
  if (!complete) return false;
  // What failed once is a failed cell; measuring it again would only cost time.
  state.open = state.open.filter(variant => !failed.has(variant));
  state.finished++;
  return true;
}
