import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { valgrindMissing } from '../../src/census/native/callgrind.ts';
import { type CallgrindFile, parseCallgrind } from '../../src/census/native/callgrind-file.ts';
import { executableExtents } from '../../src/census/native/elf.ts';
import { executedMachineCode } from '../../src/census/native/executed-code.ts';
import { nativeInstructions } from '../../src/census/native/symbols.ts';
import { readCsv } from '../../src/results/csv.ts';
import { censusColumns } from '../../src/results/schema.ts';
import { pgram } from '../support/pgram.ts';

const fixture = (name: string) => new URL(`../fixtures/census/callgrind/${name}`, import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'pgram-native-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a recorded file of callgrind', () => {
  const text = gunzipSync(readFileSync(fixture('true.callgrind.gz'))).toString('utf8');
  /** What callgrind_annotate, which comes with valgrind, makes of the same file. */
  const annotated = JSON.parse(readFileSync(fixture('true.json'), 'utf8')) as {
    total: number;
    functions: Record<string, number>;
  };

  test('has the self cost of every function as callgrind_annotate has it', () => {
    const { costs, total } = parseCallgrind(text, () => undefined);
    expect(total).toBe(annotated.total);
    const ours: Record<string, number> = {};
    for (const { symbol, instructions } of costs) ours[symbol] = (ours[symbol] ?? 0) + instructions;
    for (const [name, instructions] of Object.entries(annotated.functions))
      if (!/^(\?\?\?|0x[0-9a-f]+)$/.test(name)) expect(ours[name], name).toBe(instructions);
    expect(Object.values(ours).reduce((sum, each) => sum + each, 0)).toBe(annotated.total);
  });

  test('that is cut off is refused, not read', () => {
    expect(() => parseCallgrind(text.slice(0, -5000), () => undefined)).toThrow(/cut off/);
  });
});

/** A function of a file, with code made at run time counted as part of it; as callgrind writes it. */
const part = (trigger: string, made: readonly (readonly [address: number, count: number])[]): CallgrindFile => {
  const sum = made.reduce((total, [, count]) => total + count, 0);
  return parseCallgrind(
    [
      'thread: 1',
      `desc: Trigger: ${trigger}`,
      `summary: ${sum + 7}`,
      'ob=/bin/program',
      'fn=trampoline',
      '0x1010 0 4',
      "fn=trampoline'2",
      '0x1010 0 3',
      'cfn=callee',
      'calls=1 0 0',
      '0x1014 0 999',
      ...made.map(([address, count]) => `0x${address.toString(16)} 0 ${count}`),
      '',
    ].join('\n'),
    () => [{ from: 0x1000, to: 0x2000 }],
  );
};
const mark = '--dump-before=node::os::GetLoadAvg';

test('only what lies between the marks is counted; code made at run time is told by its address', () => {
  const files = [part(mark, []), part(mark, []), part(mark, [[0x9000, 20]]), part('Program termination', [])];
  expect(nativeInstructions(files)).toEqual({
    total: 27,
    symbols: [{ symbol: 'trampoline', object: 'program', instructions: 7 }],
    unnamed: 0,
    made: 20,
    mark: 7,
    otherThreads: 0,
  });
  expect(() => nativeInstructions(files.slice(0, 2))).toThrow(/never saw the marks/);
});

describe('optimised code as executed', () => {
  const code = (name: string, at: number) => ({
    tier: 'maglev' as const,
    name,
    instructions: ['movq rax,[rbp+0x18]', 'addl rax,rbx', 'jnz 0x9000'],
    addresses: [at, at + 4, at + 7],
    bytes: 9,
    inlined: [],
    checks: [],
  });
  const compiled = ['hot', 'other'].map(name => ({ name, file: fixture('true.json').pathname, line: 3 }) as never);
  const executed = (made: readonly (readonly [number, number])[], codes: readonly ReturnType<typeof code>[]) =>
    executedMachineCode(
      [part(mark, []), part(mark, []), part(mark, made), part('Program termination', [])],
      codes,
      compiled,
    );
  const ran = [
    [0x9000, 10],
    [0x9004, 10],
    [0x9007, 9],
  ] as const;

  // The file of the functions is parsed as a program.
  const quiet = { file: join(folder, 'hot.ts') };
  writeFileSync(quiet.file, 'export const hot = 1;\n');
  for (const each of compiled as { file: string }[]) each.file = quiet.file;

  test('is its listing with the counts of its addresses', () => {
    const layer = executed(ran, [code('hot', 0x9000)]);
    expect(layer.unsolved).toEqual([]);
    expect(layer.opcodes).toEqual({ 'movq mem': 10, addl: 10, jnz: 9 });
    expect(layer.counts).toMatchObject({ memory: 10, arithmetic: 10, 'control-flow': 9 });
  });

  test('is unsolved where other code was laid over it, or what ran is not what is listed', () => {
    expect(executed(ran, [code('hot', 0x9000), code('other', 0x9004)]).unsolved).toHaveLength(2);
    const foreign = executed([...ran, [0x9002, 1]], [code('hot', 0x9000)]);
    expect(foreign.unsolved).toMatchObject([{ function: 'hot (maglev)', reason: expect.stringMatching(/listing/) }]);
    expect(foreign.functions).toEqual([]);
  });
});

test('code of this very program lies within its executable parts, its data do not', () => {
  const extents = executableExtents(process.execPath);
  if (process.platform === 'linux') expect(extents?.length).toBeGreaterThan(0);
  for (const { from, to } of extents ?? []) expect(to).toBeGreaterThan(from);
  expect(executableExtents(fixture('true.json').pathname)).toBeUndefined();
});

test('without valgrind the message names the package', () => {
  expect(valgrindMissing('no-such-valgrind')).toMatch(/apt install valgrind/);
});

const missing = valgrindMissing();
describe(missing === undefined ? '--callgrind' : `--callgrind (skipped: ${missing})`, () => {
  test.skipIf(missing !== undefined)(
    'OpenSSL’s AES, zlib’s deflate and the hot loop are found by name and add up',
    { timeout: 600_000 },
    async () => {
      const program = join(folder, 'delegates.ts');
      writeFileSync(
        program,
        `import { createCipheriv } from 'node:crypto';
import { deflateSync } from 'node:zlib';
export function main(n: number): number {
  const data = Buffer.alloc(n, 'abcdefgh');
  let sum = 0;
  for (let i = 0; i < n; i++) sum += i * 1.5;
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  return deflateSync(data).length + cipher.update(data).length + sum;
}
`,
      );
      const n = 65_536;
      const { code, stdout } = await pgram(
        ['analyze-bytecode', `${program}#main`, '--size', String(n), '--callgrind', '--json', '--out', folder],
        { timeout: 590_000 },
      );
      expect(code).toBe(0);
      const { native, executedMachineCode: machine } = JSON.parse(stdout);
      const { total, symbols, unnamed, made, mark: marked } = native.instructions;
      const named = (symbols as { instructions: number }[]).reduce((sum, { instructions }) => sum + instructions, 0);
      expect(named + unnamed + made).toBe(total);
      expect(marked).toBeLessThan(total / 100);
      const of = (pattern: RegExp): number =>
        (symbols as { symbol: string; instructions: number }[])
          .filter(({ symbol }) => pattern.test(symbol))
          .reduce((sum, { instructions }) => sum + instructions, 0);
      // At least an instruction for each of AES' ten rounds and 16-byte block, and for each byte that deflate compares.
      expect(of(/aes.*ctr32|aes.*encrypt/i)).toBeGreaterThan((n / 16) * 10);
      expect(of(/^(deflate|longest_match|fill_window|compress|adler)/)).toBeGreaterThan(0);
      // One multiplication an iteration, by whatever was compiled by then: never more than iterations.
      const multiplications = Object.entries(machine.opcodes as Record<string, number>)
        .filter(([opcode]) => /^v?mulsd/.test(opcode))
        .reduce((sum, [, count]) => sum + count, 0);
      expect(multiplications).toBeGreaterThan(0);
      expect(multiplications).toBeLessThanOrEqual(n);
      const run = readdirSync(folder).find(name => name.endsWith('analyze-bytecode')) as string;
      const { rows } = readCsv(join(folder, run, 'census.csv'), censusColumns);
      const csv = rows.filter(({ layer }) => layer === 'native');
      expect(csv.reduce((sum, { instructions }) => sum + Number(instructions), 0)).toBe(total);
      expect(csv.every(({ arithmetic }) => arithmetic === undefined || arithmetic === '')).toBe(true);
    },
  );
});
