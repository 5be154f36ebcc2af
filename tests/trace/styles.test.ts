import { expect, test } from 'vitest';
import { traceSource } from './support.ts';

const figures = async (body: string, n: number) => {
  const { work, span, output, plainOutput } = await traceSource(`export function run(n) { ${body} }`, {
    size: n,
    only: 'general',
  });
  expect(output).toBe(plainOutput);
  return { work, span };
};

test('a default that an earlier iteration took says nothing about a value that is there: n products, then two sums', async () => {
  const body = (taken: string) => `
    let late = 1;
    for (let i = 0; i < n; i++) late = late * 1.01;
    const out = [];
    for (let i = 0; i < 2; i++) { ${taken} out[i] = v + 1; }
    return out[1] + 1;`;
  const patterns = [
    'const [v = late * 2] = i === 0 ? [] : [5];',
    'const { v = late * 2 } = i === 0 ? {} : { v: 5 };',
    'let v; [v = late * 2] = i === 0 ? [] : [5];',
  ];
  // Once the default is taken: n + 1 for it, and one more.
  for (const pattern of patterns) expect(await figures(body(pattern), 20)).toEqual({ work: 24, span: 22 });
  expect(await figures(body('const [v = late * 2] = i === 1 ? [] : [5];'), 20)).toEqual({ work: 24, span: 23 });
});

test('the value of a[i]++ is the old one, that of ++a[i] the new one', async () => {
  for (const place of ['a[0]', 'o.x']) {
    const body = (use: string) => `const a = [n], o = { x: n }; const v = ${use}; return v + 1;`;
    expect(await figures(body(`${place}++`), 3)).toEqual({ work: 2, span: 1 });
    expect(await figures(body(`++${place}`), 3)).toEqual({ work: 2, span: 2 });
  }
});
