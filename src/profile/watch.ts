import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChildOutcome,
  type Confinement,
  closed,
  type ProgramSpec,
  permissionsFor,
  runInChild,
  widen,
} from '../target/index.ts';
import type { ProfileMode, ProfileOrder, ProfileRun } from './profile-job.ts';

/** How a target is watched. */
export interface WatchOptions {
  readonly confinement?: Confinement;
  /** Of each run. */
  readonly timeoutMs?: number;
  /** Of V8's sampling profiler. Default 200 µs. */
  readonly intervalMicroseconds?: number;
  /** Shows what the program prints, in the one run whose clocks are shown. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
}

/** Of one run: what is watched, and what V8 is told to write. */
export interface Watching {
  readonly mode: ProfileMode;
  readonly v8Flags?: readonly string[];
  readonly onStart?: (pid: number) => void;
}

const job = new URL('./profile-job.ts', import.meta.url);

/** Runs a target once in a child process and watches it in one way. */
export function watchTarget(
  spec: ProgramSpec,
  { mode, v8Flags = [], onStart }: Watching,
  options: WatchOptions,
): Promise<ChildOutcome<ProfileRun>> {
  const order: ProfileOrder = { spec, mode, intervalMicroseconds: options.intervalMicroseconds ?? 200 };
  return runInChild<ProfileRun>(job, order, {
    file: spec.target.file,
    confinement: confinementFor(spec, mode, options.confinement ?? closed),
    execArgv: v8Flags,
    ...(onStart ? { onStart } : {}),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    ...(mode === 'boundaries' && options.onOutput ? { onOutput: options.onOutput } : {}),
  });
}

/** Counting calls and sampling go through the inspector; variants for other hardware need addons or workers. */
export const confinementFor = (spec: ProgramSpec, mode: ProfileMode, confinement: Confinement): Confinement =>
  permissionsFor(spec, mode === 'time' || mode === 'calls' ? widen(confinement, 'inspector') : confinement);

/**
 * Runs with V8 writing its log, one file for each isolate, into a folder of its own; V8's own writing needs no
 * permission of the program's.
 *
 * @param read gets the paths of the logs; they are gone afterwards
 */
export async function withLog<T>(
  flags: readonly string[],
  run: (v8Flags: readonly string[]) => Promise<ChildOutcome<ProfileRun>>,
  read: (logs: readonly string[], outcome: ChildOutcome<ProfileRun>) => T,
): Promise<{ outcome: ChildOutcome<ProfileRun>; result: T }> {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-log-'));
  try {
    const outcome = await run([...flags, `--logfile=${join(folder, 'v8.log')}`]);
    const logs = readdirSync(folder).map(name => join(folder, name));
    return { outcome, result: read(logs, outcome) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
