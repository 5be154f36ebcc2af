import type { Random } from '../../src/workload/random.ts';

/**
 * Programs over most of the language, made at random: a number `x`, a budget `t` that ends every loop, an array `a`, an
 * object `o`, a string `s`. They may throw; what they return or throw is a text that plain and watched runs must share.
 */
interface Scope {
  readonly random: Random;
  depth: number;
  /** Names for what a statement declares. */
  names: number;
  readonly inLoop: boolean;
}

const pick = <T>({ random }: Scope, from: readonly T[]): T => from[random.below(from.length)] as T;
const deeper = (scope: Scope, more: Partial<Scope> = {}): Scope => ({ ...scope, depth: scope.depth - 1, ...more });
let fresh = 0;
const name = (prefix: string): string => `${prefix}${fresh++}`;

function number(scope: Scope): string {
  const inner = (): string => number(deeper(scope));
  if (scope.depth <= 0)
    return pick(scope, ['x', 't', '1', '2.5', '(-3)', '0', '7', 'a.length', 'a[0]', 'o.p', 'NaN', '1e9']);
  return pick<() => string>(scope, [
    () => `(${inner()} ${pick(scope, ['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>'])} ${inner()})`,
    () => `(${inner()} ${pick(scope, ['+', '-', '*'])} ${inner()})`,
    () => `(${condition(deeper(scope))} ? ${inner()} : ${inner()})`,
    () => `Math.${pick(scope, ['min', 'max', 'abs', 'floor', 'imul', 'sign', 'hypot'])}(${inner()}, ${inner()})`,
    () => `a[${inner()} & 7]`,
    () => `(a[${inner()} & 7] ?? ${inner()})`,
    () => `(o[\`k\${${inner()} & 3}\`] ?? ${inner()})`,
    () => `(-${inner()})`,
    () => `(~${inner()})`,
    () => `(x${pick(scope, ['++', '--'])})`,
    () => `(${pick(scope, ['++', '--'])}a[${inner()} & 7])`,
    () => `(o?.p ?? ${inner()})`,
    () => `(o.q?.r?.[${inner()}] ?? ${inner()})`,
    () => `a.reduce((p, q, i) => p ${pick(scope, ['+', '^', '-'])} (q ?? i), ${inner()})`,
    () => `((p, q = ${inner()}) => p + q)(${inner()})`,
    () => `(([p, ...q]) => (p ?? 0) + q.length)([${inner()}, ${inner()}, ...a])`,
    () => `(({ p = 1, ...rest }) => p + Object.keys(rest).length)({ ...o, z: ${inner()} })`,
    () => `(x = ${inner()}, ${inner()})`,
    () => `Number(BigInt.asIntN(16, BigInt(Math.trunc(${inner()}) | 0) * 3n))`,
    () => `${inner()} ** 2`.replace(/^(.*) \*\* 2$/, '(($1) ** 2)'),
    () => `String(${inner()}).length`,
    () => `[...new Set(a)].length`,
    () => `(typeof ${inner()} === 'number' ? ${inner()} : 0)`,
    () => `Float64Array.of(${inner()}, ${inner()}).map(v => v / 2)[1]`,
    () => `(a.length > 3 && ${inner()} || 4)`,
    () => `(x ${pick(scope, ['+=', '-=', '*=', '|=', '&&=', '||=', '??='])} ${inner()})`,
    () => `a.slice(0, 3).map((v, i) => v * i).filter(v => v > ${inner()}).length`,
    () => `[5, 3, x].sort((p, q) => p - q)[0]`,
    () => `s.charCodeAt(${inner()} & 3)`,
  ])();
}

const condition = (scope: Scope): string =>
  pick<() => string>(scope, [
    () =>
      `${number(deeper(scope))} ${pick(scope, ['<', '>', '<=', '>=', '===', '!==', '==', '!='])} ${number(deeper(scope))}`,
    () => `(x & ${1 + scope.random.below(7)}) === 0`,
    () => `!(${number(deeper(scope))})`,
    () => `${number(deeper(scope))} > 0 ${pick(scope, ['&&', '||'])} x < 9`,
    () => `'k${scope.random.below(4)}' in o`,
    () => 's.includes("2")',
    () => '/1+/.test(s)',
  ])();

function block(scope: Scope, least = 1): string {
  const parts = Array.from({ length: least + scope.random.below(3) }, () => statement(deeper(scope)));
  return `{ ${parts.join(' ')} }`;
}

function statement(scope: Scope): string {
  const n = (): string => number(deeper(scope));
  const simple: (() => string)[] = [
    () => `x = ${n()};`,
    () => `x ${pick(scope, ['+=', '-=', '*=', '^=', '%='])} ${n()};`,
    () => `a[${n()} & 7] = ${n()};`,
    () => `a[${n()} & 7] ${pick(scope, ['+=', '-=', '|='])} ${n()};`,
    () => `if (a.length < 40) a.push(${n()});`,
    () => `o.k${scope.random.below(4)} = ${n()};`,
    () => `o.p += ${n()};`,
    () => `if (s.length < 99) s += ${n()};`,
    () => `({ p: x = 3, k1: a[2] } = o);`,
    () => `[x, a[1] = 5] = [a[1], x];`,
    () => `delete o.k${scope.random.below(4)};`,
  ];
  if (scope.depth <= 0) return pick(scope, simple)();
  const loop = deeper(scope, { inLoop: true });
  const i = name('i');
  const f = name('f');
  const v = name('v');
  return pick<() => string>(scope, [
    ...simple,
    () => `if (${condition(scope)}) ${block(scope)}`,
    () => `if (${condition(scope)}) ${block(scope)} else ${block(scope)}`,
    () => `for (let ${i} = 0; ${i} < ${1 + scope.random.below(6)} && t-- > 0; ${i}++) ${block(loop)}`,
    () => `for (let ${i} = 0; ${i} < 5; ${i}++) { a[${i}] = a[${i} + 1 & 7] * 2 + ${n()}; if (t-- < 0) break; }`,
    () => `for (let ${i} = 0, ${v} = 6; ${i} < ${v}; ${i} += 2, ${v}--) { x += ${i} * ${v}; a[${i}] ^= ${v}; }`,
    () => `while (t-- > 0) { if (${condition(scope)}) break; ${statement(loop)} }`,
    () => `do { ${statement(loop)} if (${condition(scope)}) continue; x--; } while (t-- > 0 && x > 0);`,
    () => `for (const ${v} of a) { if (t-- < 0) break; x += ${v} ?? 1; ${statement(loop)} }`,
    () => `for (const ${v} in o) { if (t-- < 0) break; s += ${v}; ${statement(loop)} }`,
    () => `for (const [${i}, ${v}] of Object.entries(o)) { if (t-- < 0) break; x += ${i}.length + Number(${v}); }`,
    () => `for (const ${v} of new Map([[1, x], [2, ${n()}]]).values()) { x ^= ${v}; if (${condition(scope)}) break; }`,
    () =>
      `switch (x & 3) { case 0: ${statement(scope)} break; case 1: ${statement(scope)} case 2: ${statement(scope)} break; default: ${statement(scope)} }`,
    () => `try ${block(scope)} catch (error) { x += 1; s += String(error.message).length; } finally ${block(scope)}`,
    () =>
      `try { if (${condition(scope)}) throw new Error('e' + x); ${statement(scope)} } catch { ${statement(scope)} }`,
    () =>
      `${i}: for (let p = 0; p < 4 && t-- > 0; p++) { for (let q = 0; q < 4; q++) { if (${condition(scope)}) continue ${i}; if (${condition(scope)}) break ${i}; ${statement(loop)} } }`,
    () => `{ let ${v} = ${n()}; const ${f} = p => p + ${v}++; x += ${f}(1) + ${f}(${n()}); }`,
    () =>
      `{ const ${f} = n => n <= 0 ? 1 : ${f}(n - 1) + ${f}(n - 3) + ${pick(scope, ['x', '1', 'n'])}; x += ${f}(5); }`,
    () =>
      `{ function* ${f}(n) { try { for (let q = 0; q < n; q++) { const r = yield q * x; if (r) x += r; } } finally { x++; } } for (const ${v} of ${f}(${1 + scope.random.below(5)})) { s += ${v} % 7; if (${condition(scope)}) break; } }`,
    () =>
      `{ class ${f} { #n = ${n()}; static c = 2; get n() { return this.#n; } set n(v) { this.#n = v * ${f}.c; } add(k) { this.#n += k; return this; } } const ${v} = new ${f}(); ${v}.n = x; x = ${v}.add(2).add(${n()}).n; }`,
    () =>
      `{ class ${f} { constructor(v) { this.v = v; } m() { return this.v * 2; } } class ${v} extends ${f} { m() { return super.m() + 1; } } x += new ${v}(${n()}).m(); }`,
    () => `{ const ${f} = Array.from({ length: 4 }, (_, k) => () => k * x); for (const g of ${f}) x = g() % 1000; }`,
    () =>
      `{ const ${f} = { get z() { return x * 2; }, ['k' + (x & 1)]: 1, m(...r) { return r.length + this.z; } }; x += ${f}.m(...a.slice(0, 2)) + (${f}.k1 ?? 0); }`,
    () => `{ const ${f} = (p, ...v) => p.raw.join('|') + v.join(','); s = ${f}\`a\${x}b\${t}\`.slice(0, 20); }`,
    () =>
      `{ const ${v} = new Float32Array(8); for (let ${i} = 0; ${i} < 8; ${i}++) ${v}[${i}] = x * ${i} + (a[${i}] ?? 0); x = ${v}.reduce((p, q) => p + q, 0); }`,
    () =>
      `{ const ${v} = [[1, 2, 3], [4, 5, 6], [7, 8, x]]; for (let p = 0; p < 3; p++) for (let q = 0; q < 3; q++) for (let r = 0; r < 3; r++) ${v}[p][q] += ${v}[p][r] * ${v}[r][q]; x = ${v}[2][1] % 1e6; }`,
    () =>
      `{ let ${v} = { next: null, v: 1 }; for (let ${i} = 0; ${i} < 5; ${i}++) ${v} = { next: ${v}, v: x + ${i} }; for (let p = ${v}; p; p = p.next) x = (x + p.v) % 9973; }`,
    () => (scope.inLoop ? `if (${condition(scope)}) ${pick(scope, ['break', 'continue'])};` : `x |= 1;`),
    () => (scope.random.below(4) === 0 ? `if (${condition(scope)}) return x;` : `x &= 255;`),
  ])();
}

/** One function `f<index>(x, t)` whose parts nest up to `depth` levels. */
export function randomFunction(random: Random, index: number, depth = 3): string {
  const scope: Scope = { random, depth, names: 0, inLoop: false };
  const body = Array.from({ length: 2 + random.below(4) }, () => statement(scope)).join('\n  ');
  return `function f${index}(x, t) {
  const a = [3, 1, 4, 1, 5, 9, 2, 6], o = { p: 1, k1: 2 };
  let s = 'q12';
  ${body}
  return [x, s, ...a, JSON.stringify(o)];
}`;
}

/** `main` of a module of such functions, in this process, as strict as a module is. */
export const loadMain = (module: string): ((n: number) => string) =>
  new Function(`'use strict'; ${module.replace('export function main', 'function main')} return main;`)() as (
    n: number,
  ) => string;

/**
 * A module whose `main(n)` calls every function and returns one text of all that they returned or threw; with `expected`
 * it throws where that is another text.
 */
export const moduleOf = (functions: readonly string[], expected?: string): string => `${functions.join('\n')}
const all = [${functions.map(text => /^function (\w+)/.exec(text)?.[1]).join(', ')}];
const expected = ${JSON.stringify(expected) ?? 'undefined'};
export function main(n) {
  const said = [];
  for (const f of all) {
    try { said.push(f(n, 60).map(value => Object.is(value, -0) ? '-0' : String(value)).join(' ')); }
    catch (error) { said.push(error.constructor.name); }
  }
  const text = said.join('\\n');
  if (expected !== undefined && text !== expected) throw new Error('the output changed');
  return text;
}
`;
