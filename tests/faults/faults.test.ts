import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { audit, noDamage, snapshot } from './audit.ts';
import { planned, processesWanted, runIn, scratch, startBench } from './conductor.ts';
import { canMount, faults, tryFault } from './table.ts';
import { complaintsOf } from './trial.ts';

/** What an undisturbed run of the plan has, from the words of docs/vocabulary.md: an oracle that needs no run. */
const cells = new Set(
  [64, 128].flatMap(size =>
    ['naive', 'tuned'].flatMap(variant =>
      ['compile|first', 'compute|first', 'compute|steady', 'end_to_end|first', 'end_to_end|steady'].map(
        phase => `tiny|${size}||${variant}|${phase}|ok`,
      ),
    ),
  ),
);
const calm = { cells, ms: 2500, rows: 200 };
/** `npm run soak` has the whole table; here a sample of it, with other points every day. */
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 2 ** 31);

test.each(['kill -9 of the conductor', 'kill -9 in the middle of a write', ...(canMount() ? ['full disk'] : [])])(
  '%s: nothing is lost or repeated, every cell is there in the end',
  async name => {
    const fault = faults.find(each => each.name === name)!;
    const row = await tryFault(fault, { tries: 1, seed, calm });
    expect(row, `FAULT_SEED=${seed}`).toEqual({ fault: name, tries: expect.any(Number), ...noDamage, complaints: [] });
    expect(row.tries).toBeGreaterThanOrEqual(1);
  },
);

describe('the audit itself', () => {
  let folder = '';
  let whole: Parameters<typeof audit>[1];
  beforeAll(async () => {
    const out = scratch();
    const ended = await startBench([...planned, '--out', out]).ended;
    expect(complaintsOf(ended, [0])).toEqual([]);
    folder = runIn(out) as string;
    whole = { snapshots: [snapshot(folder)], cells, processesWanted };
  });

  /** A copy of the run in which one file was tampered with. */
  const tampered = (name: string, change: (text: string) => string): string => {
    const copy = join(scratch(), 'run');
    cpSync(folder, copy, { recursive: true });
    writeFileSync(join(copy, name), change(readFileSync(join(copy, name), 'utf8')));
    return copy;
  };
  const lines = (change: (rows: string[]) => string[]) => (text: string) => change(text.split('\r\n')).join('\r\n');

  test('finds nothing wrong with an undisturbed run', () => {
    expect(audit(folder, whole)).toEqual(noDamage);
  });
  test('sees one sample that is gone, changed or written twice', () => {
    expect(
      audit(
        tampered(
          'samples.csv',
          lines(rows => rows.toSpliced(7, 1)),
        ),
        whole,
      ).samplesLost,
    ).toBe(1);
    expect(
      audit(
        tampered(
          'samples.csv',
          lines(rows => rows.with(7, `${rows[7]}1`)),
        ),
        whole,
      ).samplesLost,
    ).toBe(1);
    const twice = tampered(
      'samples.csv',
      lines(rows => rows.toSpliced(-1, 0, rows[7] as string)),
    );
    expect(audit(twice, whole)).toEqual({ ...noDamage, samplesRepeated: 1 });
  });
  test('sees a process that was measured beyond the protocol, a cell that is missing and one too many', () => {
    const third = (rows: string[]) =>
      rows.toSpliced(-1, 0, (rows.find(row => row.includes(',tuned,')) as string).replace(/(,cpu-1,cpu,)\d+/, '$199'));
    expect(audit(tampered('processes.csv', lines(third)), whole)).toEqual({ ...noDamage, processesRepeated: 1 });
    const without = tampered(
      'summary.csv',
      lines(rows => rows.toSpliced(5, 1)),
    );
    expect(audit(without, whole)).toEqual({ ...noDamage, cellsMissing: 1 });
    const other = tampered('summary.csv', text => text.replace(/,ok,/, ',runtime-error,'));
    expect(audit(other, whole)).toEqual({ ...noDamage, cellsMissing: 1, cellsExtra: 1 });
  });
  test('takes half a row for none', () => {
    const copy = tampered('samples.csv', text => text);
    appendFileSync(join(copy, 'samples.csv'), '1,half a r');
    expect(audit(copy, whole)).toEqual(noDamage);
  });
});
