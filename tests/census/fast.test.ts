import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countExactly, executedLayer } from '../../src/census/executed/executed.ts';
import { countFast } from '../../src/census/executed/fast.ts';
import { instrumentSites } from '../../src/census/executed/instrument.ts';
import { withWitnesses } from '../../src/census/executed/witness.ts';
import { parseFile, resolveTarget } from '../../src/target/index.ts';

const programs = fileURLToPath(new URL('../fixtures/census/programs/', import.meta.url));
const both = (spec: Parameters<typeof countExactly>[0]) => Promise.all([countExactly(spec), countFast(spec)]);

describe.concurrent('the fast mode agrees with the exact one', () => {
  test.for(readdirSync(programs))('%s: wherever both know a count', async name => {
    const [exact, fast] = await both({ target: resolveTarget(`${programs}${name}#main`), size: 8 });
    expect(fast.functions.map(each => each.compiled.name)).toEqual(exact.functions.map(each => each.compiled.name));
    let compared = 0;
    for (const [index, { executed, compiled }] of fast.functions.entries())
      for (const [at, count] of executed.entries()) {
        const other = exact.functions[index]?.executed[at];
        if (count === undefined || other === undefined) continue;
        expect(count, `${compiled.name} at ${at}`).toBe(other);
        compared++;
      }
    expect(compared).toBeGreaterThan(name === 'exceptions.ts' ? 0 : 50);
  });

  test.for([
    ['matmul', 17, 2 * 17 ** 3],
    ['quicksort', 257, undefined],
    ['crypto', 300, undefined],
  ] as const)('%s / naive: every category and the flops; nothing unsolved', async ([name, size, flops]) => {
    const layers = (await both({ target: resolveTarget(name), size })).map(counts => executedLayer(counts));
    expect(layers[1]).toEqual(layers[0]);
    expect(layers[0]?.unsolved).toEqual([]);
    if (flops !== undefined) expect(layers[0]?.flops).toBe(flops);
  });
});

describe('rewriting for the counters', () => {
  const sources = readdirSync(programs).map(name => parseFile(programs + name));

  test.each(sources.map(parsed => [parsed.file.split('/').at(-1), parsed] as const))(
    '%s stays a program, on the same lines',
    (_name, parsed) => {
      for (const code of [withWitnesses(parsed, 0).code, instrumentSites(parsed, 0)]) {
        expect(() => parse(code, { ecmaVersion: 'latest', sourceType: 'module' })).not.toThrow();
        expect(code.split('\n').length).toBe(parsed.code.split('\n').length);
      }
    },
  );

  test('positions lead back: every character that was there before is found at its old place', () => {
    for (const parsed of sources) {
      const { code, toOriginal } = withWitnesses(parsed, 0);
      fc.assert(
        fc.property(fc.nat(code.length - 1), position => {
          const original = toOriginal(position);
          expect(original).toBeGreaterThanOrEqual(0);
          expect(toOriginal(position + 1)).toBeGreaterThanOrEqual(original);
          if (toOriginal(position + 1) === original + 1) expect(parsed.code[original]).toBe(code[position]);
        }),
      );
    }
  });

  test('the rewritten program returns what the original returns', async () => {
    const plain = await countFast({ target: resolveTarget(`${programs}conditions.ts#main`), size: 8 });
    expect(plain.outcome.status).toBe('ok');
    const { main } = (await import(`${programs}conditions.ts`)) as { main(n: number): number };
    const original = parseFile(`${programs}conditions.ts`);
    const url = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
    const witnessed = (await import(url(withWitnesses(original, 0).code))) as { main(n: number): number };
    Object.defineProperty(globalThis, '$pgram0', { value: new Float64Array(1000), configurable: true });
    const counted = (await import(url(instrumentSites(original, 0)))) as { main(n: number): number };
    for (const n of [0, 1, 8, 20]) {
      expect(witnessed.main(n)).toBe(main(n));
      expect(counted.main(n)).toBe(main(n));
    }
  });
});
