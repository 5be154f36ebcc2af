import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCsv } from '../../src/results/csv.ts';
import { censusColumns } from '../../src/results/schema.ts';
import { pgram } from '../support/pgram.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-census-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const out = join(folder, 'results');

const listing = file(
  'listing.ts',
  `const square = (x: number): number => x * x;
export function energy(signal: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < signal.length; i++) sum += square(signal[i]!);
  createHash('sha512').update(signal).digest();
  signal.slice().sort();
  return sum;
}
export function unused(a: number, b: number): number { return a * b; }
export const inputs = { energy: (size: number) => [new Float64Array(size).fill(0.5)] };
import { createHash } from 'node:crypto';
`,
);

describe('analyze-bytecode', () => {
  test('one JSON document as DESIGN has it, a run folder with census.csv, bytecode/ and charts/', async () => {
    const { code: status, stdout } = await pgram([
      'analyze-bytecode',
      `${listing}#energy`,
      '--size',
      '1000',
      '--json',
      '--out',
      out,
    ]);
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as {
      schema: number;
      complete: boolean;
      layers: {
        layer: string;
        flops: number | null;
        counts: Record<string, number>;
        functions: { name: string; flops: number | null; opcodes: Record<string, number> }[];
      }[];
      native: { share: number; boundaries: { name: string; ms: number; share: number }[] };
    };
    expect(Object.keys(document)[0]).toBe('schema');
    expect(document).toMatchObject({ schema: 1, complete: true, runtime: { node: process.versions.node } });
    const [compiled, executed] = document.layers;
    expect([compiled?.layer, executed?.layer]).toEqual(['bytecode', 'executed-bytecode']);
    // One multiplication and one addition for each of a thousand elements.
    expect(executed?.flops).toBe(2000);
    expect(compiled?.functions.find(({ name }) => name === 'unused')?.opcodes.Mul).toBe(1);
    expect(executed?.functions.find(({ name }) => name === 'unused')?.opcodes.Mul).toBeUndefined();
    const { share, boundaries } = document.native;
    expect(boundaries.map(({ name }) => name)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^crypto\./), 'TypedArray.prototype.sort']),
    );
    expect(share).toBeLessThanOrEqual(1);
    expect(share).toBeCloseTo(
      boundaries.reduce((sum, each) => sum + each.share, 0),
      9,
    );
    const [run] = readdirSync(out) as [string];
    const { rows } = readCsv(join(out, run, 'census.csv'), censusColumns);
    const row = rows.find(each => each.function === 'square' && each.layer === 'executed-bytecode');
    expect(row).toMatchObject({ kind: 'executed', flops: 1000, line: 1, size: 1000 });
    expect(row?.instructions).toBe(
      ['arithmetic', 'bitwise', 'comparison', 'register_move', 'memory', 'control_flow', 'call', 'object', 'other']
        .map(name => row?.[name] as number)
        .reduce((sum, value) => sum + value, 0),
    );
    expect(readdirSync(join(out, run, 'bytecode'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^listing\.ts\.9\.unused\.txt$/)]),
    );
    expect(readdirSync(join(out, run, 'charts'))).toEqual(
      expect.arrayContaining(['executed-bytecode.png', 'instruction-mix.svg', 'arithmetic-by-layer.svg']),
    );
    expect(JSON.parse(readFileSync(join(out, run, 'manifest.json'), 'utf8'))).toMatchObject({
      state: 'complete',
      subjects: [{ size: 1000 }],
    });
  });

  test.each([
    ['a syntax error', 'export function f() {\n  return 1 +;\n}', '', /:2:13: Expression expected/],
    ['an enum', 'enum Colour { Red }\n', '', /:1:1: .*enum.*as const/],
    ['a missing export', 'export function here() {}', '#there', /no export `there`. Did you mean `here`\?/],
    [
      'writing',
      "import { writeFileSync } from 'node:fs'; writeFileSync('/tmp/pgram-not-there', 'x');",
      '',
      /--allow write=\/tmp\/pgram-not-there/,
    ],
  ])('%s: exit code 1, and a message that says where or what to allow', async (name, text, suffix, message) => {
    const path = file(`${name.replaceAll(' ', '-')}.ts`, text);
    const { code: status, stdout } = await pgram(['analyze-bytecode', `${path}${suffix}`, '--out', out]);
    expect(status).toBe(1);
    expect(stdout).toMatch(message);
  });
});
