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

const judged = async (body: string, n = 8) => {
  const { work, span, spanReassociated, loops } = await traceSource(
    `export function run(a, n) { ${body} }\nexport const inputs = { run: n => [Array.from({ length: n }, (_, i) => i + 1), n] };`,
    { size: n },
  );
  const carried = loops.flatMap(loop => loop.carried.map(({ kind, variable }) => `${kind} ${variable}`));
  return { work, span, spanReassociated, carried, verdicts: loops.map(({ verdict }) => verdict) };
};

// "Induction variables, and conditions made only of them, … are free and ready at time 0 even where they are used as data."
test('what a loop steps by a whole number and reads is an induction variable, whatever it reads it for', async () => {
  // One product for each element.
  const parallel = { work: 8, span: 1, spanReassociated: 1, carried: [], verdicts: ['parallel'] };
  expect(await judged('let k = 3; for (let i = 0; i < n; i++) { a[i] = a[i] * k; k += 2; } return a;')).toEqual(
    parallel,
  );
  expect(await judged('for (let i = 0, k = 3; i < n; i++, k += 2) a[i] = k * i; return a;')).toEqual(parallel);
  // Eight additions one after the other, ⌈log₂ 9⌉ levels of them in a tree; the test of `tries` is free and stops nothing.
  expect(
    await judged(
      'let tries = 0, s = 0; for (let i = 0; i < n; i++) { s += a[i]; tries++; if (tries > 99) break; } return s;',
    ),
  ).toMatchObject({ work: 8, span: 8, spanReassociated: 4, verdicts: ['reduction'] });
  // 8, 4, 2, 1: a bit is set in the last alone.
  expect(await judged('let e = n, r = 0; while (e > 0) { if (e & 1) r++; e >>= 1; } return r;')).toMatchObject({
    work: 1,
    span: 1,
  });
});

test('a total that is only read after its loop, or grows by a fraction, which rounds, is data', async () => {
  expect(await judged('let k = 0; for (const x of a) k++; return k;')).toMatchObject({ work: 8, span: 8 });
  expect(await judged('let x = 0; for (let i = 0; i < n; i++) { a[i] = x; x += 0.5; } return a;')).toMatchObject({
    work: 8,
    verdicts: ['scan'],
  });
  // What an outer loop reads of it is how often the inner one ran: 1 + 2 + 3 steps, three products, three sums.
  expect(
    await judged(
      'let s = 0; for (let i = 0; i < 3; i++) { let k = 0; for (let x = a[i]; x !== 0; x -= a[0]) k++; s += k * k; } return s;',
    ),
  ).toMatchObject({ work: 6 + 3 + 3 });
});

test('positions that `fill` is given are addresses', async () => {
  expect(
    await judged(
      'const o = new Float64Array(2 * n); for (let i = 0; i < n; i++) o.fill(i, 2 * i, 2 * i + 2); return o;',
    ),
  ).toMatchObject({ work: 0, span: 0, verdicts: ['parallel'] });
});

// "A `while` test on values that its body computes": what a native function makes of a name that the body leaves alone is none.
test('a bound that the loop does not change is not decided by its body, be it a call', async () => {
  const primes = await judged(
    'let c = 0; for (const x of a) for (let d = 2; d <= Math.sqrt(x * 100); d++) c += d; return c;',
  );
  expect(primes.carried.filter(each => each.startsWith('control'))).toEqual([]);
  expect(primes.verdicts).toEqual(['reduction', 'reduction']);
  const factorial = await judged('let f = 1n; for (let i = 1n; i <= BigInt(n); i++) f *= i; return f;');
  expect(factorial.verdicts).toEqual(['reduction']);
  // But not where it does.
  const shrinking = await judged(
    'let x = 1e6, c = 0; for (let d = 2; d <= Math.sqrt(x); d++) { x -= a[0] * 1e5; c++; } return c;',
  );
  expect(shrinking.verdicts).toEqual(['sequential']);
});

// Where an element goes depends on how many were kept before it: a scan (DESIGN's "partial results used"), not parallel.
test('what is appended goes where the length says, however it is written', async () => {
  for (const body of [
    'const o = []; for (const x of a) if (x > 3) o.push(x); return o;',
    'const o = []; for (const x of a) if (x > 3) o[o.length] = x; return o;',
    'return a.filter(x => x > 3);',
  ])
    expect(await judged(body)).toMatchObject({ work: 8, span: 1, verdicts: ['scan'] });
});

/*
 * A step of `at` is fixed for an iteration of the inner loop, not for one of the outer: that one takes as many
 * steps as data say, and hands the position on.
 */
test('a position that an inner loop moves as often as data say is handed on by the loop around it', async () => {
  const expand = await judged(
    'const out = []; let at = 0; for (const c of a) for (let k = c; k > 0; k--) out[at++] = c * 2; return out;',
  );
  expect(expand).toMatchObject({ work: 36, span: 1, verdicts: ['scan', 'parallel'] });
  expect(expand.carried).toEqual(['RAW at', 'WAW at']);
  // Rows of a sparse matrix with one running position: it is set by its own test.
  const rows = await judged(
    'let k = 0; for (let i = 0; i + 1 < n; i++) { let s = 0; for (; k < 2 * a[i]; k++) s += a[k % n] * 3; a[i] = s; } return a;',
    4,
  );
  expect(rows.verdicts).toEqual(['doacross', 'reduction']);
  expect(rows.carried).toContain('RAW k');
  // As often as sizes, lengths and counters say: an induction variable of both.
  for (const inner of ['for (let j = 0; j <= i; j++)', 'for (const x of a)'])
    expect(
      await judged(`const out = []; let at = 0; for (let i = 0; i < n; i++) ${inner} out[at++] = i * n; return out;`),
    ).toMatchObject({ span: 1, carried: [], verdicts: ['parallel', 'parallel'] });
});

// "`carried` has one entry for each kind, variable, from-line and to-line": also where an iteration asks two questions.
test('each condition that can end a loop is listed, with its line', async () => {
  const { loops } = await traceSource(`export function run(n) {
  let s = 0;
  for (let i = 0; i < n; i++) {
    if (s > 1e6) break;
    s += i * i;
    if (s < 0) return -1;
  }
  return s;
}`);
  const found = loops[0]!.carried.filter(({ kind }) => kind === 'control').map(({ from }) => from.line);
  expect(found).toEqual([4, 6]);
});

// One computation, written in many ways: two operations an element, each element by itself.
test.each([
  'for (let i = 0; ; i++) { if (i >= n) break; a[i] = a[i] * a[i] + 1; } return a;',
  'let i = 0; for (;;) { a[i] = a[i] * a[i] + 1; if (++i === n) break; } return a;',
  'let i = 0; while (true) { if (!(i < n)) { break; } a[i] = a[i] * a[i] + 1; i++; } return a;',
  'const go = i => { if (i === n) return; a[i] = a[i] * a[i] + 1; go(i + 1); }; go(0); return a;',
  'const f = (x, y = x * x) => y + 1; for (let i = 0; i < n; i++) a[i] = f(a[i]); return a;',
])('work and span are those of the plain loop: %s', async body => {
  expect(await judged(body)).toMatchObject({ work: 16, span: 2 });
});

test('a bound that data move is none: a count of what was found', async () => {
  // Eight questions to the count, eight to the elements; 3, 4, 5 of 1 … 8 are found before it is full.
  expect(
    await judged('let c = 0; for (const x of a) { if (c >= n - 5) break; if (x > 2) c++; } return c;'),
  ).toMatchObject({ work: 6 + 6 + 5 + 3, verdicts: ['doacross'] });
});

// A default is computed in the call, from the arguments before it: x · 2, then its use.
test('what a default costs is on the way of what it makes', async () => {
  for (const declared of ['const f = (x, y = x * 2) => x + y', 'function f(x, y = x * 2) { return x + y; }'])
    expect(await judged(`${declared}\nlet s = 0; for (const x of a) s += f(x); return s;`)).toMatchObject({
      work: 24,
      span: 10,
      verdicts: ['reduction'],
    });
});

test('a loop over `entries` or `values` reads each element when it gets there', async () => {
  // It hands x · 2 on, seven times: each product waits for the one before.
  for (const body of [
    'let i = 0; for (const x of a.values()) { i++; if (i < n) a[i] = x * 2; } return a;',
    'let i = 0; for (const [, x] of a.entries()) { i++; if (i < n) a[i] = x * 2; } return a;',
  ]) {
    const { work, span, carried, verdicts } = await judged(body);
    expect({ work, span, verdicts }).toEqual({ work: 7, span: 7, verdicts: ['sequential'] });
    expect(carried).toContain('RAW a');
  }
  expect(await judged('const b = []; for (const [i, x] of a.entries()) b[i] = x * x; return b;')).toMatchObject({
    work: 8,
    span: 1,
    verdicts: ['parallel'],
  });
});

/*
 * Drawn programs. In the last loop of the first an entry updates s17 three times by the later of two maxima: min(2 + 3 in order,
 * 2 + ⌈log₂(3 + 1)⌉) = 4 rebalanced, whatever updated s17 before the loop began: 12 · 4. In the second the loop over k11 has one
 * iteration an entry, so each entry is its iteration. A lane in which nothing had happened when its next region began took
 * updates from before that region for the region's own: 49, and 7/6.
 */
test('an entry of a loop counts the updates of a chain that are its own, and none from before it', async () => {
  const first =
    await traceSource(`function f0(x, y, z, w, g, h, m) { let h2 = g * 3; let g2 = 0; for (let i0 = 0; i0 < 1; i0++) { let s1 = y[i0]; z[i0] = s1; } return g2; return g; }
function f1(x, y, z, w, g, h, m) { let h2 = g * 3; let g2 = g; for (let i2 = 0; i2 < 1; i2++) { let s3 = h; for (let i4 = 0; i4 < 4; i4++) { for (let i6 = 0; i6 < 5; i6++) { let s7 = x[i2]; y[i2 * 20 + i4 * 5 + i6] = s7; }  } }  return g; }
function f2(x, y, z, w, g, h, m) { let h2 = g * 3; let g2 = g; for (let i10 = 0; i10 < 5; i10++) { for (let k12 = 0; k12 < 3; k12++) { for (let k13 = 0; k13 < 2; k13++) {g2 += (w[i10] * y[i10 * 3 + k12 * 3 + k13]);}} z[i10] = (Math.sqrt(w[i10]) + Math.sqrt(y[i10])); for (let k14 = 0; k14 < m; k14++) { for (let k15 = 0; k15 < m; k15++) {{ const q = y[i10]; g2 += q * 2; }}} } return g2; return g; }
function f3(x, y, z, w, g, h, m) {  let g2 = 1; for (let i16 = 0; i16 < m; i16++) { let s17 = y[i16]; for (let k18 = 0; k18 < 4; k18++) {s17 -= g; for (let k19 = 0; k19 < 3; k19++) {s17 += Math.max(Math.max(y[i16 * 3 + k18 * 3 + k19], y[i16 * 3 + k18 * 3 + k19]), z[k19]);}} w[i16] = s17; }  return g; }
export function run(n) { const make = l => new Int32Array(l); const x = make(8), y = make(8), z = make(8), w = make(8); for (const k of [0,1,2,3]) x[k] = k + 1; let g = 1; const h = 2, m = 3;
 f0(x, y, z, w, 2, h, m);
 g = f1(x, y, z, w, g, h, m);
 f2(x, y, z, w, x[1], h, m); y[1] = x[2] * 3;
 f3(x, y, z, w, x[1], h, m); y[1] = x[2] * 3;
 return [x, y, z, w, g]; }`);
  expect(first.loops.at(-2)).toMatchObject({ entries: 12, span: 12 * 5, spanReassociated: 12 * 4 });
  const second =
    await traceSource(`function f0(x, y, z, w, g, h, m) { let h2 = g * 3; let g2 = 0; for (let i0 = 0; i0 < 3; i0++) { let s1 = g; for (let i2 = 0; i2 < 2; i2++) {  y[i0 * 2 + i2] = x[i2]; } for (let k5 = 0; k5 < 4; k5++) {s1 = Math.max(s1, w[i0 * 3 + k5]);} } return g2 + 1; return g; }
function f1(x, y, z, w, g, h, m) {  let g2 = 1; for (let i6 = 0; i6 < 3; i6++) { for (let i8 = 0; i8 < 1; i8++) { let s9 = 2; for (let k10 = 0; k10 < 4; k10++) {s9 += k10;} y[i6 * 1 + i8] = s9; for (let k11 = 0; k11 < 1; k11++) {{ const q = x[i6]; s9 += q * 2; } for (let k12 = 0; k12 < 4; k12++) {s9 += Math.max(x[k12 + 1], w[k12]);}} }  }  return g; }
export function run(n) { const make = l => new Float32Array(l); const x = make(20), y = make(20), z = make(20), w = make(20); for (const k of [0,1,2,3]) x[k] = k + 1; let g = 1; const h = 2, m = 3;
 f0(x, y, z, w, 2, h, m);
 f1(x, y, z, w, x[1], h, m); y[1] = x[2] * 3;
 return [x, y, z, w, g]; }`);
  expect(second.loops[6]).toMatchObject({ entries: 3, iterations: 3, selfParallelismReassociated: 1 });
});
