import { describe, expect, test } from 'vitest';
import { compareRuns, differingConditions, type FinishedRun } from '../../src/experiment/compare.ts';
import { compareSentence, compareTable } from '../../src/report/compare-table.ts';
import type { Manifest } from '../../src/results/manifest.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { createRandom } from '../../src/workload/random.ts';

interface MadeUp {
  /** Nanoseconds by variant. */
  readonly times: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly processes?: number;
  /** Factor by which a process as a whole is slower, e.g. a busy neighbour. */
  readonly slow?: number;
  readonly failed?: Readonly<Record<string, string>>;
  readonly environment?: object;
  /** Variants that the run calls faster than their bound. */
  readonly wrong?: readonly string[];
}

/** A run as its folder would hold it: samples with 5 % of noise within and 5 % between processes. */
function run({
  times,
  seed,
  processes = 10,
  slow = 1,
  failed = {},
  environment = {},
  wrong = [],
}: MadeUp): FinishedRun {
  const random = createRandom(seed);
  const noise = () => 1 + 0.05 * (random.next() + random.next() + random.next() - 1.5);
  const variants = Object.keys(times);
  const base = { workload: 'w', size: 8, parameters: '', device: 'cpu-1', ran_on: 'cpu' };
  const samples: CsvRow[] = [];
  const outcomes: CsvRow[] = [];
  for (let process = 0; process < processes; process++) {
    const whole = slow * noise();
    for (const variant of variants) {
      const status = failed[variant] ?? 'ok';
      outcomes.push({ ...base, variant, process, status, reason: status === 'ok' ? undefined : 'it broke' });
      if (status === 'ok')
        for (let iteration = 0; iteration < 7; iteration++)
          samples.push({
            ...{ ...base, variant, process, iteration, phase: 'end_to_end', regime: 'steady', repetitions: 1 },
            time_ns: (times[variant] as number) * whole * noise(),
          });
    }
  }
  const manifest = {
    runId: `run-${seed}`,
    seed: 1,
    gpuProfile: 'safe',
    protocol: { name: 'quick', processes },
    plan: [{ workload: 'w', size: 8, parameters: {}, variants }],
    environment: {
      machine: { cpu: 'one' },
      runtime: { node: 'v24', v8: '13', execArgv: [], nodeOptions: '' },
      tool: { version: '1' },
      ...environment,
    },
    state: 'complete',
  } as unknown as Manifest;
  const summary = variants.map(variant => ({
    ...{ ...base, variant, phase: 'end_to_end', regime: 'steady' },
    faster_than_bound: wrong.includes(variant),
  }));
  return { manifest, samples, processes: outcomes, summary };
}

const rowOf = (rows: readonly CsvRow[], variant: string): CsvRow => rows.find(row => row.variant === variant)!;
const compared = (a: MadeUp, b: MadeUp): CsvRow[] => compareRuns(run(a), run(b)).map(({ row }) => row);

describe('comparing two runs', () => {
  test('a change of 30 % is found, with an interval that holds it; what did not change is not called changed', () => {
    const rows = compared(
      { times: { naive: 1e6, tuned: 5e5 }, seed: 1 },
      { times: { naive: 1e6, tuned: 3.5e5 }, seed: 2 },
    );
    const tuned = rowOf(rows, 'tuned');
    expect(tuned.verdict).toBe('FAST');
    expect(Number(tuned.speedup_b_vs_a_low)).toBeLessThan(5 / 3.5);
    expect(Number(tuned.speedup_b_vs_a_high)).toBeGreaterThan(5 / 3.5);
    expect(['SAME', 'AMBIGUOUS']).toContain(rowOf(rows, 'naive').verdict);
    expect(compareSentence(rows)).toContain('B is faster in 1, slower in 0');
    // Over naive, which stayed as it was, it gained as much.
    expect(tuned).toMatchObject({ speedup_change_verdict: 'FAST' });
    expect(Number(tuned.speedup_change)).toBeCloseTo(5 / 3.5, 1);
  });

  test('a machine that was slower on one day changes the times, not the change of the speed-up over naive', () => {
    const rows = compared(
      { times: { naive: 1e6, tuned: 5e5 }, seed: 3 },
      { times: { naive: 1e6, tuned: 5e5 }, seed: 4, slow: 1.5 },
    );
    const tuned = rowOf(rows, 'tuned');
    expect(tuned.verdict).toBe('SLOW');
    expect(['SAME', 'AMBIGUOUS']).toContain(tuned.speedup_change_verdict);
    expect(Number(tuned.speedup_change)).toBeCloseTo(1, 1);
    expect(rowOf(rows, 'naive').speedup_change).toBeUndefined();
  });

  test('equal runs are called different in about one of twenty: the intervals cover what they say', () => {
    let different = 0;
    const pairs = 100;
    for (let pair = 0; pair < pairs; pair++) {
      const [row] = compared(
        { times: { naive: 1e6 }, seed: 100 + 2 * pair },
        { times: { naive: 1e6 }, seed: 101 + 2 * pair },
      );
      if (Number(row!.speedup_b_vs_a_low) > 1 || Number(row!.speedup_b_vs_a_high) < 1) different++;
    }
    expect(different / pairs).toBeLessThan(0.1);
  });

  test('fewer than three processes on a side give no interval and no verdict but AMBIGUOUS', () => {
    const rows = compared({ times: { naive: 1e6 }, seed: 5 }, { times: { naive: 2e6 }, seed: 6, processes: 2 });
    expect(rows[0]).toMatchObject({ verdict: 'AMBIGUOUS' });
    expect(rows[0]!.speedup_b_vs_a_low).toBeUndefined();
  });

  test('what one run lacks, or what failed in it, is a row with its reason', () => {
    const rows = compared(
      { times: { naive: 1e6, tuned: 5e5, simd: 1e5 }, seed: 7 },
      { times: { naive: 1e6, tuned: 5e5 }, seed: 8, failed: { tuned: 'incorrect' } },
    );
    expect(rowOf(rows, 'simd')).toMatchObject({
      status_a: 'ok',
      status_b: 'skipped',
      reason_b: 'not part of this run',
    });
    expect(rowOf(rows, 'tuned')).toMatchObject({ status_a: 'ok', status_b: 'incorrect', reason_b: 'it broke' });
    expect(compareSentence(rows)).toContain('failed in B: w / tuned (incorrect)');
    expect(compareTable(rows)).toContain('tuned in B: incorrect: it broke');
  });

  test('a wrong measurement of either run is said, keeps its times, and is divided by nothing', () => {
    const times = { naive: 1e6, tuned: 5e5, simd: 1e5 };
    const rows = compared({ times, seed: 11 }, { times: { ...times, tuned: 5 }, seed: 12, wrong: ['tuned'] });
    const tuned = rowOf(rows, 'tuned');
    expect(tuned).toMatchObject({ status_b: 'ok', faster_than_bound_a: false, faster_than_bound_b: true });
    expect([tuned.verdict, tuned.speedup_b_vs_a, tuned.speedup_change]).toEqual([undefined, undefined, undefined]);
    expect(tuned.time_b_median_ns).toBeGreaterThan(0);
    const said = compareSentence(rows);
    expect(said).toMatch(/^Of 2 cells B is faster in 0, slower in 0/);
    expect(said).toContain('not compared: w 8 / tuned in B.');
    expect(compareTable(rows)).toMatch(/tuned .*wrong in B/);
    expect(compareTable(rows)).toContain("tuned in B: faster than its device's bound");
    // What is over a naive that is wrong is no speed-up either.
    const [, over] = compared({ times, seed: 13, wrong: ['naive'] }, { times, seed: 14 });
    expect([over!.variant, over!.speedup_change]).toEqual(['tuned', undefined]);
    expect(['SAME', 'AMBIGUOUS']).toContain(over!.verdict);
    const [only] = compared({ times: { naive: 1 }, seed: 15, wrong: ['naive'] }, { times: { naive: 1 }, seed: 16 });
    expect(compareSentence([only!])).toBe(
      "The two runs share no cell that both measured rightly. Faster than the device's bound, so measured wrongly and not compared: w 8 / naive in A.",
    );
  });

  test('every differing condition is named', () => {
    const a = run({ times: { naive: 1 }, seed: 9 }).manifest;
    const b = run({
      times: { naive: 1 },
      seed: 9,
      processes: 3,
      environment: { machine: { cpu: 'another' }, runtime: { node: 'v26', v8: '14', execArgv: [], nodeOptions: '' } },
    }).manifest;
    expect(differingConditions(a, a)).toEqual([]);
    const said = differingConditions(a, b).join('\n');
    for (const fact of ['processor: one → another', 'V8: 13 → 14', 'protocol, processes: 10 → 3'])
      expect(said).toContain(fact);
  });
});
