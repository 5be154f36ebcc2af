import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDevice } from '../../src/backends/device.ts';
import { jsonRows } from '../../src/cli/json-rows.ts';
import { checkVariant } from '../../src/measure/check.ts';
import { summaryColumns } from '../../src/results/schema.ts';
import scale from '../fixtures/workloads/scale.ts';
import { longEnough } from '../support/patience.ts';
import { pgram, projectRoot, startPgram } from '../support/pgram.ts';

const fixture = (name: string): string => join(projectRoot, 'tests/fixtures/workloads', name);
const scratch = mkdtempSync(join(tmpdir(), 'pgram-faults-'));

for (const [name, text] of Object.entries({
  'view.ts': 'export const view = () => <p>hello</p>;\n',
  'view.tsx': 'export const view = () => <p>hello</p>;\n',
  'throws.ts': 'const a = (): any => undefined;\nfor (let i = 0; i < 3; i++) a().b = i;\n',
  'exports.ts': 'export const half = (n: number): number => n / 2;\n',
  'leads.ts': "import { half } from './exports';\nhalf(2);\n",
  'usage.ts': "console.error('usage: usage.ts <n>');\nprocess.exit(3);\n",
}))
  writeFileSync(join(scratch, name), text);

/** Faults of the user's own file, or of what was typed: never "a fault of pgram itself". */
const faults: [what: string, args: string[], code: number, says: RegExp][] = [
  [
    'a reference that throws',
    ['run', fixture('throws.ts')],
    1,
    /throws: reference\(\) failed: the reference is broken/,
  ],
  [
    'a work model that throws',
    ['bench', fixture('throws.ts'), '--size', 'large'],
    1,
    /throws: work\(\) failed: the work model is broken/,
  ],
  [
    'a size beyond memory',
    ['run', 'matmul', '--size', '999999'],
    1,
    /matmul: inputs\(\) failed: .*; choose a smaller --size/,
  ],
  ['an experiment to resume that is none', ['experiment', 'run', '--resume', 'nosuch'], 2, /nosuch holds no run/],
  ['a bench to resume that is none', ['bench', fixture('scale.ts'), '--resume', 'nosuch'], 2, /nosuch holds no run/],
  [
    'an import that leads nowhere',
    ['trace', 'leads.ts'],
    1,
    /leads\.ts: it imports `\.\/exports`, which does not exist\. There is `\.\/exports\.ts`: import that\.\n/,
  ],
  ['JSX', ['trace', 'view.ts'], 1, /view\.ts:1:\d+: .*This looks like JSX, which Node does not run: compile it/],
  ['a file of JSX', ['trace', 'view.tsx'], 2, /view\.tsx is not a program: .* Node runs no JSX: compile it/],
  [
    'a program that throws, with the one line of its source',
    ['trace', 'throws.ts'],
    1,
    /^pgram: \S+throws\.ts: it throws TypeError: [^(]*\(setting 'b'\) \(\S+throws\.ts:2\)$/m,
  ],
  [
    'a program that refuses its arguments, with what it said',
    ['forecast', 'usage.ts', '--device', 'h100', '--quiet'],
    1,
    /usage\.ts: the program ended itself with exit code 3 and said: usage: usage\.ts <n>;/,
  ],
  ['a variant that no workload has', ['run', 'all', '--variant', 'nosuch'], 2, /unknown variant `nosuch`/],
];

test.each(faults)('%s is told from a fault of pgram', async (_what, args, code, says) => {
  const { code: got, stdout, stderr } = await pgram(args, { cwd: scratch });
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/fault of pgram/);
  expect([got, stdout]).toEqual([code, '']);
});

test('a script that only exports is traced, and told how to name what it exports', async () => {
  const { code, stdout, stderr } = await pgram(['trace', 'exports.ts'], { cwd: scratch });
  expect(stderr).toMatch(/exports\.ts ran as a script and computed nothing: .* Name a function: exports\.ts#half\.\n/);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^exports\.ts: 0 operations/)]);
});

test('a variant that hangs or ends the process gets its row, the others go on; what the file prints is not the answer', async () => {
  const { code, stdout, stderr } = await longEnough(
    seconds => pgram(['run', fixture('stuck.ts'), '--timeout', String(seconds), '--json']),
    // What is quick has to have been quick enough.
    ended => /"ok": ?4/.test(ended.stdout),
  );
  const { checks, ...counts } = JSON.parse(stdout) as { checks: { input: string; variant: string; status: string }[] };
  expect(code).toBe(1);
  expect(counts).toEqual({ schema: 1, ok: 4, wrong: 3, skipped: 1, complete: true });
  const of = (input: string) =>
    Object.fromEntries(checks.filter(each => each.input === input).map(({ variant, status }) => [variant, status]));
  expect(of('size 1000')).toEqual({ naive: 'ok', tuned: 'timeout', radix: 'runtime-error', simd: 'ok' });
  expect(of('size 100000')).toEqual({ naive: 'ok', tuned: 'skipped', radix: 'runtime-error', simd: 'ok' });
  expect(stderr).toMatch(/loading stuck\.ts[\s\S]*a variant prints/);
});

test('Ctrl-C ends `run` with 130 and sums up the checks that are done', async () => {
  const { child, finished } = startPgram(['run', fixture('stuck.ts')], { detached: true });
  await new Promise<void>(resolve =>
    child.stderr?.on('data', text => {
      if (/stuck \/ naive/.test(String(text))) resolve();
    }),
  );
  process.kill(-(child.pid as number), 'SIGINT');
  const { code, stdout } = await finished;
  expect([code, stdout]).toEqual([130, '1 check: 1 ok, 0 wrong, 0 skipped; interrupted before the end\n']);
});

test('`bench --json` prints one document of rows with the columns of summary.csv, whatever the file prints', async () => {
  const args = ['bench', fixture('stuck.ts'), '--variant', 'simd,radix', '--size', '10', '--processes', '1', '--quick'];
  const { stdout } = await pgram([...args, '--no-probe', '--json'], { cwd: scratch });
  const { schema, rows } = JSON.parse(stdout) as { schema: number; rows: Record<string, unknown>[] };
  expect(schema).toBe(1);
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['ok', 'runtime-error']));
  for (const row of rows) expect(Object.keys(row)).toEqual(summaryColumns.map(({ name }) => name));
});

test('`start --json` prints one document, and leaves out the workloads that the selection is not about', async () => {
  const args = ['start', '--param', 'keys=u32', '--variant', 'radix', '--size', '16', '--processes', '1'];
  const { stdout, stderr } = await pgram([...args, '--no-probe', '--json'], { cwd: scratch });
  const { runs } = JSON.parse(stdout) as { runs: { rows: { workload: string }[] }[] };
  expect(runs).toHaveLength(1);
  expect(new Set(runs[0]?.rows.map(({ workload }) => workload))).toEqual(new Set(['quicksort']));
  expect(stderr).toMatch(/matmul is left out: it has no variant radix/);
});

test('`run all` leaves out the workloads that do not know a parameter', async () => {
  const args = ['run', 'all', '--param', 'algorithm=all', '--variant', 'naive', '--size', '16'];
  const { code, stdout, stderr } = await pgram(args);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+ checks: \d+ ok, 0 wrong, 0 skipped\n$/)]);
  expect(stderr).toMatch(/matmul is left out: it does not know --param algorithm=all/);
  expect(stderr).toMatch(/crypto \(algorithm=/);
});

test('in `bench` a reference that throws makes failed cells, and the run is summed up', async () => {
  const { code, stdout } = await pgram(['bench', fixture('throws.ts'), '--quick', '--no-probe', '--json'], {
    cwd: scratch,
  });
  const { rows } = JSON.parse(stdout) as { rows: { status: string; reason: string }[] };
  expect(code).toBe(1);
  expect(rows.map(({ status, reason }) => [status, reason])).toEqual(
    Array(2).fill(['runtime-error', 'throws: reference() failed: the reference is broken']),
  );
});

test('in JSON a number that is not finite is null, as a missing one is', () => {
  const [row] = jsonRows([{ workload: 'w', steady: false, max_ulp: Number.POSITIVE_INFINITY, tolerance: 0 }]);
  expect(row).toMatchObject({ workload: 'w', steady: false, max_ulp: null, tolerance: 0, reason: null });
});

test('a variant whose unsupported() throws is wrong by itself', async () => {
  const variant = {
    ...scale.variants[0]!,
    unsupported() {
      throw new Error('no idea');
    },
  };
  const input = { x: new Float32Array(1) };
  const problems = [{ input, want: new Float32Array(1), fingerprint: '' }];
  expect(await checkVariant(scale, variant, { device: openDevice({ cores: 1 }), problems })).toEqual({
    status: 'runtime-error',
    reason: 'scale: naive.unsupported() failed: no idea',
  });
});
