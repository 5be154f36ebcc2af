import { join } from 'node:path';
import { statesOf } from './commands.ts';
import { logFile, readEnded, readLots, readSittings, type Sitting, shardsOf, sittingFolder } from './layout.ts';
import { lastLine } from './merge.ts';
import { readShardRecord } from './shard.ts';
import { isActive, isRunning, type States, type TaskState } from './states.ts';

/** Where one lot stands. */
export interface LotStatus {
  readonly state: 'done' | 'running' | 'pending' | 'failed' | 'missing';
  /** Why it is not done; for what waits, what for. */
  readonly reason: string;
  readonly node: string;
  /** `job_index` of the task that was last asked for it; empty where none was. */
  readonly task: string;
}

export interface RunStatus {
  readonly lots: readonly LotStatus[];
  /** Of what is still to come; null where nothing runs, or nothing is done yet that could be a measure. */
  readonly remainingMs: number | null;
}

/** Who answers for the tasks of a sitting: Slurm, in tests a table. */
export type AskStates = (sitting: Sitting, number: number) => States;

/** Where every lot of a run stands: its shard, else what Slurm says of the task that was last asked for it. */
export function statusOf(run: string, ask: AskStates = remembering(run)): RunStatus {
  const shards = shardsOf(run);
  const sittings = readSittings(run);
  const asked = new Map<number, { sitting: number; task: number }>();
  for (const [index, { tasks }] of sittings.entries())
    for (const [task, lots] of tasks.entries()) for (const lot of lots) asked.set(lot, { sitting: index + 1, task });
  const open = new Set([...asked].filter(([lot]) => !shards.has(lot)).map(([, { sitting }]) => sitting));
  const states = new Map([...open].map(number => [number, ask(sittings[number - 1] as Sitting, number)]));
  const busy = new Set<string>();
  const lots = readLots(run).map((_, lot): LotStatus => {
    const last = asked.get(lot);
    const task = last ? `${sittings[last.sitting - 1]?.arrayJob}_${last.task}` : '';
    if (shards.has(lot)) return { state: 'done', reason: '', node: '', task };
    if (!last) return { state: 'missing', reason: 'it was never submitted', node: '', task };
    const said = states.get(last.sitting)?.get(last.task);
    const log = logFile(run, last.sitting, last.task);
    if (!said) return { state: 'missing', reason: withLog(`Slurm no longer knows task ${task}`, log), node: '', task };
    const { node } = said;
    if (!isActive(said)) return { state: 'failed', reason: ended(said, log), node, task };
    if (!isRunning(said)) return { state: 'pending', reason: said.reason || said.state, node, task };
    // A task measures one lot after the other.
    if (busy.has(task)) return { state: 'pending', reason: 'in line within its task', node, task };
    busy.add(task);
    return { state: 'running', reason: '', node, task };
  });
  return { lots, remainingMs: remaining(run, lots, busy.size) };
}

/** Slurm's answer over what was written down when the run was last merged: Slurm forgets. */
export const remembering =
  (run: string): AskStates =>
  ({ arrayJob }, number) =>
    new Map([...readEnded(run, number), ...statesOf(arrayJob)]);

const withLog = (text: string, log: string): string => {
  const line = lastLine(log);
  return line ? `${text}; it last said: ${line}` : text;
};

/** In Slurm's word, because that is what people look up, and in a few of ours. */
function ended({ state, reason }: TaskState, log: string): string {
  const meaning: Readonly<Record<string, string>> = {
    TIMEOUT: 'over its time limit; ask for more with --time',
    CANCELLED: 'cancelled',
    NODE_FAIL: 'its node failed',
    OUT_OF_MEMORY: 'over its memory limit; ask for a node with more',
    PREEMPTED: 'made room for another job',
    BOOT_FAIL: 'its node did not start',
  };
  const known = meaning[state];
  const more =
    reason && reason !== state && !/^(NonZeroExitCode|TimeLimit|NodeDown)$/.test(reason) ? ` (${reason})` : '';
  if (known) return `${state}: ${known}${more}`;
  return withLog(`${state}${more}`, log);
}

/** What is left times what a lot has taken, over the tasks that run now. */
function remaining(run: string, lots: readonly LotStatus[], running: number): number | null {
  const done = [...lots.keys()].filter(lot => lots[lot]?.state === 'done');
  const left = lots.filter(({ state }) => state === 'running' || state === 'pending').length;
  if (left === 0) return 0;
  if (running === 0 || done.length === 0) return null;
  // A hundred of them, evenly spread, say enough.
  const step = Math.max(1, Math.floor(done.length / 100));
  const times = done
    .filter((_, index) => index % step === 0)
    .map(lot => readShardRecord(run, lot))
    .map(({ startedAt, endedAt }) => Date.parse(endedAt) - Date.parse(startedAt));
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return (left * mean) / running;
}

/** Folder of the logs of the latest submission. */
export const latestLogs = (run: string): string => join(sittingFolder(run, readSittings(run).length), 'log');
