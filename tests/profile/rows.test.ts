import { expect, test } from 'vitest';
import type { Profile } from '../../src/profile/profile.ts';
import { profileTables } from '../../src/profile/rows.ts';
import { resolveTarget } from '../../src/target/index.ts';

const time = (milliseconds: number, standardError: number) => ({ milliseconds, standardError });
const work = { name: 'work', kind: 'own', file: 'f.ts', line: 3, column: 1, self: time(10, 1), total: time(30, 2) };
const profile = {
  functions: [
    { ...work, calls: 5, tiers: { interpreter: 0.25, turbofan: 0.75 } },
    { ...work, name: '(program)', kind: 'engine', file: '', line: 0, column: 0, calls: null, tiers: {} },
  ],
  lines: [{ file: 'f.ts', line: 4, self: time(7, 0.5) }],
  kernels: [{ name: 'k', shape: '8×8', calls: 2, milliseconds: null, ranOn: 'gpu', measuredBy: 'timestamps' }],
  byPlace: {
    times: [{ place: 'native', name: 'zlib', milliseconds: 3, share: 0.3, standardError: 0.01, measuredBy: 'clock' }],
  },
  sites: { deoptimised: [], caches: [] },
  symbols: null,
} as unknown as Profile;

test('the tables of a profile hold nanoseconds: self and total time apart, and self time a call', () => {
  const spec = { target: resolveTarget('matmul'), size: 8 };
  const tables = profileTables([{ spec, variant: 'naive', profile }], 'r');
  const [own, engine] = tables['profile.csv'];
  expect(own).toMatchObject({
    ...{ run_id: 'r', target: 'matmul', size: 8, variant: 'naive', function: 'work', calls: 5 },
    ...{ self_ns: 10e6, self_standard_error_ns: 1e6, total_ns: 30e6, total_standard_error_ns: 2e6 },
    ...{ self_per_call_ns: 2e6, interpreter_share: 0.25, turbofan_share: 0.75, maglev_share: 0 },
  });
  // Nothing is known of its calls, its place or its tiers: empty, not 0.
  const unknown = ['calls', 'file', 'line', 'self_per_call_ns', 'interpreter_share'] as const;
  expect(unknown.map(name => engine![name])).toEqual(unknown.map(() => undefined));
  expect(tables['hot-lines.csv'][0]).toMatchObject({ line: 4, self_ns: 7e6, self_standard_error_ns: 0.5e6 });
  expect(tables['kernels.csv'][0]).toMatchObject({ kernel: 'k', calls: 2, time_ns: undefined, ran_on: 'gpu' });
  expect(tables['time-by-place.csv'][0]).toMatchObject({ place: 'native', time_ns: 3e6, share: 0.3 });
});
