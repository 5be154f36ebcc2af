import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type ChildOptions, closed, parseAllow, resolveTarget, runInChild } from '../../src/target/index.ts';
import { longEnough } from '../support/patience.ts';

const fixtures = fileURLToPath(new URL('../fixtures/target/', import.meta.url));
const job = new URL('../fixtures/target/job.ts', import.meta.url);

interface Ran {
  kind: string;
  returned: unknown;
  files: string[];
  partial?: boolean;
}

const run = (text: string, options: Partial<ChildOptions> = {}) => {
  const target = resolveTarget(text, { cwd: fixtures });
  return runInChild<Ran>(job, { target, args: ['a', 'b'], size: 8 }, { file: target.file, ...options });
};

/** Stopped after its program had begun. */
const stopped = (text: string) =>
  longEnough(
    seconds => run(text, { timeoutMs: seconds * 1000 }),
    ({ result }) => result !== undefined,
  );

describe.concurrent('running a user program', () => {
  test.each([
    ['sums.ts#sum', 36],
    ['sums.ts#square', 64],
    ['sums.ts#later', 8],
    ['script.cts#twice', 16],
    ['plain/common.ts#thrice', 24],
  ])('%s is called with its inputs, or with the size', async (text, returned) => {
    expect(await run(text)).toMatchObject({ status: 'ok', result: { kind: 'function', returned } });
  });

  test.each([
    ['script.ts', 'main true a+b\nlater\n', ['script.ts']],
    ['script.mts', 'main true a+b\n', ['script.mts']],
    ['script.cts', 'main true a+b\n', ['script.cts']],
    ['plain/common.ts', 'main true a+b\n', ['common.ts']],
    ['script.js', 'main false a+b\nmain true a+b 4\n', ['script.js', 'script.cts']],
  ])('%s runs as the main module, with its arguments, to the end of its last timer', async (text, printed, files) => {
    const outcome = await run(text);
    expect(outcome).toMatchObject({ status: 'ok', result: { kind: 'script', files } });
    expect(outcome.stdout.text).toBe(printed);
  });

  test.each([
    ['sums.ts#sun', 'does-not-load', /no export `sun`. Did you mean `sum`/],
    ['sums.ts#notAFunction', 'does-not-load', /no function but number/],
    ['sums.ts#broken', 'does-not-load', /array of arguments/],
    ['enum.ts', 'does-not-load', /enum\.ts:3:3.*as const/],
    ['syntax.ts', 'does-not-load', /syntax\.ts:2:18/],
    ['sums.ts#quit', 'exited', /exit code 7/],
    ['sums.ts#fail', 'threw', /RangeError: too far.*sums\.ts:31/],
  ])('%s: %s, with a message and what was seen until then', async (text, status, message) => {
    const outcome = await run(text);
    expect(outcome.status).toBe(status);
    expect(outcome.message).toMatch(message);
    expect(outcome.result).toMatchObject({ partial: true });
  });

  test('a lone file in a folder without a package.json loads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lone-'));
    writeFileSync(join(folder, 'lone.ts'), 'export const f = (n: number): number => n + 1;');
    expect(await run(`${join(folder, 'lone.ts')}#f`)).toMatchObject({ status: 'ok', result: { returned: 9 } });
    rmSync(folder, { recursive: true });
  });

  test('a synchronous loop without end is stopped and its partial result kept', async () => {
    const outcome = await stopped('sums.ts#spin');
    expect(outcome).toMatchObject({ status: 'timeout', result: { kind: 'function', partial: true } });
    expect(outcome.message).toMatch(/--timeout/);
  });

  test('so is one that waits for ever; one that spins in a microtask is killed', async () => {
    expect(await stopped('sums.ts#wait')).toMatchObject({ status: 'timeout', result: { partial: true } });
    expect(await run('sums.ts#spinLater', { timeoutMs: 1500 })).toMatchObject({ status: 'timeout' });
  });

  test('running out of memory is told from a crash', async () => {
    expect(await run('sums.ts#hoard', { execArgv: ['--max-old-space-size=64'] })).toMatchObject({
      status: 'out-of-memory',
    });
  });

  test('100 MB of output are read to the end, kept in part, and do not stop the program', async () => {
    const outcome = await run('sums.ts#shout');
    expect(outcome).toMatchObject({ status: 'ok', result: { returned: 1 }, stdout: { bytes: 1e8, truncated: true } });
    expect(outcome.stdout.text.length).toBe(2 ** 20);
  });
});

describe.concurrent('confinement', () => {
  test.each([
    ['write', '--allow write=/tmp/pgram-escaped'],
    ['read', '--allow read=/etc/passwd'],
    ['spawn', '--allow child'],
    ['dial', '--allow net'],
    ['listen', '--allow net'],
    ['request', '--allow net'],
    ['resolve', '--allow net'],
    ['work', '--allow worker'],
    ['addon', '--allow addons'],
    ['signal', '--allow child'],
  ])('%s is refused, and the message says what to allow', async (name, cure) => {
    const outcome = await run(`escape.ts#${name}`);
    expect(outcome.status).toBe('refused');
    expect(outcome.message).toContain(cure);
    expect(existsSync('/tmp/pgram-escaped')).toBe(false);
  });

  test('a scratch folder can be written', async () => {
    expect(await run('escape.ts#scratch')).toMatchObject({ status: 'ok', result: { returned: 'x' } });
  });

  test('what is allowed works, and the outcome says what was open', async () => {
    const child = await run('escape.ts#spawn', { confinement: parseAllow(['child']) });
    expect(child).toMatchObject({ status: 'ok', result: { returned: 'hi\n' } });
    expect(child.open).toContain('child');
    const read = await run('escape.ts#read', { confinement: { ...closed, read: ['/etc/passwd'] } });
    expect(read).toMatchObject({ status: 'ok', open: expect.arrayContaining(['read=/etc/passwd']) });
    const all = await run('escape.ts#read', { confinement: parseAllow(['all']) });
    expect(all).toMatchObject({ status: 'ok', open: ['everything'] });
  });

  test('--allow with a typo or without a path is a usage error', () => {
    expect(() => parseAllow(['nett'])).toThrow(/Did you mean `net`/);
    expect(() => parseAllow(['read'])).toThrow(/--allow read=</);
    expect(parseAllow(['net,child', 'read=/x'])).toEqual({
      read: ['/x'],
      write: [],
      open: ['net', 'child'],
      all: false,
    });
  });
});
