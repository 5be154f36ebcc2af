import { closeSync, mkdirSync, mkdtempSync, openSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pgram, projectRoot, startPgram } from '../support/pgram.ts';

const scale = join(projectRoot, 'tests/fixtures/workloads/scale.ts');
const wrong = join(projectRoot, 'tests/fixtures/workloads/wrong.ts');
const scratch = mkdtempSync(join(tmpdir(), 'pgram-cli-'));
mkdirSync(join(scratch, 'folder.ts'));

/** What is typed, the exit code, and what the answer on stderr must say. */
const mistakes: [what: string, args: string[], code: number, says: RegExp][] = [
  ['an unknown verb', ['bnech', 'matmul'], 2, /unknown verb `bnech`\. Did you mean `bench`\?/],
  ['an unknown workload', ['bench', 'matmull'], 2, /unknown workload `matmull`\. Did you mean `matmul`\?/],
  ['an unknown flag', ['bench', scale, '--sizee', '3'], 2, /unknown option '--sizee'.*--size/s],
  [
    'an unknown size',
    ['bench', scale, '--size', 'smal'],
    2,
    /scale has no size `smal`\. Give an integer.*small \(1000\)/,
  ],
  ['a size that is no integer', ['bench', scale, '--size', '1.5'], 2, /no size `1\.5`/],
  ['an unknown variant', ['run', scale, '--variant', 'tunde'], 2, /unknown variant `tunde`\. Did you mean `tuned`\?/],
  [
    'an unknown variant to look into',
    ['trace', 'matmul', '--variant', 'tunde'],
    2,
    /matmul: unknown variant `tunde`\. Did you mean `tuned`\?/,
  ],
  [
    'a parameter of a function',
    ['trace', `${scale}#nothing`, '--param', 'a=b'],
    2,
    /--param is for workloads, and .* is a function/,
  ],
  [
    'a device file that is not there',
    ['forecast', 'matmul', '--device-file', 'none.json'],
    2,
    /none\.json does not exist\. docs\/forecast\.md/,
  ],
  ['a script that is not there', ['exec', 'none.ts'], 4, /exec: there is no script none\.ts here/],
  ['an unknown parameter', ['run', scale, '--param', 'keys=u32'], 2, /scale has no parameters/],
  ['an unknown experiment', ['experiment', 'run', 'cpu-vs-gup'], 2, /Did you mean `cpu-vs-gpu`\?/],
  ['a folder', ['run', './folder.ts'], 2, /folder\.ts is a folder; name a file in it/],
  ['a missing file', ['run', './nowhere.ts'], 2, /nowhere\.ts: no such file/],
  ['a seed that is no number', ['run', scale, '--seed', 'x'], 2, /--seed is `x`; it must be a whole number/],
  [
    'an unknown calibration program',
    ['dummy', 'test-bytecode', 'example_aritmetic'],
    2,
    /Did you mean `example_arithmetic`\?/,
  ],
  [
    'a function that is not there',
    ['trace', `${scale}#nothing`],
    1,
    /^pgram: \S*scale\.ts: it has no export `nothing`/m,
  ],
  [
    'a function to a verb for workloads',
    ['bench', `${scale}#nothing`],
    2,
    /is a function, and only a workload .*`pgram trace`/,
  ],
  ['a target alone', ['matmul'], 2, /what should be done with matmul\? For example: npx pgram trace matmul/],
  [
    'no target',
    ['bench'],
    2,
    /missing required argument 'target'\n`npx pgram bench --help` shows options and examples/,
  ],
  [
    'a file where run folders should lie',
    ['trace', `${scale}#work`, '--size', '2', '--out', scale],
    4,
    /cannot write \S+scale\.ts: a part of the path is a file\. Name another folder with --out/,
  ],
  ['a run that is none', ['report', '/nonexistent'], 2, /holds no run/],
];

describe.each(mistakes)('%s', (_what, args, code, says) => {
  test(`exits with ${code} and says what to do, without a stack trace`, async () => {
    const { code: got, stdout, stderr } = await pgram(args, { cwd: scratch });
    expect(stderr).toMatch(says);
    expect(got).toBe(code);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  });
});

test('--require-gpu exits with 3 where doctor sees no GPU, and names it; with one it changes nothing', async () => {
  const { adapter } = JSON.parse((await pgram(['doctor', '--json'])).stdout) as {
    adapter: { software: boolean } | null;
  };
  const { code, stderr } = await pgram(['run', scale, '--require-gpu']);
  const isThere = adapter !== null && !adapter.software;
  expect(code).toBe(isThere ? 0 : 3);
  if (!isThere) expect(stderr).toMatch(/--require-gpu.*pgram doctor/s);
});

test('list names every device that forecast takes', async () => {
  const { stdout } = await pgram(['list', '--json']);
  const { devices } = JSON.parse(stdout) as { devices: Record<'local' | 'catalogue', { name: string }[]> };
  const { code, stderr } = await pgram(['forecast', 'matmul', '--device', 'nothing']);
  expect(code).toBe(2);
  const names = /Known: (.*?)\./.exec(stderr)?.[1]?.split(', ');
  expect([...devices.local, ...devices.catalogue].map(({ name }) => name)).toEqual(names);
});

test('a file whose default export is no workload is refused, and one that does not load fails', async () => {
  const noWorkload = join(scratch, 'none.ts');
  writeFileSync(noWorkload, 'export default 3;\n');
  const refused = await pgram(['run', noWorkload]);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/default export is not a workload/)]);
  const broken = join(scratch, 'broken.ts');
  writeFileSync(broken, 'export default (;\n');
  const failed = await pgram(['run', broken]);
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/broken\.ts does not load/)]);
});

test('a wrong kernel ends `run` with 1 and names variant, worst element, error and tolerance', async () => {
  const { code, stdout } = await pgram(['run', wrong, '--size', '100']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/wrong \/ tuned at size 100: element\[7\] is .*, the reference says .*: error .*, allowed 0/);
  expect(stdout).toMatch(/2 checks: 1 ok, 1 wrong, 0 skipped/);
});

test('the target may come before the verb', async () => {
  const { code, stdout } = await pgram([scale, 'run']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/4 checks: 4 ok, 0 wrong, 0 skipped/)]);
});

test('--json prints exactly one document whose first key is schema, for every verb that answers', async () => {
  const cases = [['list'], ['doctor'], ['run', scale], ['experiment', 'list']];
  for (const args of cases) {
    const { code, stdout } = await pgram([...args, '--json'], { cwd: scratch });
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout) as object)[0]).toBe('schema');
    expect(stdout.trimStart().startsWith('{\n  "schema": 1,')).toBe(true);
  }
});

test('a full disk behind stdout ends with 4 and a sentence, a reader that leaves early with nothing at all', async () => {
  const full = openSync('/dev/full', 'w');
  const { code, stderr } = await pgram(['list'], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  expect([code, stderr]).toEqual([
    4,
    expect.stringMatching(/^pgram: the answer cannot be written to stdout: ENOSPC[^\n]*\n$/),
  ]);
  const { child, finished } = startPgram(['experiment', 'list']);
  child.stdout!.destroy();
  expect(await finished).toMatchObject({ code: 0, stderr: '' });
});

test('NO_COLOR and a pipe leave no escape sequences', async () => {
  const { stdout } = await pgram(['list']);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  expect(stdout).not.toMatch(/\x1b\[/);
  expect(stdout).toMatch(/^quicksort \(qs\)/m);
});
