import { expect, test } from 'vitest';
import { traceSource } from './support.ts';

const witnesses = async (source: string, name: string) =>
  (await traceSource(source, { size: 6 })).loops
    .filter(loop => loop.function.endsWith(name))
    .map(({ carried, memory }) => ({
      carried: carried.map(({ kind, variable, cell }) => `${kind} ${variable} ${cell}`),
      memory: memory.map(({ variable }) => variable),
    }));

test('an array goes by the name that the loop uses for it, not by what made it', async () => {
  const [making, loop] = await witnesses(
    `export function run(n) { const s = Array.from({ length: n }, () => 1); for (let i = 1; i < n; i++) s[i] = s[i - 1] / 2; return s; }`,
    'run',
  );
  expect(making?.memory).toEqual(['s']);
  expect(loop).toEqual({ carried: ['RAW s s[1]'], memory: ['s'] });
});

test('fields that hold arrays keep the way to them', async () => {
  const [own, other] = await witnesses(
    `class Line {
      data = new Float64Array(9).fill(1);
      sweep(n) { for (let i = 1; i < n; i++) this.data[i] = this.data[i - 1] / 2; }
    }
    export function run(n) { const line = new Line(); line.sweep(n); return sweep(line, n); }
    function sweep(a, n) { for (let i = 1; i < n; i++) a.data[i] = a.data[i - 1] / 2; return a.data; }`,
    'sweep',
  );
  expect([own?.carried, own?.memory]).toEqual([['RAW this.data this.data[1]'], ['this.data']]);
  expect([other?.carried, other?.memory]).toEqual([['RAW a.data a.data[1]'], ['a.data']]);
});

test('of two names for one array each loop shows its own', async () => {
  const source = `const halve = (v, n) => { for (let i = 1; i < n; i++) v[i] = v[i - 1] / 2; };
    export function run(n) {
      const a = new Float64Array(n).fill(1);
      for (let i = 1; i < n; i++) a[i] = a[i - 1] * 3;
      halve(a, n);
      return a;
    }`;
  const { loops } = await traceSource(source, { size: 6 });
  expect(loops.map(({ memory }) => memory[0]?.array)).toEqual(['a', 'a']);
  expect(await witnesses(source, 'run')).toEqual([{ carried: ['RAW a a[1]'], memory: ['a'] }]);
  expect(await witnesses(source, 'halve')).toEqual([{ carried: ['RAW v v[1]'], memory: ['v'] }]);
});

test('rows of a table are places in it', async () => {
  const [, , inner] = await witnesses(
    `export function run(n) {
      const d = [];
      for (let i = 0; i < n; i++) d.push(new Float64Array(n).fill(1));
      for (let i = 0; i < n; i++) for (let j = 1; j < n; j++) d[i][j] = d[i][j - 1] / 2;
      return d;
    }`,
    'run',
  );
  expect(inner).toEqual({ carried: ['RAW d d[0][1]'], memory: ['d'] });
});

test('what takes no time has no self-parallelism, and no function has less than 1', async () => {
  const run = await traceSource(
    `function first(v) { return v[0]; } export function run() { const v = [1, 2]; v[1] = first(v); return v; }`,
  );
  for (const { selfParallelism } of run.functions) expect(selfParallelism).toBeNull();
});
