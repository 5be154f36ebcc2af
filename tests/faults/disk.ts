import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noDamage, type Snapshot, snapshot } from './audit.ts';
import { isBegun, planned, runIn, scratch } from './conductor.ts';
import { afterwards, type Context, complaintsOf, type Trial, uniform } from './trial.ts';

/** Whether this machine lets a process mount a small disk of its own (user namespaces, or root). */
export const canMount = (): boolean =>
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k none /mnt'], { stdio: 'ignore' }).status === 0;

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const tiny = fileURLToPath(new URL('./tiny.ts', import.meta.url));

/** The first lines of a shell that has a disk of its own: `begin N` and `resume N` leave stderr and exit code in $log/N.*. */
const prelude = `
disk="$1/disk"; log="$1/log"; node="$2"; main="$3"; tiny="$4"; planned="$5"; argument="$6"
tool() { n="$1"; shift; "$node" "$main" bench "$tiny" --quick --no-probe "$@" >/dev/null 2>"$log/$n.err"; echo $? >"$log/$n.code"; }
begin() { tool "$1" $planned --out "$disk/out"; }
resume() { for run in "$disk"/out/*; do tool "$1" --resume "$run"; done; }
keep() { cp -r "$disk/out" "$log/$1" 2>/dev/null; }
`;

const scripts = {
  full: `mount -t tmpfs -o size="$argument"k none "$disk"
begin 1; keep before; mount -o remount,size=256m "$disk"; resume 2; keep after`,
  readOnlyParent: `mount -t tmpfs -o size=256m none "$disk"; mount -o remount,ro "$disk"
begin 1; keep before; mount -o remount,rw "$disk"; begin 2; keep after`,
  readOnlyRun: `mount -t tmpfs -o size=256m none "$disk"
FAULT_WRITE="$argument" FAULT_SHARE=0.5 NODE_OPTIONS= "$node" --import="$(dirname "$tiny")/die-in-write.mjs" "$main" bench "$tiny" --quick --no-probe $planned --out "$disk/out" >/dev/null 2>&1
keep before; mount -o remount,ro "$disk"; resume 1; mount -o remount,rw "$disk"; resume 2; keep after`,
} as const;

interface DiskRun {
  readonly first: { readonly code: number | null; readonly signal: null; readonly stderr: string; readonly ms: number };
  readonly second: DiskRun['first'];
  readonly before: string | undefined;
  readonly after: string | undefined;
}

async function onADisk(kind: keyof typeof scripts, argument: number): Promise<DiskRun> {
  const folder = scratch();
  const log = join(folder, 'log');
  mkdirSync(join(folder, 'disk'));
  mkdirSync(log);
  const script = join(folder, 'script.sh');
  writeFileSync(script, prelude + scripts[kind]);
  await new Promise(resolve =>
    spawn('unshare', ['-rm', 'sh', script, folder, process.execPath, main, tiny, planned.join(' '), String(argument)], {
      stdio: 'ignore',
    }).on('close', resolve),
  );
  const ended = (n: number): DiskRun['first'] => {
    const code = join(log, `${n}.code`);
    return {
      code: existsSync(code) ? Number(readFileSync(code, 'utf8')) : null,
      signal: null,
      stderr: existsSync(code) ? readFileSync(join(log, `${n}.err`), 'utf8') : '',
      ms: 0,
    };
  };
  return { first: ended(1), second: ended(2), before: runIn(join(log, 'before')), after: runIn(join(log, 'after')) };
}

/** The first sitting on a disk that fails, the second on one that works: nothing lost, and a sentence in between. */
async function twoSittings(
  { calm }: Context,
  kind: keyof typeof scripts,
  { argument, says }: { argument: number; says: RegExp },
): Promise<Trial> {
  const { first, second, before, after } = await onADisk(kind, argument);
  const snapshots: Snapshot[] = isBegun(before) ? [snapshot(before)] : [];
  const survived = first.code === 0;
  const complaints = survived ? [] : complaintsOf(first, [4], says);
  // A disk that was full before the run had a manifest leaves nothing to go on with.
  if (before !== undefined && !isBegun(before))
    return {
      faults: 1,
      damage: noDamage,
      complaints: [...complaints, ...complaintsOf(second, [2], /holds no run/)],
    };
  const trial = afterwards(second, after, { snapshots, faults: survived ? 0 : 1, calm });
  return { ...trial, complaints: [...complaints, ...trial.complaints] };
}

/** A disk that is full somewhere between the first file and the last chart, and has room again. */
export const fullDisk = (context: Context): Promise<Trial> =>
  twoSittings(context, 'full', {
    // Log-uniform: a run's journals take some 100 KB, its charts and page 2 MB more.
    argument: Math.round(2 ** uniform(context.random, 3, 10.5)),
    says: /the disk is full\. Free some space/,
  });

/** The folder for runs may not be written. */
export const readOnlyParent = (context: Context): Promise<Trial> =>
  twoSittings(context, 'readOnlyParent', { argument: 0, says: /read-only\. Name another folder/ });

/** A killed run lies on a disk that has become read-only. */
export const readOnlyRun = (context: Context): Promise<Trial> =>
  twoSittings(context, 'readOnlyRun', {
    argument: 10 + context.random.below(context.calm.rows - 10),
    says: /read-only\. Name another folder/,
  });
