import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Contradiction, type Equation, solveCounts } from '../../src/census/executed/linear.ts';

const equation = (terms: readonly (readonly [number, number])[], value: number): Equation => ({
  terms: new Map(terms),
  value,
});
const value = (variable: number) => new Map([[variable, 1]]);

/** A random series-parallel flow graph with loops: edges with true counts, and nodes that conserve them. */
const flow = fc
  .array(fc.record({ split: fc.nat(), left: fc.nat(1000), back: fc.nat(50) }), { maxLength: 30 })
  .map(steps => {
    const counts: number[] = [1000];
    const nodes: [number, number][][] = [];
    const open = [0];
    for (const { split, left, back } of steps) {
      const edge = open[split % open.length] as number;
      const inner = counts[edge] as number;
      const [loop, a, b] = [counts.length, counts.length + 1, counts.length + 2];
      const first = Math.min(left, inner);
      counts.push(back, first, inner - first);
      // edge + loop → (loop) + a + b, with the loop edge going in and out
      nodes.push([
        [edge, 1],
        [a, -1],
        [b, -1],
      ]);
      nodes.push([[loop, 1]]);
      open.splice(open.indexOf(edge), 1, a, b);
    }
    return { counts, nodes };
  });

describe('solving counts', () => {
  test('whatever it says is true, and with every second branch measured it says everything', () => {
    fc.assert(
      fc.property(flow, fc.infiniteStream(fc.boolean()), ({ counts, nodes }, measured) => {
        const equations = nodes.map(terms =>
          terms.length === 1 ? equation(terms, counts[terms[0]?.[0] as number] as number) : equation(terms, 0),
        );
        equations.push(equation([[0, 1]], 1000));
        for (const [edge, count] of counts.entries())
          if (measured.next().value) equations.push(equation([[edge, 1]], count));
        const solution = solveCounts(equations);
        for (const [edge, count] of counts.entries())
          expect([count, undefined]).toContain(solution.evaluate(value(edge)));
        const all = solveCounts([
          ...equations,
          ...counts.map((count, edge) => equation([[edge, 1]], count)).filter((_, edge) => edge % 3 === 2),
        ]);
        expect(counts.map((_, edge) => all.evaluate(value(edge)))).toEqual(counts);
      }),
    );
  });

  test('a sum of counts that is 0 makes each of them 0', () => {
    const solution = solveCounts([
      equation(
        [
          [0, 1],
          [1, 1],
          [2, 2],
        ],
        0,
      ),
      equation(
        [
          [3, 1],
          [2, -1],
        ],
        7,
      ),
    ]);
    expect([0, 1, 2, 3].map(each => solution.evaluate(value(each)))).toEqual([0, 0, 0, 7]);
  });

  test('what does not follow is undefined, not guessed', () => {
    const solution = solveCounts([
      equation(
        [
          [0, 1],
          [1, 1],
        ],
        5,
      ),
    ]);
    expect(solution.evaluate(value(0))).toBeUndefined();
    expect(
      solution.evaluate(
        new Map([
          [0, 1],
          [1, 1],
        ]),
      ),
    ).toBe(5);
  });

  test('contradictions are noticed: unequal values, and counts below 0', () => {
    expect(() => solveCounts([equation([[0, 1]], 5), equation([[0, 1]], 6)])).toThrow(Contradiction);
    expect(() =>
      solveCounts([
        equation(
          [
            [0, 1],
            [1, -1],
          ],
          5,
        ),
        equation([[0, 1]], 3),
      ]),
    ).toThrow(Contradiction);
  });
});
