import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countExactly } from '../../src/census/executed/executed.ts';
import { countFast } from '../../src/census/executed/fast.ts';
import { resolveTarget } from '../../src/target/index.ts';

/** Conditions and statements over `x`, a counter `t` that ends every loop, and the loops around. */
const condition = fc.oneof(
  fc.tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 0, max: 3 })).map(([m, r]) => `x % ${m} === ${r}`),
  fc
    .tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 3, max: 9 }))
    .map(([m, r]) => `(x % ${m} === 0 && t > ${r} || x > 40)`),
  fc.constant('(x & 1 ? t % 3 === 0 : x % 5 !== 1)'),
);

const { statement } = fc.letrec<{ statement: string; block: string }>(tie => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }).map(parts => `{ ${parts.join(' ')} }`),
  statement: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom('x += 3;', 'x = x * 2 % 61;', 'x -= t;', 'x ||= 7;', 'x = x > 9 ? x - 5 : x + 1;'),
    fc.tuple(condition, tie('block')).map(([c, body]) => `if (${c}) ${body}`),
    fc.tuple(condition, tie('block'), tie('block')).map(([c, a, b]) => `if (${c}) ${a} else ${b}`),
    fc
      .tuple(fc.integer({ min: 1, max: 4 }), tie('block'))
      .map(([n, body]) => `for (let i = 0; i < ${n} && t-- > 0; i++) ${body}`),
    fc.tuple(condition, tie('block')).map(([c, body]) => `while (t-- > 0) { if (${c}) break; ${body} }`),
    fc.tuple(condition, tie('block')).map(([c, body]) => `do { ${body} if (${c}) continue; x++; } while (t-- > 0);`),
    fc
      .tuple(tie('block'), tie('block'))
      .map(([a, b]) => `switch (x % 4) { case 0: ${a} break; case 1: ${b} case 2: x++; break; default: ${a} }`),
    fc.tuple(tie('block'), tie('block')).map(([a, b]) => `try ${a} finally ${b}`),
    fc
      .tuple(condition, tie('statement'))
      .map(([c, s]) => `for (const v of [1, 2, 3]) { x += v; if (${c}) break; ${s} }`),
    condition.map(c => `if (${c}) return x;`),
    fc
      .tuple(condition, fc.constantFrom('t', 'x'))
      .map(([c, v]) => `x = [() => ${v}, () => (${c} ? 1 : 2)].map(f => f()).length + x % 50;`),
  ),
}));

test('on random programs nothing stays unsolved, and exact and fast counts are the same for every bytecode', async () => {
  const bodies = fc.sample(
    fc.array(statement, { minLength: 1, maxLength: 4 }).map(parts => parts.join('\n  ')),
    { numRuns: 24, seed: 4 },
  );
  const functions = bodies.map((body, index) => `function f${index}(x, t) {\n  ${body}\n  return x;\n}`);
  const calls = bodies.map((_, index) => `s += f${index}(x, 20);`).join(' ');
  const folder = mkdtempSync(join(tmpdir(), 'random-programs-'));
  const file = join(folder, 'program.mjs');
  writeFileSync(
    file,
    `${functions.join('\n')}\nexport function main(n) { let s = 0; for (let x = 0; x < n; x++) { ${calls} } return s; }\n`,
  );
  try {
    const spec = { target: resolveTarget(`${file}#main`), size: 9 };
    const [exact, fast] = await Promise.all([countExactly(spec), countFast(spec)]);
    expect([exact.outcome.message, fast.outcome.message]).toEqual(['ran to its end', 'ran to its end']);
    const describe = ({ reason, compiled }: (typeof exact.functions)[number]) =>
      `${reason}\n${functions[Number(compiled.name.slice(1))] ?? compiled.name}`;
    expect(exact.functions.filter(({ reason }) => reason !== undefined).map(describe)).toEqual([]);
    let executed = 0;
    for (const [index, each] of exact.functions.entries()) {
      const other = fast.functions[index]?.executed;
      for (const [at, count] of each.executed.entries()) {
        expect([count, undefined], describe(each)).toContain(other?.[at]);
        executed += count ?? 0;
      }
    }
    expect(executed).toBeGreaterThan(10_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
