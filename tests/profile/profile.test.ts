import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type CpuProfile, hotLines, tabulate } from '../../src/profile/cpu-profile.ts';
import { profileProgram } from '../../src/profile/profile.ts';
import type { ProfileRun } from '../../src/profile/profile-job.ts';
import { closed, resolveTarget, runInChild, widen } from '../../src/target/index.ts';

const file = fileURLToPath(new URL('../fixtures/profile/sections.ts', import.meta.url));
const job = new URL('../../src/profile/profile-job.ts', import.meta.url);

describe('the table of a CPU profile', () => {
  const frame = (functionName: string, lineNumber: number, url = 'file:///app/a.ts') => ({
    functionName,
    url,
    lineNumber,
    columnNumber: 0,
  });
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(root)', -1, ''), children: [2] },
      { id: 2, callFrame: frame('outer', 0), children: [3], positionTicks: [{ line: 2, ticks: 1 }] },
      { id: 3, callFrame: frame('inner', 9), children: [4], positionTicks: [{ line: 11, ticks: 2 }] },
      { id: 4, callFrame: frame('outer', 0), positionTicks: [{ line: 3, ticks: 1 }] },
    ],
    startTime: 0,
    endTime: 4000,
    samples: [2, 3, 3, 4],
    timeDeltas: [1000, 1000, 1000, 1000],
  };
  const ownership = { root: '/app/', include: [] };

  test('self and total time, with recursion counted once', () => {
    const rows = Object.fromEntries(
      tabulate([profile], ownership).map(row => [row.name, [row.self.milliseconds, row.total.milliseconds]]),
    );
    expect(rows).toEqual({ outer: [2, 4], inner: [2, 3], '(root)': [0, 4] });
  });

  test('several runs are averaged, and their samples make the error smaller', () => {
    const [one] = tabulate([profile], ownership);
    const [four] = tabulate([profile, profile, profile, profile], ownership);
    expect(four?.self.milliseconds).toBe(one?.self.milliseconds);
    expect(four?.self.standardError).toBeCloseTo((one?.self.standardError as number) / 2);
  });

  test('hot lines', () => {
    expect(hotLines([profile], ownership).map(({ line, self }) => [line, self.milliseconds])).toEqual([
      [11, 2],
      [2, 1],
      [3, 1],
    ]);
  });

  test('the lines of a function add up to its own time, however long the profiler ran beside it', () => {
    const uneven = { ...profile, endTime: 90_000, timeDeltas: [500, 3000, 1000, 250] };
    const byLine = Object.fromEntries(hotLines([uneven], ownership).map(({ line, self }) => [line, self.milliseconds]));
    expect(byLine).toEqual({ 2: 0.5, 3: 0.25, 11: 4 });
  });
});

describe('a program', () => {
  test('calls are exact, recursion included, and nothing of the tool is in the table', async () => {
    const profile = await profileProgram(
      { target: resolveTarget(`${file}#calls`), size: 10 },
      { runs: 1, perf: false },
    );
    expect(profile.problems).toEqual([]);
    const calls = Object.fromEntries(
      profile.functions.filter(({ kind }) => kind === 'own').map(each => [each.name, each.calls]),
    );
    // 15 calls with 0 and 15 with 1, which call again; busy once for each of the 30, and once more.
    expect(calls.busy).toBe(31);
    if (calls.callee !== undefined) expect(calls.callee).toBe(45);
    expect(profile.functions[0]).toMatchObject({ name: 'busy', kind: 'own' });
    expect(profile.functions.map(each => each.file).filter(path => /src\/(target|profile)/.test(path))).toEqual([]);
  });

  test('time in WebAssembly, crypto, zlib and sorting agrees with the program’s own clocks within 3 percentage points', {
    retry: 3,
  }, async () => {
    const target = resolveTarget(`${file}#sections`);
    const order = { spec: { target, size: 4 }, mode: 'boundaries', intervalMicroseconds: 200 };
    const outcome = await runInChild<ProfileRun>(job, order, { file, confinement: widen(closed, 'inspector') });
    expect(outcome.status).toBe('ok');
    const { total, spent } = JSON.parse(outcome.stdout.text) as { total: number; spent: Record<string, number> };
    const boundaries = outcome.result?.boundaries ?? [];
    const named = (pattern: RegExp) =>
      boundaries.filter(({ name }) => pattern.test(name)).reduce((sum, { share }) => sum + share, 0);
    for (const [section, pattern] of [
      ['wasm.spin', /^wasm\.spin$/],
      ['crypto', /^crypto\./],
      ['zlib.deflateSync', /^zlib\./],
      ['TypedArray.prototype.sort', /^TypedArray/],
    ] as const) {
      const own = (spent[section] as number) / total;
      expect(own, section).toBeGreaterThan(0.01);
      expect(Math.abs(named(pattern) - own), section).toBeLessThan(0.03);
    }
    // One call of microseconds; a neighbour on the core may hold it up for some milliseconds, and that is its time too.
    expect(named(/^JSON/)).toBeLessThan(0.01);
  });
});
