import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { longEnough } from '../support/patience.ts';
import { pgram } from '../support/pgram.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pgram-analyze-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const program = (name: string, source: string): string => {
  writeFileSync(join(scratch, name), source);
  return name;
};
const analyze = (...args: string[]) =>
  pgram([...args, '--quiet', '--no-perf', '--runs', '1', '--out', 'out'], { cwd: scratch });

test('a program that does not load is one sentence with its line, and leaves nothing behind', async () => {
  const { code, stdout } = await analyze('analyze', program('syntax.ts', 'const a = 1;\nconst b = ;\n'));
  expect(stdout).toMatch(/does not load: .*syntax\.ts:2:11: Expression expected/);
  expect([code, readdirSync(join(scratch, 'out'))]).toEqual([1, []]);
});

test.each([
  ['an unknown variant', ['analyze', 'matmul', '--variant', 'niave'], /naive/],
  ['an unknown tool of clinic', ['analyze', 'matmul', '--clinic', 'flam'], /flame/],
])('%s is a usage error', async (_what, args, says) => {
  const { code, stderr, stdout } = await analyze(...args);
  expect(stderr).toMatch(says);
  expect([code, stdout]).toEqual([2, '']);
});

test('a program that writes is refused, and told what would allow it', async () => {
  const source = "import { writeFileSync } from 'node:fs'; writeFileSync('/tmp/evil', '');";
  const { code, stdout } = await analyze('analyze', program('writes.ts', source));
  expect(stdout).toMatch(/--allow write=\/tmp\/evil/);
  expect([code, existsSync('/tmp/evil')]).toEqual([1, false]);
});

interface Document {
  readonly schema: number;
  readonly complete: boolean;
  readonly runFolder: string;
  readonly variants: readonly {
    readonly status: string;
    readonly message: string;
    readonly functions: readonly { name: string; calls: number | null }[];
    readonly timeByPlace: { times: readonly { place: string; share: number }[] };
    readonly unnamed: { share: number };
  }[];
}

describe('what was seen is kept of a program', () => {
  test('that never ends', async () => {
    const endless = program(
      'endless.ts',
      'function spin(n: number) { let x = 1; for (let i = 0; i < n; i++) x = (x * 1.1) % 7; return x; }\nwhile (true) spin(1e5);\n',
    );
    const { code, stdout } = await longEnough(
      seconds => analyze('analyze', endless, '--timeout', String(seconds), '--json'),
      ended => /"name": ?"spin"/.test(ended.stdout),
    );
    expect(Object.keys(JSON.parse(stdout))[0]).toBe('schema');
    const { complete, variants, runFolder } = JSON.parse(stdout) as Document;
    expect([code, complete]).toEqual([1, false]);
    expect(variants[0]).toMatchObject({
      status: 'timeout',
      message: expect.stringMatching(/did not end within \d+ s.*--timeout/),
    });
    expect(variants[0]?.functions.find(({ name }) => name === 'spin')?.calls).toBeGreaterThan(0);
    const busy = variants[0]?.timeByPlace.times.filter(({ place }) =>
      /turbofan|maglev|sparkplug|interpreter/.test(place),
    );
    expect(busy?.reduce((sum, { share }) => sum + share, 0)).toBeGreaterThan(0.5);
    expect(readdirSync(runFolder)).toContain('profile.csv');
  });

  test('that ends itself, and prints 25 MB before', async () => {
    const source = `const line = 'x'.repeat(1023) + '\\n';
      for (let i = 0; i < 25 * 1024; i++) process.stdout.write(line);
      process.exit(3);`;
    const { code, stdout, stderr } = await analyze('analyze', program('prints.ts', source), '--json');
    const { variants } = JSON.parse(stdout) as Document;
    expect(code).toBe(1);
    expect(variants[0]).toMatchObject({ status: 'exited', message: expect.stringMatching(/exit code 3/) });
    expect(variants[0]?.functions.length).toBeGreaterThan(0);
    expect(stderr.length).toBeLessThan(2 ** 21);
  });
});

test('the commands of the study that this continues', async () => {
  const { code, stdout } = await analyze('qs', 'analyze');
  expect(code).toBe(0);
  for (const says of [
    /^quicksort \/ naive at size 10000\n/,
    /calls +self ms +± +total ms +per call +mostly +function/,
    /quicksort .*naive\.ts:\d+/,
    /times sampled by V8: .* samples/,
    /time by where it is spent/,
    /optimised \(TurboFan\)/,
    /% of the time is in code without a name\./,
    /run folder: out\//,
  ])
    expect(stdout).toMatch(says);
});
