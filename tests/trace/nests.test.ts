import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceSource } from './support.ts';

/*
 * Programs made of counted loop nests over several arrays, and of what stands around them: calls that run before,
 * between and after, loops with branches, views on one buffer. `traceSource` runs each in both tiers and compares all
 * numbers; here it is also counted how many really ran by code made for nests, so that the comparison is not empty.
 *
 * A program is drawn as text, with a random stream of small numbers that fast-check can shrink: 0 is the plainest choice.
 */

class Source {
  readonly #numbers: readonly number[];
  #at = 0;

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
}

const types = ['Float64Array', 'Float32Array', 'Int32Array', 'Uint8Array'];
const length = 48;

class Writer {
  readonly #source: Source;
  readonly #arrays = ['a', 'b', 'c', 'd', 'e', 'f'];
  /** In the nest that is being written: arrays to store to, each once, arrays to load from, and each variable's operator. */
  #stores: string[] = [];
  #loads: readonly string[] = this.#arrays;
  #operators = new Map<string, string>();
  #names = 0;

  constructor(numbers: readonly number[]) {
    this.#source = new Source(numbers);
  }

  program(): string {
    const s = this.#source;
    const types_ = this.#arrays.map(() => s.pick(...types));
    const arrays = this.#arrays.map((name, k) => {
      const made = `${types_[k]}.from({ length: ${length} }, (_, k) => (k * ${k + 3}) % 7 + 1)`;
      // Some arrays are views on another one, at a distance, with the same or another element; and some are plain.
      if (k > 0 && s.chance(12))
        return `const ${name} = new ${types_[0]}(a.buffer, ${s.below(3)} * a.BYTES_PER_ELEMENT);`;
      if (k > 0 && s.chance(6)) return `const ${name} = a.subarray(${s.below(4)});`;
      if (k > 0 && s.chance(5)) return `const ${name} = new Uint8Array(a.buffer);`;
      if (k > 0 && s.chance(5)) return `const ${name} = Array.from({ length: ${length} }, (_, k) => k % 5);`;
      return `const ${name} = ${made};`;
    });
    const count = 1 + s.below(4);
    const names = 'n, m, p, a, b, c, d, e, f, s, t, r, w';
    const functions: string[] = [];
    // A region that begins finds everything older than itself: most nests stand in a function of their own.
    const body = Array.from({ length: count }, (_, k) => {
      const block = Array.from({ length: 1 + s.below(2) }, () => this.#block(0)).join('\n  ');
      if (s.chance(15)) return block;
      functions.push(`function part${k}(${names}) {\n  ${block}\n  return [s, t, r, w];\n}`);
      const call = `[s, t, r, w] = part${k}(${names});`;
      return s.chance(20) ? `for (let o = 0; o < 2; o++) ${call}` : call;
    }).join('\n  ');
    return `let g = 2;
function small(x) { return x * 2 + 1; }
function step(x) { g = g + x; return g; }
function sum(v, n) { let t = 0; for (let q = 0; q < n; q++) t += v[q]; return t; }
function axpy(v, w, n, x) { for (let q = 0; q < n; q++) v[q] = w[q] * x + 1; return v; }
function scale(v, n, x) { for (let q = 0; q < n; q++) { const old = v[q]; g += old; } return g * x; }
${functions.join('\n')}
function arrays() {
  const p = Int32Array.from({ length: ${length} }, (_, k) => (k * 5) % 16);
  ${arrays.join('\n  ')}
  return [p, a, b, c, d, e, f];
}
export const inputs = { run: n => [n, ...arrays()] };
export function run(n, p, a, b, c, d, e, f) {
  const m = n - 2;
  let s = ${s.pick('1', '1', '1', '0.5', 'undefined')}, t = 2, r = 0, w = ${s.pick('1', '1', '1', '1', "'x'")};
  ${body}
  return [a, b, c, d, e, f, s, t, r, g, w];
}`;
  }

  /** Something at the top, or inside a loop of the general tier. */
  #block(depth: number): string {
    const s = this.#source;
    const kind = s.below(12);
    if (kind < 7 || depth > 1) return this.#loop([]);
    if (kind === 7) return this.#call();
    if (kind === 8) return `${s.pick('s', 't', 'r')} = ${this.#value([], 2)};`;
    if (kind === 9) {
      const name = `x${this.#names++}`;
      const inner = Array.from({ length: 1 + s.below(2) }, () => this.#block(depth + 1)).join(' ');
      return `for (let ${name} = 0; ${name} < ${2 + s.below(3)}; ${name}++) { ${inner} ${s.chance(50) ? `if (t > ${name}) r = r + 1;` : ''} }`;
    }
    if (kind === 10) return `if (${s.pick('t', 'a[1]', 'n')} > ${s.below(4)}) { ${this.#block(depth + 1)} }`;
    return `{ let u = ${this.#value([], 1)}; const v = a; ${this.#loop([])} a[${s.below(4)}] = u; t = v[2]; }`;
  }

  #call(): string {
    const s = this.#source;
    const array = s.pick(...this.#arrays);
    return s.pick(
      `t = small(t);`,
      `r = step(t);`,
      `t = sum(${array}, ${s.pick('n', 'm', '0')});`,
      `axpy(${array}, ${s.pick(...this.#arrays)}, n, t);`,
      `r = scale(${array}, ${s.pick('n', '3')}, 2);`,
      `${array}[${s.below(5)}] = small(${s.pick('t', 'r', '1')});`,
    );
  }

  #bound(counters: readonly string[]): string {
    const s = this.#source;
    if (counters.length > 0 && s.chance(15)) return s.pick(...counters);
    return s.pick('n', 'm', '3', 'n - 1', '2', '1', '5', '0', 'n - 2 * 2', s.chance(20) ? 'a.length - 40' : '4');
  }

  #loop(counters: readonly string[]): string {
    const s = this.#source;
    if (counters.length === 0) {
      const split = 1 + s.below(4);
      this.#stores = this.#arrays.slice(0, split);
      if (s.chance(30)) this.#stores.reverse();
      this.#loads = this.#arrays.slice(split);
      this.#operators = new Map();
    }
    const name = ['i', 'j', 'k', 'l'][counters.length]!;
    const from = s.pick('0', '0', '1', '2', counters.length > 0 && s.chance(25) ? counters[0]! : '0');
    const test = s.pick('<', '<', '<=');
    const update = s.pick(`${name}++`, `${name}++`, `${name} += 1`, `${name} += 2`, `++${name}`, `${name} += 3`);
    const inner = [...counters, name];
    const statements = Array.from({ length: 1 + s.below(3) }, () => this.#statement(inner));
    return `for (let ${name} = ${from}; ${name} ${test} ${this.#bound(counters)}; ${update}) { ${statements.join(' ')} }`;
  }

  #statement(counters: readonly string[]): string {
    const s = this.#source;
    const kind = s.below(20);
    const target = s.pick('s', 't', 'r', 'g');
    if (kind < 5) return this.#store(counters, '=', this.#value(counters, 2));
    if (kind < 8 && counters.length < 3) return this.#loop(counters);
    if (kind < 11) return `${target} ${this.#operator(target)} ${this.#value(counters, 2)};`;
    if (kind === 11 && this.#operators.get(target) === undefined)
      return `${target} = Math.max(${target}, ${this.#value(counters, 1)});`;
    if (kind === 12 && this.#operator(target) === '+=') return `${target} = ${target} + ${this.#value(counters, 1)};`;
    if (kind === 13) {
      const own = `y${this.#names++}`;
      return `const ${own} = ${this.#value(counters, 2)}; ${this.#store(counters, '=', `${own}${s.pick('', ' * 2', ` + ${own}`)}`)}`;
    }
    if (kind === 14 && counters.length < 3) {
      const own = `z${this.#names++}`;
      const inner = this.#loop(counters).replace(/ \}$/, ` ${own} += ${this.#value(counters, 1)}; }`);
      return `let ${own} = ${s.pick('0', '1', 't')}; ${inner} ${this.#store(counters, '=', own)}`;
    }
    if (kind === 15 && s.chance(30)) return this.#store(counters, '+=', this.#value(counters, 1));
    if (kind === 16 && s.chance(30)) return `if (${this.#value(counters, 1)} > 2) t = t + 1;`;
    if (kind === 17 && s.chance(30)) return `t = small(${this.#value(counters, 1)});`;
    if (kind === 18)
      return s.pick(this.#operator(target) === '+=' ? `${target}++;` : '', `w += ${counters.at(-1)};`, `t = w * 2;`);
    if (s.chance(60)) return this.#store(counters, '=', this.#value(counters, 1));
    const array = this.#stored() || 'f';
    const at = counters.at(-1)!;
    return `${array}[${at} + 1] = ${array}[${at}] + ${this.#value(counters, 1)};`;
  }

  /** Most nests store to arrays that they do not load from, once each: only such run by made code. */
  #stored(): string {
    const s = this.#source;
    return s.chance(4) ? s.pick(...this.#arrays) : (this.#stores.pop() ?? '');
  }

  #store(counters: readonly string[], operator: string, value: string): string {
    const array = this.#stored();
    return array === '' ? '' : `${array}[${this.#place(counters)}] ${operator} ${value};`;
  }

  #operator(target: string): string {
    const s = this.#source;
    const operator = this.#operators.get(target) ?? s.pick('+=', '+=', '*=', '-=', '=', '^=');
    if (!s.chance(5)) this.#operators.set(target, operator);
    return operator;
  }

  /** A subscript: affine in the counters around, now and then outside of the array or not affine. */
  #place(counters: readonly string[]): string {
    const s = this.#source;
    const own = counters.at(-1);
    if (!own) return String(s.below(6));
    const other = s.pick(...counters);
    return s.pick(
      own,
      own,
      `${own} + 1`,
      `${own} - 1`,
      `${other} * 6 + ${own}`,
      `${other} + ${own}`,
      other,
      `${own} * 2`,
      `${other} * n + ${own} + 1`,
      `${counters.map((name, at) => `${name} * ${[6, 2, 1][at] ?? 1}`).join(' + ')}`,
      `n - ${own}`,
      String(s.below(6)),
      s.chance(30) ? `${own} + ${length - 2}` : own,
      s.chance(20) ? `p[${own}]` : own,
      s.chance(20) ? `${own} * ${other}` : own,
      s.chance(20) ? `${own} / 2` : own,
    );
  }

  #value(counters: readonly string[], depth: number): string {
    const s = this.#source;
    const own = counters.at(-1);
    const leaf = (): string =>
      s.pick(
        `${s.pick(...this.#loads)}[${this.#place(counters)}]`,
        `${s.pick(...this.#loads)}[${this.#place(counters)}]`,
        s.pick('s', 't', 'r', 'g'),
        String(s.below(4)),
        own ?? 'n',
        s.chance(30) ? `p[${this.#place(counters)}]` : 'n',
      );
    if (depth === 0 || s.chance(25)) return leaf();
    const [left, right] = [this.#value(counters, depth - 1), this.#value(counters, depth - 1)];
    return s.pick(
      `(${left} + ${right})`,
      `${left} * ${right}`,
      `(${left} - ${right})`,
      `Math.sqrt(${left})`,
      `Math.min(${left}, ${right})`,
      `Math.hypot(${left}, ${right})`,
      `-(${left})`,
      `(${left} | 0)`,
      `+${leaf()}`,
      `(${left} >>> 1)`,
    );
  }
}

const numbers = fc.array(fc.nat(999), { minLength: 30, maxLength: 160, size: 'max' });

test('code made for nests gives what the general tier gives, and most programs run it', async () => {
  const seen = { programs: 0, entered: 0, voided: 0, iterations: 0 };
  const count = Number(process.env.PGRAM_NESTS ?? 60);
  await fc.assert(
    fc.asyncProperty(numbers, fc.constantFrom(6, 8, 9, 4), async (drawn, size) => {
      const source = new Writer(drawn).program();
      let run: Awaited<ReturnType<typeof traceSource>>;
      try {
        run = await traceSource(source, { size });
      } catch (error) {
        throw new Error(`${source}\n${(error as Error).message}`, { cause: error });
      }
      expect(run.output).toBe(run.plainOutput);
      seen.programs++;
      if (run.tiers.entries > 0) seen.entered++;
      seen.iterations += run.tiers.iterations;
      if (run.tiers.voided > 0) seen.voided++;
    }),
    { numRuns: count, seed: Number(process.env.PGRAM_SEED ?? 20261123) },
  );
  if (process.env.PGRAM_NESTS) console.log(seen);
  expect(seen.entered / seen.programs).toBeGreaterThan(0.5);
}, 600_000);

// Two layers: what the second loads is ready at one time, or (uneven) not, and its sums run over two loops or one. By definition:
// a row's sum of 12 products from 0 is ready at 1 + 12; a product of it at 14, and the next sum of 4 of these at 14 + 4.
test.each([
  ['at one time', 'for (let k = 0; k < 3; k++) for (let q = 0; q < 4; q++) sum += x[k * 4 + q] * x[i];', 13 + 1 + 4],
  ['later and later', 'for (let k = 0; k <= i; k++) for (let q = 0; q < 4; q++) sum += x[q] * x[i];', undefined],
])('times of loops that are alike are computed once: loads ready %s', async (_, sums, span) => {
  // The lists keep the functions from being clones.
  const run = await traceSource(`function first(x, y) {
  const list = [x];
  for (let i = 0; i < 12; i++) { let sum = 0; ${sums} y[i] = sum; }
}
function second(y, z) {
  const list = [y];
  for (let i = 0; i < 9; i++) { let sum = 0; for (let k = 0; k < 4; k++) sum += y[i + k % 1] * y[i]; z[i] = sum; }
  for (let i = 0; i < 3; i++) { let sum = 0; for (let k = 0; k < 4; k++) sum += y[i * 4 + k] * y[i]; z[9 + i] = sum; }
}
export function run(n) {
  const x = new Float64Array(12), y = new Float64Array(12), z = new Float64Array(12);
  first(x, y);
  second(y, z);
  return z;
}`);
  expect(run.tiers.iterations).toBeGreaterThan(100);
  if (span !== undefined) expect(run.span).toBe(span);
});
