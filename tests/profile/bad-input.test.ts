import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeVariants } from '../../src/profile/describe.ts';
import { profileProgram } from '../../src/profile/profile.ts';
import { closed, resolveTarget } from '../../src/target/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pgram-bad-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const target = (name: string, source: string, exported = '') => {
  writeFileSync(join(scratch, name), source);
  return resolveTarget(join(scratch, name) + exported);
};

const wrong: [what: string, name: string, source: string, status: string, says: RegExp][] = [
  ['an enum', 'enum.ts', 'const x = 1;\nenum Colour { Red }\n', 'does-not-load', /enum\.ts:2:1: .*as const/],
  [
    'a file that reads outside',
    'r.ts',
    "require('node:fs').readFileSync('/etc/passwd');",
    'refused',
    /--allow read=\/etc\/passwd/,
  ],
  [
    'a file that starts a process',
    'p.ts',
    "require('node:child_process').execSync('true');",
    'refused',
    /--allow child/,
  ],
  ['a file that connects', 'n.ts', "await fetch('http://127.0.0.1:9/');", 'refused', /--allow net/],
  [
    'a file that starts a thread',
    'w.ts',
    "new (require('node:worker_threads').Worker)('1', { eval: true });",
    'refused',
    /--allow worker/,
  ],
];

test.each(wrong)('%s ends with a clear message, after one run', async (_what, name, source, status, says) => {
  const runs: string[] = [];
  const profile = await profileProgram({ target: target(name, source) }, { onProgress: doing => runs.push(doing) });
  expect(profile).toMatchObject({ status, message: expect.stringMatching(says), functions: [] });
  expect(runs).toEqual(['time by place']);
});

test('a missing export names those that there are', async () => {
  const profile = await profileProgram({ target: target('e.ts', 'export function fast() {}', '#fastt') });
  expect(profile).toMatchObject({
    status: 'does-not-load',
    message: expect.stringMatching(/no export `fastt`\. Did you mean `fast`\?/),
  });
});

test('a file’s variants are asked in a confined process; a script has none', async () => {
  expect(await describeVariants({ target: target('s.ts', 'console.log(1);') }, closed, 10_000)).toEqual([]);
});
