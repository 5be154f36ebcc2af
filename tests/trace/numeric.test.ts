import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFile } from '../../src/target/parse.ts';
import { instrument } from '../../src/trace/instrument/index.ts';
import { SiteTable } from '../../src/trace/runtime/sites.ts';
import { traceSource } from './support.ts';

/*
 * Programs made of functions on numbers and typed arrays that call each other, with branches, loops of every kind,
 * early returns, recursion and overlapping views, and of general code that works on the same arrays before, between
 * and after. `traceSource` runs each in the general tier and in the fast tiers and compares every number; here it is
 * also counted how many calls really ran by clones.
 *
 * A program is drawn as text, with a random stream of small numbers that fast-check can shrink: 0 is the plainest choice.
 */

class Writer {
  readonly #numbers: readonly number[];
  #at = 0;
  #names = 0;
  #functions = 0;
  /** Counters of the loops around. */
  #counters: string[] = [];
  /** Of the function that is being written. */
  #own = 0;
  #loops = 0;
  #calls = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(n: number): number {
    return (this.#numbers[this.#at++] ?? 0) % n;
  }

  pick<T>(...choices: T[]): T {
    return choices[this.below(choices.length)]!;
  }

  chance(percent: number): boolean {
    return this.below(100) >= 100 - percent;
  }

  program(): string {
    // Times lie in slots or by field: as the array is short or long.
    const length = this.pick(24, 300);
    const type = this.pick('Int32Array', 'Float64Array', 'Uint8Array', 'Float32Array');
    const other = this.pick(
      'Int32Array.from({ length: 270 }, (_, k) => (k * 7) % 11)',
      'a.subarray(2)',
      'new Uint8Array(a.buffer)',
      'a',
    );
    this.#functions = 1 + this.below(4);
    const functions = Array.from({ length: this.#functions }, (_, k) => this.#function(k));
    const calls = Array.from({ length: 1 + this.below(3) }, () => this.#outside());
    return `const table = Uint8Array.from({ length: 16 }, (_, k) => (k * 5 + 3) % 16);
const factor = 3;
${functions.join('\n')}
function twice(v, x) { const list = [x, 2 * x]; for (let q = 0; q < 4; q++) v[q] += list[q % 2]; return list[1]; }
export function run(n) {
  const a = ${type}.from({ length: ${length} }, (_, k) => (k * 5) % 13 + 1);
  const b = ${other};
  let s = 1;
  ${calls.join('\n  ')}
  return [a, b, s];
}`;
  }

  /** What general code does around the clones. */
  #outside(): string {
    const call = `f${this.below(this.#functions)}(${this.pick('a, b', 'b, a', 'a, a')}, ${this.pick('s & 7', '3', 's % 5')}, 3)`;
    return this.pick(
      `s = s + ${call};`,
      `for (let o = 0; o < 3; o++) s += ${call};`,
      `for (let o = 0; o < 2; o++) { ${call}; a[o] += s; s = b[o + 1] % 9; }`,
      `if (s > 0) s = ${call} + twice(a, s);`,
      `s = [1, 2].map(x => ${call} + x)[1]; a.fill(2, 0, 3);`,
    );
  }

  #function(k: number): string {
    this.#own = k;
    this.#calls = 0;
    this.#counters = [];
    const defaults = this.chance(15) ? ', e = a.length - 20' : '';
    const body = Array.from({ length: 2 + this.below(4) }, () => this.#statement(0)).join('\n  ');
    return `function f${k}(a, b, x, d${defaults}) {
  let s = ${this.pick('0', 'x', 'a[1]')};
  let t = ${this.pick('1', 'x + 1', 'b[2] * 2')};
  ${body}
  ${this.pick('return s + t;', 'return s;', 'return t > s;', '')}
}`;
  }

  #index(): string {
    const counter = this.#counters[this.below(this.#counters.length || 1)];
    const at = counter ?? '2';
    return this.pick(at, `${at} + 1`, `${at} & 7`, `(s + ${at}) & 15`, `table[${at} & 15]`, `${at} - 1`, `x & 3`, `t`);
  }

  #value(depth: number): string {
    if (depth > 2) return this.pick('x', 's', 't', '2', 'factor');
    const inner = () => this.#value(depth + 1);
    return this.pick(
      ...['x', 's', 't'].map(name => () => name),
      () => `a[${this.#index()}]`,
      () => `b[${this.#index()}]`,
      () => `(${inner()} ${this.pick('+', '-', '*', '^', '&', '>>>', '%')} ${inner()})`,
      () => `table[${inner()} & 15]`,
      () => `(${this.#condition()} ? ${inner()} : ${inner()})`,
      () => `Math.${this.pick('min', 'max')}(${inner()}, ${inner()})`,
      () => `Math.abs(${inner()})`,
      () => `-${this.pick('x', 's', 't')}`,
      () => this.#call(),
    )();
  }

  /** Of a function further up, so that calls end; or of its own, counted down. */
  #call(): string {
    // So that programs end soon: a few calls in each function, and not in the innermost loops.
    if (this.#loops > 1 || ++this.#calls > 2) return 'factor';
    const array = this.pick('a', 'b');
    if (this.#own === 0)
      return this.#loops > 0 ? 'factor' : `(d > 0 ? f0(${array}, b, ${this.pick('s', 'x')}, d - 1) : 2)`;
    return `f${this.below(this.#own)}(${array}, ${this.pick('a', 'b')}, ${this.pick('x', 's', 't & 3')}, 0)`;
  }

  #condition(): string {
    const one = () =>
      `${this.pick('s', 't', 'x', `a[${this.#index()}]`)} ${this.pick('<', '>', '<=', '===')} ${this.pick('x', '5', 't', 'b[3]')}`;
    return this.pick(one(), `${one()} && ${one()}`, `${one()} || ${one()}`, `!(${one()})`, 'x', 'd > 1');
  }

  #target(): string {
    return this.pick('s', 't', `a[${this.#index()}]`, `b[${this.#index()}]`);
  }

  #block(depth: number): string {
    return Array.from({ length: 1 + this.below(2) }, () => this.#statement(depth + 1)).join(' ');
  }

  #statement(depth: number): string {
    const simple = [
      () => `${this.#target()} ${this.pick('=', '+=', '-=', '*=', '^=', '|=')} ${this.#value(0)};`,
      () => `${this.pick('s', 't')} = ${this.pick('s', 't')} + a[${this.#index()}];`,
      () => `${this.#target()}${this.pick('++', '--')};`,
      () => `s = Math.${this.pick('min', 'max')}(s, ${this.#value(1)});`,
      () => `{ const c = ${this.#value(0)}; t = c & 31; }`,
      () => `a[3] = a[2] + ${this.#value(1)};`,
    ];
    if (depth > 2) return this.pick(...simple)();
    return this.pick(
      ...simple,
      () => `if (${this.#condition()}) { ${this.#block(depth)} }`,
      () => `if (${this.#condition()}) { ${this.#block(depth)} } else { ${this.#block(depth)} }`,
      () => this.#loop(depth),
      () => this.#loop(depth),
      () =>
        `switch (x & 3) { case 0: ${this.#block(depth)} break; case 1: ${this.#block(depth)} default: ${this.#block(depth)} }`,
      () => `if (${this.#condition()}) return ${this.#value(1)};`,
      () => (this.chance(10) ? `if (x < t) x = t;` : `if (x < t) { x = t + 1; s--; }`),
    )();
  }

  #loop(depth: number): string {
    if (this.#loops >= 2) return 's++;';
    const i = `i${this.#names++}`;
    this.#counters.push(i);
    this.#loops++;
    const jump = this.chance(30) ? `if (${this.#condition()}) ${this.pick('break', 'continue', 'return s')};` : '';
    const body = `${jump} ${this.#block(depth)} ${this.chance(20) ? `if (${this.#condition()}) break;` : ''}`;
    const text = this.pick(
      () => `for (let ${i} = 0; ${i} < 5; ${i}++) { ${body} }`,
      () => `for (let ${i} = 5; ${i} >= 0; ${i} -= 2) { ${body} }`,
      () => `{ let ${i} = 0; while (${i} < 6 && (${this.#condition()})) { ${i}++; ${body} } }`,
      () => `{ let ${i} = 0; do { ${i}++; ${body} } while (${i} < 4); }`,
      () => `for (let ${i} = 0, e${i} = x & 7; ${i} < e${i}; ${i}++) { ${body} }`,
    )();
    this.#loops--;
    this.#counters.pop();
    return text;
  }
}

test('functions on numbers run by clones give every number of the general tier', async () => {
  const seen = { programs: 0, cloned: 0, calls: 0, voided: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(9999), { minLength: 200, maxLength: 400 }),
      fc.boolean(),
      async (numbers, charge) => {
        const source = new Writer(numbers).program();
        const run = await traceSource(source, { chargeMemory: charge, lanes: 28 });
        expect(run.output).toBe(run.plainOutput);
        seen.programs++;
        seen.calls += run.tiers.clones;
        if (run.tiers.clones > 0) seen.cloned++;
        if (run.tiers.voided > 0) seen.voided++;
      },
    ),
    { numRuns: Number(process.env.PGRAM_NUMERIC ?? 40), seed: Number(process.env.PGRAM_NUMERIC_SEED ?? 7) },
  );
  if (process.env.PGRAM_NUMERIC) console.log(JSON.stringify(seen));
  // The comparison is not empty.
  expect(seen.cloned).toBeGreaterThan(seen.programs / 2);
});

// Rules that drawn programs rarely make visible, each with a closed form.
test.each([
  // Three operations decide whether the store happens; what is read back waits for them.
  ['a store waits for its condition', 'if (a[0] * 2 * 3 > x) a[1] = 5; return a[1] + 1;', 4, 4],
  // Eight additions a row and four rows: rebalanced, 32 operands and the start take ⌈log₂ 33⌉ levels; the rest is per entry.
  [
    'a chain begins anew in each entry',
    'let s = 0; for (let i = 0; i < 4; i++) for (let j = 0; j < 8; j++) s += a[j]; return s;',
    32,
    6,
  ],
])('%s', async (_, body, span, rebalanced) => {
  const source = `function f(a, x) { ${body} }
export function run(n) { return f(new Float64Array(8), -1); }`;
  const run = await traceSource(source);
  expect(run.tiers.clones).toBe(1);
  expect(run.span).toBe(span);
  expect(run.spanReassociated).toBe(rebalanced);
});

test('reads of an array that only clones read are dated once other code turns out to write it', async () => {
  const run = await traceSource(`function f(a, x) { let s = 0; for (let i = 0; i < 4; i++) s += a[i] * x; return s; }
export function run(n) {
  const a = Float64Array.from({ length: 8 }, (_, k) => k);
  let t = 0;
  for (let k = 0; k < 5; k++) { t += f(a, k); a[k % 4] = t; }
  return t;
}`);
  expect(run.tiers).toMatchObject({ clones: 5, voided: 1 });
  const { carried } = run.loops.find(({ line }) => line === 5)!;
  expect(carried.filter(({ variable, kind }) => variable === 'a' && kind === 'WAR')).toMatchObject([{ distance: 1 }]);
});

// The neighbour is the cell itself: the run that finds it is void, and the next one takes the update for none.
test('an update by a neighbour that is no neighbour is of no chain', async () => {
  const run = await traceSource(`function f(b, s) { b[2] *= b[(s + 2) & 15]; return b[2]; }
export function run(n) {
  const b = new Float64Array(4);
  let t = 0;
  for (let k = 0; k < 3; k++) t += f(b, 0);
  return t;
}`);
  // Three squares and three additions; the last square waits for two others, the last sum for it.
  expect(run).toMatchObject({ work: 6, span: 4 });
});

test('a script may call a parameter what a module may not', () => {
  const source = (name: string) => `function f(${name}, a) { return ${name} * a[0]; }\nf(1, new Float64Array(1));`;
  for (const name of ['await', 'arguments']) {
    const table = new SiteTable({ nests: true });
    expect(instrument(parseFile('/program.cjs', source(name)), table).code).toContain('function f(');
  }
});
