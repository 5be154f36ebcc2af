import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { summaryOf } from '../../tools/soak/summary.ts';
import { drawn, rowsOf, withPart } from '../../tools/soak/tables.ts';
import { cheats, pretenders } from '../adversarial/cheats.ts';
import { readers } from '../fuzz/readers.ts';
import { watchers } from '../fuzz/run-programs.ts';
import { faults } from './table.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/reliability.md', import.meta.url)), 'utf8');
const tables = { faults: rowsOf('faults'), fuzz: rowsOf('fuzz'), adversarial: rowsOf('adversarial') };

describe('docs/reliability.md', () => {
  test('its tables and what it says about them are those of the rows', () => {
    expect(drawn(page)).toBe(page);
  });
  test('every fault, reader, kind of program and kernel has its row, and no row is of one that is gone', () => {
    expect(tables.faults.map(row => row.fault).sort()).toEqual(faults.map(({ name }) => name).sort());
    expect(tables.fuzz.map(row => row.reader).sort()).toEqual(
      [...readers.map(({ name }) => name), ...Object.keys(watchers).map(name => `programs under ${name}`)].sort(),
    );
    expect(tables.adversarial.map(row => [row.kernel, row.expected])).toEqual([
      ...cheats.map(([name, status]) => [name, status]),
      ...pretenders.map(name => [name, 'ok']),
    ]);
  });
  test('no promise is broken in any row, and each says its seed, a commit without changes, and the time', () => {
    for (const { fault, tries, seed, commit, tried_at, ...damage } of tables.faults) {
      expect([fault, Object.values(damage)]).toEqual([fault, [0, 0, 0, 0, 0, 0]]);
      expect(tries).toBeGreaterThan(0);
    }
    for (const row of tables.fuzz) {
      expect(row).toMatchObject({ failures: 0, cases: Number(row.accepted) + Number(row.refused) });
      expect(row.slowest_ms ?? 0).toBeLessThan(2000);
    }
    for (const row of tables.adversarial) expect(row).toMatchObject({ found: row.expected, baseline: 'ok' });
    for (const row of [...tables.faults, ...tables.fuzz, ...tables.adversarial]) {
      expect(row.commit).toMatch(/^[0-9a-f]{10}$/);
      expect(row.seed).toBeTypeOf('number');
      expect(new Date(String(row.tried_at)).toISOString()).toBe(row.tried_at);
    }
  });
});

test('the summary adds up what the rows say', () => {
  const row = { samples_lost: 0, commit: 'a', tried_at: '2026-01-02T03:04:05.678Z' };
  const said = summaryOf({
    faults: [
      { ...row, fault: 'kill -9 of one', tries: 1200 },
      { ...row, fault: 'kill -9 of another', tries: 34, samples_lost: 2, complaints: 1 },
      { ...row, fault: 'full disk', tries: 5, samples_lost: 1 },
    ],
    fuzz: [
      { reader: 'a file', cases: 70, failures: 3, commit: 'b', tried_at: '2026-01-03T00:00:00.000Z' },
      { reader: 'programs under trace', cases: 8, failures: 1, commit: 'b', tried_at: '2026-01-01T00:00:00.000Z' },
    ],
    adversarial: [
      { ...row, kernel: 'a', expected: 'incorrect', found: 'incorrect', baseline: 'ok' },
      { ...row, kernel: 'b', expected: 'incorrect', found: 'ok', baseline: 'ok' },
      { ...row, kernel: 'c', expected: 'incorrect', found: 'incorrect', baseline: 'timeout' },
    ],
  });
  expect(said).toContain('1,234 kills and 5 other faults of 1 kinds: 3 samples lost, 0 samples repeated');
  expect(said).toContain('1 complaints');
  expect(said).toContain('70 damaged files through 1 readers and 8 generated programs: 4 failures');
  expect(said).toContain('1 of 3 that cheat');
  expect(said).toContain('commits `a`, `b`, from 2026-01-01T00:00Z to 2026-01-03T00:00Z');
});

test('a page without the markers of a part is not written over', () => {
  expect(() => withPart('# A page', 'faults', 'a table')).toThrow(/no markers for faults/);
});
