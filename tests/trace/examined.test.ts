import { expect, test } from 'vitest';
import { traceSource } from './support.ts';

/*
 * Programs that an examiner found to come out wrong, with the figures that follow from the contract (DESIGN §3), worked
 * out on paper.
 */

const rowsOf = (n: number) =>
  `Array.from({ length: ${n} }, (_, i) => Array.from({ length: ${n} }, (_, j) => (i % 3 === 1 && j === 2 ? -1 : 1)))`;

/*
 * `continue outer` under a condition on data leaves the inner loop: its later iterations wait, and so does the rest of the
 * outer iteration. Of 8 rows 3 (1, 4, 7) stop at their third element. Comparisons: 5 · 8 + 3 · 3 = 49, and 5 counts: 54.
 * A row's 8 comparisons come one after the other; the first count follows them (9), the other 4 one after another: 13.
 */
test('what follows an inner loop that `continue outer` can leave waits for its conditions', async () => {
  const code = (step: string) => `export function run(m, n) {
  let rows = 0;
  outer: for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (m[i][j] < 0) continue outer;
    ${step}
  }
  return rows;
}
export const inputs = { run: n => [${rowsOf(8)}, n] };`;
  const counted = await traceSource(code('rows++;'));
  expect({ work: counted.work, span: counted.span }).toEqual({ work: 54, span: 13 });
  expect(counted.loops.map(({ span }) => span)).toEqual([13, 5 * 8 + 3 * 3]);
  // The outer loop's iterations do not wait for each other: only the rest of the one that is cut short.
  expect(counted.loops[0]!.carried.map(({ kind }) => kind)).not.toContain('control');
  const stored = await traceSource(code('m[i][n] = m[i][0] * 2;'));
  expect({ work: stored.work, span: stored.span }).toEqual({ work: 54, span: 9 });
  expect(stored.loops.map(({ verdict }) => verdict)).toEqual(['parallel', 'sequential']);
});

/*
 * `break outer` leaves both loops: what follows the inner one is later in the outer one, so it waits. Row 1 of 8 stops at its
 * third element: 8 + 3 comparisons, one after the other (11), and one product after the first row's 8 of them (9).
 */
test('what follows an inner loop that `break outer` can leave waits, with typed arrays in functions on numbers too', async () => {
  const { work, span, loops } = await traceSource(`export function run(m, out, n) {
  outer: for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (m[i * n + j] < 0) break outer;
    out[i] = m[i * n] * 2;
  }
  return out;
}
export const inputs = { run: n => [Float64Array.from(${rowsOf(8)}.flat()), new Float64Array(n), n] };`);
  expect({ work, span }).toEqual({ work: 12, span: 11 });
  // Iterations: 9 in the first, 3 in the second.
  expect(loops.map(loop => loop.selfParallelism)).toEqual([12 / 11, 1]);
});
