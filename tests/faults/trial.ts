import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../../src/workload/random.ts';
import { audit, cellsOf, type Damage, noDamage, type Snapshot } from './audit.ts';
import { type Ended, planned, processesWanted, runIn, scratch, startBench } from './conductor.ts';

/** What an undisturbed run of the same plan looks like. */
export interface Calm {
  readonly cells: Set<string>;
  /** From start to end, in milliseconds. */
  readonly ms: number;
  /** Rows that were appended, so writes to hit. */
  readonly rows: number;
}

/** How one disturbed run ended. */
export interface Trial {
  /** Faults that really happened in it: a kill that came too late is none. */
  readonly faults: number;
  readonly damage: Damage;
  /** What should not have been: an exit code, a stack trace, a file left behind. */
  readonly complaints: readonly string[];
}

export interface Context {
  readonly calm: Calm;
  readonly random: Random;
}

export const uniform = (random: Random, low: number, high: number): number => low + random.next() * (high - low);

export async function undisturbed(): Promise<Calm> {
  const out = scratch();
  const ended = await startBench([...planned, '--out', out]).ended;
  const folder = runIn(out);
  if (ended.code !== 0 || !folder) throw new Error(`the undisturbed run ended with ${ended.code}: ${ended.stderr}`);
  const calm = {
    cells: cellsOf(folder),
    ms: ended.ms,
    rows: readFileSync(join(folder, 'samples.csv'), 'utf8').split('\n').length,
  };
  rmSync(out, { recursive: true });
  return calm;
}

const stackTrace = /^\s+at .*:\d+:\d+\)?$/m;

/** An end that the tool chose, in a sentence; `codes` are those that suit the fault. */
export function complaintsOf(ended: Ended, codes: readonly number[], says: RegExp = /^/): string[] {
  const wrong: string[] = [];
  if (ended.code === null || !codes.includes(ended.code))
    wrong.push(
      `ended with ${ended.code ?? ended.signal} instead of ${codes.join(' or ')}: ${ended.stderr.slice(-300)}`,
    );
  else if (!says.test(ended.stderr)) wrong.push(`does not say ${says}: ${ended.stderr.slice(-300)}`);
  if (stackTrace.test(ended.stderr)) wrong.push(`a stack trace: ${ended.stderr.slice(-300)}`);
  return wrong;
}

export interface Disturbed {
  readonly snapshots: readonly Snapshot[];
  readonly faults: number;
  readonly calm: Calm;
}

/** Resumes a disturbed run to its end without further disturbance, and holds it against the promise. */
export const finish = async (
  folder: string,
  disturbed: Disturbed,
  env: Readonly<Record<string, string>> = {},
): Promise<Trial> => afterwards(await startBench(['--resume', folder], { env }).ended, folder, disturbed);

/** Holds a run that should have come to its end against the promise. */
export function afterwards(ended: Ended, folder: string | undefined, { snapshots, faults, calm }: Disturbed): Trial {
  const complaints = complaintsOf(ended, [0]);
  if (!folder || !existsSync(join(folder, 'summary.csv')))
    return { faults, damage: { ...noDamage, cellsMissing: calm.cells.size }, complaints };
  const left = readdirSync(folder).filter(name => /\.part$|\.lock$/.test(name));
  const { state } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { state: string };
  return {
    faults,
    damage: audit(folder, { snapshots, cells: calm.cells, processesWanted }),
    complaints: [
      ...complaints,
      ...left.map(name => `${name} was left behind`),
      ...(state === 'complete' ? [] : [`the manifest says ${state}`]),
    ],
  };
}
