import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shippedWorkloads } from '../../kernels/index.ts';
import { fingerprint } from '../../src/trace/fingerprint.ts';
import { loadWorkload } from '../../src/workload/load.ts';
import { resolveParameters } from '../../src/workload/parameters.ts';
import { createRandom } from '../../src/workload/random.ts';
import { pgram, projectRoot } from '../support/pgram.ts';

/** Two processes, one seed; what they say, without the times. */
async function twice(args: readonly string[], untimed: (document: Record<string, unknown>) => unknown) {
  const runs = await Promise.all([pgram(args), pgram(args)]);
  return runs.map(({ code, stdout, stderr }) => {
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return JSON.stringify(untimed(JSON.parse(stdout) as Record<string, unknown>));
  });
}

const program = join(projectRoot, 'tests/fixtures/census/programs/loops.ts');

test.each(Object.keys(shippedWorkloads))('inputs of %s are a function of size, seed and parameters', async name => {
  const workload = await loadWorkload(name);
  const size = Math.min(...Object.values(workload.sizes).map(Number));
  for (const parameters of resolveParameters(workload, [])) {
    const made = (seed: number) => fingerprint(workload.inputs(size, createRandom(seed), parameters));
    expect(made(7)).not.toBeNull();
    expect(made(7)).toBe(made(7));
    // What is drawn depends on the seed, unless nothing is drawn at all.
    const draws = { ...createRandom(1), next: () => 0.5, uint32: () => 1, below: () => 0, normal: () => 0 };
    const drawn = fingerprint(workload.inputs(size, draws, parameters));
    if (drawn !== made(7)) expect(made(8)).not.toBe(made(7));
  }
});

test('work, span, loops, dependences and memory are the same in every run, times apart', async () => {
  const [first, second] = await twice(
    ['trace', `${program}#main`, '--size', '12', '--json'],
    ({ slowdown, unknown, ...rest }) => ({
      ...rest,
      unknown: (unknown as { timeShare: number }[]).map(({ timeShare, ...entry }) => entry),
    }),
  );
  expect(first!.length).toBeGreaterThan(1000);
  expect(first).toBe(second);
});

test('the census of what was compiled and of what was executed is the same in every run', async () => {
  const timed = new Set(['native', 'slowdown', 'optimised']);
  const out = mkdtempSync(join(tmpdir(), 'pgram-twice-'));
  const [first, second] = await twice(
    ['analyze-bytecode', `${program}#main`, '--size', '12', '--json', '--out', out],
    document => ({
      ...Object.fromEntries(Object.entries(document).filter(([key]) => !timed.has(key))),
      // When V8 optimises depends on time; what it had optimised by the end of a run, and with which feedback, is no function
      // of the program.
      layers: (document.layers as { layer: string }[]).filter(({ layer }) => layer !== 'machine-code'),
    }),
  );
  expect(first!.length).toBeGreaterThan(1000);
  expect(first).toBe(second);
});

test('charts and page are the same bytes for the same rows', async () => {
  const drawn = await Promise.all(
    [0, 1].map(async () => {
      // The page says where it lies: by a path that is the same for both.
      const cwd = mkdtempSync(join(tmpdir(), 'pgram-charts-'));
      const folder = join(cwd, 'run');
      cpSync(join(projectRoot, 'tests/fuzz/fixtures/run'), folder, { recursive: true });
      const { code, stderr } = await pgram(['report', 'run'], { cwd });
      expect([code, stderr]).toEqual([0, expect.any(String)]);
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
      const files = names.filter(name => statSync(join(folder, name)).isFile());
      return files.map(name => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]);
    }),
  );
  expect(drawn[0]!.filter(([name]) => /\.(svg|png)$/.test(name!)).length).toBeGreaterThanOrEqual(4);
  expect(drawn[0]).toEqual(drawn[1]);
});
