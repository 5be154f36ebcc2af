import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Snapshot, snapshot } from './audit.ts';
import { isBegun, measuringProcess, planned, runIn, type StartOptions, scratch, startBench } from './conductor.ts';
import { afterwards, type Context, complaintsOf, finish, type Trial, uniform } from './trial.ts';

const shim = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

/**
 * Begins a run, kills its conductor at a random point, resumes, kills again, until `kills` have hit or the run is done;
 * then lets it finish. One chain shows what many faults do to one folder, and costs one start a kill.
 */
export async function killConductor({ calm, random }: Context, kills: number, env = {}): Promise<Trial> {
  const out = scratch();
  const snapshots: Snapshot[] = [];
  let faults = 0;
  while (faults < kills) {
    const folder = runIn(out);
    const words = isBegun(folder) ? ['--resume', folder] : [...planned, '--out', out];
    const { child, ended } = startBench(words, { env });
    const timer = setTimeout(() => child.kill('SIGKILL'), uniform(random, 0, calm.ms));
    const { signal } = await ended;
    clearTimeout(timer);
    if (signal !== 'SIGKILL') break;
    faults++;
    const now = runIn(out);
    if (isBegun(now)) snapshots.push(snapshot(now));
    // A folder without a manifest: killed before anything was measured. That is how this chain ends.
    else if (now) break;
  }
  return finishIn(out, { calm, random }, { snapshots, faults }, env);
}

async function finishIn(
  out: string,
  { calm }: Context,
  { snapshots, faults }: { snapshots: readonly Snapshot[]; faults: number },
  env: Readonly<Record<string, string>> = {},
): Promise<Trial> {
  const folder = runIn(out);
  if (isBegun(folder)) return finish(folder, { snapshots, faults, calm }, env);
  // Killed before it had a manifest: nothing was measured, nothing can be lost, and resuming says so in a sentence.
  const complaints = folder
    ? complaintsOf(await startBench(['--resume', folder], { env }).ended, [2], /holds no run/)
    : [];
  const anew = join(scratch(), 'anew');
  const ended = await startBench([...planned, '--out', anew], { env }).ended;
  const trial = afterwards(ended, runIn(anew), { snapshots, faults, calm });
  return { ...trial, complaints: [...complaints, ...trial.complaints] };
}

/** Kills the process that measures, at a random point; the conductor goes on by itself. */
export async function killMeasuring({ calm, random }: Context): Promise<Trial> {
  const out = scratch();
  const { child, ended } = startBench([...planned, '--out', out]);
  const until = performance.now() + uniform(random, 0, calm.ms);
  let killed = false;
  const snapshots: Snapshot[] = [];
  while (child.exitCode === null && !killed) {
    await sleep(5);
    if (performance.now() < until) continue;
    const pid = measuringProcess(child.pid as number);
    const folder = runIn(out);
    if (pid === undefined || !isBegun(folder)) continue;
    process.kill(pid, 'SIGKILL');
    killed = true;
    snapshots.push(snapshot(folder));
  }
  const end = await ended;
  return afterwards(end, runIn(out), { snapshots, faults: killed ? 1 : 0, calm });
}

/** The conductor dies in the middle of a write: of a row, of the manifest, of a table, of a chart, or before a rename. */
export async function killInWrite(context: Context): Promise<Trial> {
  const { calm, random } = context;
  // Half of the tries go to the few writes at the beginning and the end, which are of other kinds than the many rows.
  const [first, last] = [1 + random.below(8), calm.rows + random.below(24)];
  const anywhere = 1 + random.below(calm.rows);
  const write = [first, last, anywhere, anywhere][random.below(4)] as number;
  const options: StartOptions = {
    imports: [shim('die-in-write.mjs')],
    env: { FAULT_WRITE: String(write), FAULT_SHARE: String(random.next()) },
  };
  const out = scratch();
  const { signal } = await startBench([...planned, '--out', out], options).ended;
  const folder = runIn(out);
  const snapshots = isBegun(folder) ? [snapshot(folder)] : [];
  return finishIn(out, context, { snapshots, faults: signal === 'SIGKILL' ? 1 : 0 });
}

/** The wall clock jumps all the time, in the conductor and where is measured, and the conductor is killed once. */
export async function clockJumps(context: Context): Promise<Trial> {
  const trial = await killConductor(context, 1, { NODE_OPTIONS: `--import=${shim('clock.mjs')}` });
  return { ...trial, faults: 1 };
}

/** Files whose tail a power cut may tear. */
export const tornFiles = ['samples.csv', 'processes.csv', 'summary.csv', 'manifest.json'] as const;

/** A file of a killed run ends in half a row, and is resumed. */
export async function tornTail(context: Context, name: (typeof tornFiles)[number]): Promise<Trial> {
  const { calm, random } = context;
  const out = scratch();
  const { child, ended } = startBench([...planned, '--out', out]);
  const needed = name === 'summary.csv' ? Number.POSITIVE_INFINITY : random.below(calm.rows);
  while (child.exitCode === null && child.signalCode === null) {
    await sleep(5);
    const folder = runIn(out);
    if (isBegun(folder) && rowsIn(folder) >= needed) child.kill('SIGKILL');
  }
  await ended;
  const folder = runIn(out) as string;
  const file = join(folder, name);
  const before = [snapshot(folder)];
  const bytes = readFileSync(file);
  if (name === 'samples.csv' || name === 'processes.csv') {
    // What was whole stays; half of one more row stands behind it.
    const lines = bytes.toString().split('\r\n');
    const row = Buffer.from(lines.at(-2) ?? '');
    writeFileSync(file, Buffer.concat([bytes, row.subarray(0, random.below(row.length))]));
  } else writeFileSync(file, bytes.subarray(0, random.below(bytes.length)));
  if (name !== 'manifest.json') return finish(folder, { snapshots: before, faults: 1, calm });
  // Without its manifest a run cannot be resumed; it is refused in a sentence, and its samples are untouched.
  const refused = complaintsOf(await startBench(['--resume', folder]).ended, [2], /manifest\.json is not readable/);
  writeFileSync(file, bytes);
  const trial = await finish(folder, { snapshots: before, faults: 1, calm });
  return { ...trial, complaints: [...refused, ...trial.complaints] };
}

function rowsIn(folder: string): number {
  const file = join(folder, 'samples.csv');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0;
}
