/**
 * The full tables of docs/reliability.md: faults, damaged files and generated programs, kernels that cheat.
 *
 *   npm run soak                                   all of it: about an hour, at the lowest priority
 *   npm run soak -- faults --kills 200             only this table; --only <name> for a row of it
 *   npm run soak -- fuzz --cases 100000 --seed 1
 *   npm run soak -- adversarial
 *   npm run soak -- page                           no case at all: the page anew, from the rows
 *   npm run soak -- fuzz --only "V8 log" --case 175    one case again, with the stack of its failure
 *
 * Rows are written as they are known. Exit code 1 where a promise was broken.
 */
import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { bench, cheats, pretenders } from '../../tests/adversarial/cheats.ts';
import { canMount, faults, tryFault, undisturbed } from '../../tests/faults/table.ts';
import { readers } from '../../tests/fuzz/readers.ts';
import { type Failure, fuzz } from '../../tests/fuzz/run.ts';
import { fuzzPrograms, type Watcher } from '../../tests/fuzz/run-programs.ts';
import { drawPage, keepRow, originHere, type TableName } from './tables.ts';

setPriority(19);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '200' },
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    case: { type: 'string' },
  },
});
const seed = Number(values.seed);
const isWanted = (name: string): boolean => values.only === undefined || name === values.only;
let broken = 0;

/** So many of a soak's cases are programs, which take longer: one in ten, most of them traced. */
const programShare: Readonly<Record<Watcher, number>> = { trace: 0.08, census: 0.02 };

/** Coverage is no soak: `npm run coverage` writes it. */
type Part = Exclude<TableName, 'coverage'> | 'page';
/** A trace runs again for each chain that it had guessed wrong: more programs together cost more than their own start. */
const programsPerProcess = 25;
const programsPerPart = 200;

const parts: Record<Part, () => Promise<void>> = {
  async faults() {
    const kills = Number(values.kills);
    // Most kills hit the conductor; every other fault is tried a twenty-fifth as often as there are kills.
    const shares: Readonly<Record<string, number>> = {
      'kill -9 of the conductor': 0.6,
      'kill -9 of the measuring process': 0.2,
      'kill -9 in the middle of a write': 0.2,
    };
    const calm = await undisturbed();
    for (const fault of faults.filter(({ name }) => isWanted(name))) {
      if (fault.needsMount && !canMount()) {
        say(`${fault.name}: left out, this machine lets nobody mount a disk`);
        continue;
      }
      const tries = Math.ceil(kills * (shares[fault.name] ?? 0.04));
      const row = await tryFault(fault, { tries, seed, calm });
      // Faults that came too late show nothing: a soak that lacks them has not kept its word.
      if (row.tries < tries) {
        broken++;
        say(`${fault.name}: happened ${row.tries} times of ${tries}; the machine is too uneven, try again`);
      }
      for (const complaint of row.complaints) say(`${fault.name}: ${complaint}`);
      const { samplesLost, samplesRepeated, processesRepeated, cellsMissing, cellsExtra, complaints } = row;
      broken += samplesLost + samplesRepeated + processesRepeated + cellsMissing + cellsExtra + complaints.length;
      keepRow('faults', {
        ...{ fault: fault.name, tries: row.tries, samples_lost: samplesLost, samples_repeated: samplesRepeated },
        ...{ processes_repeated: processesRepeated, cells_missing: cellsMissing, cells_extra: cellsExtra },
        ...{ complaints: complaints.length, seed, ...originHere() },
      });
      say(`${fault.name}: ${row.tries} tries, ${samplesLost} samples lost, ${complaints.length} complaints`);
    }
  },

  async fuzz() {
    const cases = Number(values.cases);
    const programs = programShare.trace + programShare.census;
    const each = Math.ceil((cases * (1 - programs)) / readers.length);
    const run = values.case === undefined ? { cases: each, from: seed } : { cases: 1, from: Number(values.case) };
    for (const reader of readers.filter(({ name }) => isWanted(name))) {
      const { failures, ...row } = fuzz(reader, run);
      keep(row.reader, { ...row, failures });
      broken += failures.length;
    }
    for (const watcher of ['trace', 'census'] as const) {
      const name = `programs under ${watcher}`;
      if (!isWanted(name)) continue;
      const own = values.case === undefined ? { cases: Math.ceil(cases * programShare[watcher]), from: seed } : run;
      const failures: Failure[] = [];
      // An hour on a busy machine: the row grows, so that a soak that is stopped shows how far it came.
      for (let done = 0; done < own.cases; ) {
        const part = { cases: Math.min(programsPerPart, own.cases - done), from: own.from + done };
        failures.push(...(await fuzzPrograms(watcher, { ...part, batch: programsPerProcess })).failures);
        done += part.cases;
        keep(name, { cases: done, accepted: done - failures.length, refused: 0, slowestMs: undefined, failures });
      }
      broken += failures.length;
    }
  },

  async adversarial() {
    const expected = [...cheats, ...pretenders.map(name => [name, 'ok'] as const)];
    for (const [kernel, status] of expected) {
      if (!isWanted(kernel)) continue;
      const { cheat, honest } = await bench(kernel, seed);
      const found = cheat.map(outcome => outcome.status).join(', ');
      const baseline = honest.map(outcome => outcome.status).join(', ');
      if (found !== status || baseline !== 'ok') broken++;
      keepRow('adversarial', {
        kernel,
        expected: status,
        found,
        baseline,
        reason: cheat[0]?.reason,
        seed,
        ...originHere(),
      });
      say(`${kernel}: expected ${status}, found ${found}`);
    }
  },

  async page() {
    drawPage();
  },
};

interface Fuzzed {
  readonly cases: number;
  readonly accepted: number;
  readonly refused: number;
  readonly slowestMs: number | undefined;
  readonly failures: readonly Failure[];
}

function keep(reader: string, { cases, accepted, refused, slowestMs, failures }: Fuzzed): void {
  for (const failure of failures.slice(0, 10)) {
    say(`${reader}: ${failure.message}\n  again: npm run soak -- fuzz --only "${reader}" --case ${failure.seed}`);
    if (values.case !== undefined) say(`${failure.stack}\n${failure.input}`);
  }
  say(`${reader}: ${cases} cases, ${accepted} accepted, ${refused} refused, ${failures.length} failures`);
  // One case again is for who mends it; the table holds whole runs.
  if (values.case === undefined)
    keepRow('fuzz', {
      reader,
      cases,
      accepted,
      refused,
      failures: failures.length,
      slowest_ms: slowestMs,
      seed,
      ...originHere(),
    });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  const part = parts[name as Part];
  if (!part) throw new Error(`unknown part \`${name}\`: ${Object.keys(parts).join(', ')}`);
  await part();
}
process.exitCode = broken > 0 ? 1 : 0;
