import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pgram = (...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise(resolve => {
    execFile(
      process.execPath,
      [join(root, 'bin/pgram.mjs'), ...words],
      { cwd: root, timeout: 280_000 },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });

const program = join(mkdtempSync(join(tmpdir(), 'forecast-')), 'program.ts');
writeFileSync(
  program,
  `export function scale(x: Float32Array): number {
  for (let i = 0; i < x.length; i++) x[i] = x[i]! * 2 + 1;
  return x.length;
}
export function chase(next: Uint32Array): number {
  let at = 0;
  for (let i = 0; i < next.length; i++) at = next[at]!;
  return at;
}
export function tiny(scale: number): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += scale * i;
  return sum;
}
export function idle(x: Float32Array): number {
  if (x.length < 0) for (let i = 0; i < x.length; i++) x[i] = x[i]! * 2;
  return 0;
}
export const inputs = {
  scale: (size: number) => [new Float32Array(size)],
  chase: (size: number) => [Uint32Array.from({ length: size }, (_, i) => (i * 7 + 1) % size)],
  idle: (size: number) => [new Float32Array(size)],
};
`,
);

test('--json is one document with an interval, seconds that add up and a bound for each device', async () => {
  const { code, stdout } = await pgram(
    'forecast',
    `${program}#scale`,
    '--size',
    '4096',
    '--device',
    'h100,server-64',
    '--json',
  );
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(Object.keys(answer)[0]).toBe('schema');
  expect(answer.size).toBe(4096);
  expect(answer.devices.map((each: { device: string }) => each.device)).toEqual(['h100', 'server-64']);
  for (const { speedup, seconds, bound, terms } of answer.devices) {
    expect(speedup.low).toBeLessThan(speedup.mid);
    expect(speedup.mid).toBeLessThan(speedup.high);
    expect(speedup).toMatchObject({ baseline: 'naive', scope: 'end_to_end' });
    const { kernel, launch, transfer, serial, total } = seconds;
    expect(kernel + launch + transfer + serial).toBeCloseTo(total, 12);
    expect(['compute', 'memory', 'latency', 'launch', 'transfer', 'serial']).toContain(bound);
    for (const term of terms) expect(term).toMatchObject({ formula: expect.any(String), source: expect.any(String) });
  }
});

test('a pointer chase is told in plain words that nothing is to be gained', async () => {
  const { code, stdout } = await pgram('forecast', `${program}#chase`, '--size', '1000', '--device', 'h100', '--quiet');
  expect(code).toBe(0);
  expect(stdout).toMatch(/KEEP it as it is: every step waits for the one before \(line 7: a pointer chase/);
});

test('so is a tiny loop: a call takes less than handing it over would', async () => {
  const { code, stdout } = await pgram('forecast', `${program}#tiny`, '--device', 'h100,server-64', '--quiet');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /KEEP it as it is: there is nothing to gain at this size, one call takes .*, and handing it over/,
  );
});

test('a target that never runs its hot loop is named, exit 1; what cannot be asked for is a usage error, exit 2', async () => {
  const idle = await pgram('forecast', `${program}#idle`, '--device', 'h100', '--quiet');
  expect(idle.code).toBe(1);
  expect(idle.stderr).toMatch(/idle/);
  const unknown = await pgram('forecast', 'matmul', '--device', 'h10');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toMatch(/Did you mean `h100`/);
  const measured = await pgram('forecast', `${program}#scale`, '--measure');
  expect(measured.code).toBe(2);
  const nowhere = await pgram('forecast', `${program}#scale`, '--out', 'here');
  expect(nowhere).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--out is where --measure makes its run folder/),
  });
});

test('what a script does besides computing is not divided: starting up and printing stay as they are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-forecast-'));
  writeFileSync(
    join(folder, 'prints.ts'),
    'let sum = 0;\nfor (const x of [1, 2, 3, 4, 5]) sum += x * x;\nconsole.log(sum);\n',
  );
  const { code, stdout } = await pgram('forecast', join(folder, 'prints.ts'), '--device', 'h100', '--quiet', '--json');
  const { devices, uncountedShare } = JSON.parse(stdout);
  expect(code).toBe(0);
  // Some ten operations against milliseconds: by their share of the operations the loop would be nine tenths of it.
  expect(uncountedShare).toBeGreaterThan(0.9);
  expect(devices[0].speedup.mid).toBeLessThan(1.05);
  // A file without a line is no fault of the tool either.
  writeFileSync(join(folder, 'empty.ts'), '');
  const empty = await pgram('forecast', join(folder, 'empty.ts'), '--device', 'h100', '--quiet');
  expect(empty.code).toBe(1);
  expect(empty.stderr).toMatch(/empty\.ts: nothing was computed, so there is nothing to forecast/);
});
