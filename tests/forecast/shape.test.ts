import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { literalDivisors } from '../../src/forecast/literal-divisors.ts';
import { shapeOf } from '../../src/forecast/shape.ts';
import { resolveTarget } from '../../src/target/index.ts';

const fileOf = (code: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'shape-')), 'program.ts');
  writeFileSync(file, code);
  return file;
};

test('matmul is one parallel loop of 2n³ flops and 3·4n² bytes, also where they are extrapolated', async () => {
  const spec = { target: resolveTarget('matmul'), size: 16 };
  const counted = await shapeOf(spec, { plainSeconds: 1e-3 });
  expect(counted.extrapolated).toBe(false);
  expect(counted.regions).toHaveLength(1);
  expect(counted.regions[0]).toMatchObject({ function: 'multiplyNaive', verdict: 'parallel', entries: 1, width: 16 });
  expect(counted.regions[0]!.operations.fp32).toBe(2 * 16 ** 3);
  expect(counted.regions[0]!.footprintBytes / (3 * 4 * 16 ** 2)).toBeCloseTo(1, 1);
  const foretold = await shapeOf({ ...spec, size: 512 }, { plainSeconds: 10 });
  expect(foretold.extrapolated).toBe(true);
  expect(foretold.regions[0]!.operations.fp32 / (2 * 512 ** 3)).toBeCloseTo(1, 6);
});

test('a pointer chase has nothing to divide, and says which line chases', async () => {
  const file = fileOf(`export function chase(next: Uint32Array): number {
  let at = 0;
  for (let i = 0; i < next.length; i++) at = next[at]!;
  return at;
}
export const inputs = { chase: (size: number) => [Uint32Array.from({ length: size }, (_, i) => (i * 7 + 1) % size)] };
`);
  const shape = await shapeOf({ target: resolveTarget(`${file}#chase`), size: 500 }, { plainSeconds: 1e-5 });
  expect(shape.regions).toEqual([]);
  expect(shape.serialShare).toBe(1);
  expect(shape.kept).toMatchObject([{ line: 3, reason: expect.stringMatching(/pointer chase/) }]);
});

test.each([
  ['for (let i = 2; i <= n; i++) f *= BigInt(i);', 'BigInts'],
  ['for (let i = 2; i <= n; i++) f = f + 3n;', 'BigInts'],
  [
    'let s = ""; for (let i = 0; i < n; i++) s += String.fromCharCode(65 + i % 26); return s;',
    'strings and calls of native',
  ],
])(
  'what only an engine can do is no work for lanes and GPUs: %s',
  async (code, what) => {
    const file = fileOf(`export function work(n: number) {\n  let f = 1n;\n  ${code}\n  return f;\n}`);
    const shape = await shapeOf({ target: resolveTarget(`${file}#work`), size: 100 }, { plainSeconds: 1e-3 });
    expect(shape.regions).toEqual([]);
    expect(shape.kept).toMatchObject([{ verdict: 'reduction', reason: expect.stringContaining(what) }]);
    expect(shape.serialShare).toBe(1);
  },
  60_000,
);

test('a division by a number is told from a division by a variable', () => {
  expect(literalDivisors(fileOf('export const f = (a: number, b: number) => a / 2 + b / a;'))).toBe(0.5);
  expect(literalDivisors(fileOf('export const f = (a: number) => a + 1;'))).toBe(0);
});

test('exponentials and sines are told from divisions and roots, which have a unit', async () => {
  const file = fileOf(`export function wave(x: Float64Array, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) y[i] = Math.exp(x[i]!) + Math.sin(x[i]!) / Math.sqrt(x[i]!);
}
export const inputs = { wave: (size: number) => [new Float64Array(size).fill(2), new Float64Array(size)] };
`);
  const shape = await shapeOf({ target: resolveTarget(`${file}#wave`), size: 64 }, { plainSeconds: 1e-5 });
  expect(shape.regions).toHaveLength(1);
  expect(shape.regions[0]!.operations).toMatchObject({ transcendental: 2 * 64, special: 2 * 64, fp64: 64 });
});
