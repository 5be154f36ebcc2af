import { createRandom } from '../../src/workload/random.ts';
import { addDamage, type Damage, noDamage } from './audit.ts';
import { canMount, fullDisk, readOnlyParent, readOnlyRun } from './disk.ts';
import { clockJumps, killConductor, killInWrite, killMeasuring, tornFiles, tornTail } from './kills.ts';
import { type Calm, type Context, type Trial, undisturbed } from './trial.ts';

export interface Fault {
  readonly name: string;
  /** Share of the kills of a soak that this fault gets; the others are tried a tenth as often. */
  readonly kill: boolean;
  readonly needsMount?: boolean;
  disturb(context: Context): Promise<Trial>;
}

/** Every fault that a run must survive; one row of the table each. */
export const faults: readonly Fault[] = [
  { name: 'kill -9 of the conductor', kill: true, disturb: context => killConductor(context, 4) },
  { name: 'kill -9 of the measuring process', kill: true, disturb: killMeasuring },
  { name: 'kill -9 in the middle of a write', kill: true, disturb: killInWrite },
  ...tornFiles.map(file => ({
    name: `torn tail of ${file}`,
    kill: false,
    disturb: (context: Context) => tornTail(context, file),
  })),
  { name: 'full disk', kill: false, needsMount: true, disturb: fullDisk },
  { name: 'read-only folder', kill: false, needsMount: true, disturb: readOnlyParent },
  { name: 'run folder becomes read-only', kill: false, needsMount: true, disturb: readOnlyRun },
  { name: 'wall clock jumps, and a kill', kill: false, disturb: clockJumps },
];

export interface FaultRow extends Damage {
  readonly fault: string;
  readonly tries: number;
  readonly complaints: readonly string[];
}

/**
 * Disturbs runs with one fault until it has happened `tries` times.
 *
 * @returns what was lost, repeated and missing over all of them, and what else should not have been
 */
export async function tryFault(
  fault: Fault,
  { tries, seed, calm }: { tries: number; seed: number; calm: Calm },
): Promise<FaultRow> {
  const random = createRandom(seed);
  let row: FaultRow = { fault: fault.name, tries: 0, ...noDamage, complaints: [] };
  // A kill that comes too late is no fault, and some do on any machine; it must not go on for ever all the same.
  for (let run = 0; row.tries < tries && run < 10 + 3 * tries; run++) {
    const trial = await fault.disturb({ calm, random });
    row = {
      ...row,
      ...addDamage(row, trial.damage),
      tries: row.tries + trial.faults,
      complaints: [...row.complaints, ...trial.complaints],
    };
  }
  return row;
}

export { canMount, undisturbed };
