import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceSource } from './support.ts';

/*
 * Loops on numbers and typed arrays inside functions that also make arrays, closures and objects. `traceSource` runs each
 * program in the general tier and in the fast tiers and compares every number; here it is also counted how many loops
 * really ran by clones. A program is drawn as text from a stream of small numbers: 0 is the plainest choice.
 */
class Writer {
  readonly #numbers: readonly number[];
  #at = 0;
  #names = 0;
  readonly #counters: string[] = [];

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  pick<T>(...choices: T[]): T {
    return choices[(this.#numbers[this.#at++] ?? 0) % choices.length]!;
  }

  program(): string {
    const length = this.pick(24, 300);
    const type = this.pick('Float64Array', 'Int32Array', 'Uint8Array');
    const other = this.pick('new Float32Array(20)', 'a.subarray(3)', 'new Uint8Array(a.buffer)', 'a', 'a.slice(1, 20)');
    const between = () =>
      this.pick(
        'list.push(a[2] + 1);',
        'for (let k = 0; k < 3; k++) { list[k % 2] += b[k]; a[k] = list[0]; }',
        'a[1] = list.map(v => v + p)[0];',
        's = s + f(a, 2); b[1] = s;',
        'if (s > 2) s -= a[0] * 2;',
      );
    return `const table = Uint8Array.from({ length: 16 }, (_, k) => (k * 5 + 3) % 16);
function f(v, x) { let s = x; for (let k = 0; k < 4; k++) s += v[k] * table[k + (x & 3)]; v[x & 7] = s; return s > 9 ? s : x; }
export function run(n) {
  const list = [1, 2];
  const a = ${type}.from({ length: ${length} }, (_, k) => (k * 5) % 13 + 1);
  const b = ${other};
  const c = a.slice(2, 6);
  const p = n > 3 ? list.length * 3 : 1;
  let s = 1;
  ${[this.#around(), between(), this.#around(), between()].join('\n  ')}
  return [a, b, s];
}`;
  }

  /** A loop of its own, in another that is none for clones, or in a callback. */
  #around(): string {
    return this.pick(
      () => this.#loop(0),
      () => `for (let o = 0; o < 2; o++) { s += a[o]; ${this.#loop(0)} }`,
      () => `for (const o of list.slice(0, 2)) { const r = o * 2; ${this.#loop(0)} }`,
      () => `list.forEach(w => { const r = w + 1; if (r > p) { ${this.#loop(0)} } });`,
    )();
  }

  /** Where an element is stored is inside of its array: a store beside it is listed later than by the general tier. */
  #index(stored = false): string {
    const at = this.#counters[this.pick(0, 1) % (this.#counters.length || 1)] ?? '1';
    return this.pick(at, `${at} + 1`, `(x + ${at}) & 15`, `table[${at} & 15]`, stored ? at : `${at} - 1`, 'p', 'y');
  }

  #value(depth: number): string {
    if (depth > 2) return this.pick('x', 'y', 'p', '3');
    const inner = () => this.#value(depth + 1);
    return this.pick(
      () => `a[${this.#index()}]`,
      () => `b[${this.#index()}]`,
      () => `(${inner()} ${this.pick('+', '-', '*', '^', '&')} ${inner()})`,
      () => `(${inner()} > ${inner()} ? ${inner()} : y)`,
      () => `Math.max(${inner()}, ${inner()})`,
      () => 'x',
    )();
  }

  #statement(depth: number): string {
    return this.pick(
      () => `${this.pick('a', 'b')}[${this.#index(true)}] ${this.pick('=', '+=', '*=', '^=')} ${this.#value(0)};`,
      () => `x ${this.pick('=', '+=', '-=')} ${this.#value(0)};`,
      () => `if (${this.#value(1)} > ${this.#value(1)}) { ${this.#statement(depth + 1)} }`,
      () => `${this.pick('a', 'b')}.set(c${this.pick('', ', 1', ', y & 3')});`,
      () => `${this.pick('a', 'b')}.fill(${this.#value(1)}, 0, 3);`,
      () => `y = f(${this.pick('a', 'b')}, ${this.pick('x', '2', 'p')}) & 7;`,
      () => (depth < 2 ? this.#loop(depth + 1) : 'y++;'),
      () => `if (${this.#value(1)} > 4) ${this.pick('break', 'continue')};`,
    )();
  }

  #loop(depth: number): string {
    const i = `i${this.#names++}`;
    this.#counters.push(i);
    const own = depth === 0 ? `let x = ${this.pick(i, `a[${i}]`, 'p')}; let y = ${this.pick('p', '2')};` : '';
    const body = `${own} ${Array.from({ length: 1 + this.pick(0, 1, 2) }, () => this.#statement(depth)).join(' ')}`;
    this.#counters.pop();
    return this.pick(
      `for (let ${i} = 0; ${i} < ${this.pick('4', 'p', 'c.length')}; ${i}++) { ${body} }`,
      `for (let ${i} = 5; ${i} > 0; ${i} -= 2) { ${body} }`,
      depth === 0
        ? `for (let ${i} = 0, e = p; ${i} < e; ${i}++) { ${body} }`
        : `{ let ${i} = 0; do { ${i}++; ${body.replaceAll('continue', 'break')} } while (${i} < 3); }`,
    );
  }
}

test('loops that run by clones inside other functions give every number of the general tier', async () => {
  const seen = { programs: 0, cloned: 0, calls: 0, voided: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(9999), { minLength: 150, maxLength: 300 }),
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
    { numRuns: Number(process.env.PGRAM_FRAGMENTS ?? 20), seed: Number(process.env.PGRAM_FRAGMENTS_SEED ?? 7) },
  );
  if (process.env.PGRAM_FRAGMENTS) console.log(JSON.stringify(seen));
  // The comparison is not empty.
  expect(seen.cloned).toBeGreaterThan(seen.programs / 2);
});

// A sum of 16 products in each of 3 rounds, written over by a copy: nothing is handed on, and a copy costs nothing.
test('a loop in a function that makes arrays runs by a clone, copies included', async () => {
  const run = await traceSource(`export function run(n) {
  const from = new Float64Array(4), to = new Float64Array(4), out = new Float64Array(3);
  for (let k = 0; k < 3; k++) {
    to.set(from);
    for (let i = 0; i < 4; i++) to[i] = to[i] * to[i];
    out[k] = to[0] + to[1] + to[2] + to[3];
  }
  return out;
}`);
  expect(run).toMatchObject({ output: run.plainOutput, work: 3 * 7, span: 4, tiers: { clones: 1, voided: 0 } });
  expect(run.loops[0]).toMatchObject({ line: 3, iterations: 3, verdict: 'parallel-after-renaming' });
  expect(run.loops[0]!.carried.map(({ kind, variable }) => `${kind} ${variable}`).sort()).toEqual(['WAR to', 'WAW to']);
});

// A clone leaves a running result in the array's slots, a store of a byte splits the array, and the result goes on.
test('what one store left in several cells is one running result, wherever its times lie', async () => {
  const run =
    await traceSource(`function f(v, x) { let s = x; for (let k = 0; k < 4; k++) s += v[k]; v[x] = s; return s; }
export function run(n) {
  const a = new Int32Array(24);
  let s = f(a, 2);
  const b = new Uint8Array(a.buffer);
  b[1] = s;
  for (const o of [1, 2]) for (let i = 0; i < 3; i++) s = f(a, a[i]);
  return a;
}`);
  expect(run.tiers.clones).toBe(1);
  expect(run.spanReassociated).toBeLessThan(run.span);
});
