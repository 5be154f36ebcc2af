import fc from 'fast-check';
import { expect, test } from 'vitest';
import { traceSource } from './support.ts';

/*
 * Programs over three arrays, two scalars and nested loops, as trees of plain data, so that the same program can be
 * printed in several ways: with other names, in another layout, with a loop unrolled or run in another order.
 */

type Value =
  | { kind: 'number'; value: number }
  | { kind: 'scalar'; name: 0 | 1 }
  | { kind: 'element'; array: 0 | 1 | 2; index: Index }
  | { kind: 'counter'; depth: number }
  | { kind: 'operation'; operator: '+' | '-' | '*' | 'min'; left: Value; right: Value };

interface Index {
  depth: number;
  offset: number;
  indirect: boolean;
}

type Statement =
  | { kind: 'scalar'; name: 0 | 1; operator: '=' | '+='; value: Value }
  | { kind: 'element'; array: 0 | 1 | 2; index: Index; operator: '=' | '+='; value: Value }
  | { kind: 'if'; left: Value; right: Value; yes: Statement[]; no: Statement[] }
  | { kind: 'loop'; count: number; body: Statement[] }
  | { kind: 'break'; left: Value; right: Value };

const index = fc.record({
  depth: fc.nat(2),
  offset: fc.integer({ min: -2, max: 2 }),
  indirect: fc.boolean(),
});
const { value } = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({ kind: fc.constant('number' as const), value: fc.integer({ min: -3, max: 3 }) }),
    fc.record({ kind: fc.constant('scalar' as const), name: fc.constantFrom(0 as const, 1 as const) }),
    fc.record({ kind: fc.constant('counter' as const), depth: fc.nat(2) }),
    fc.record({
      kind: fc.constant('element' as const),
      array: fc.constantFrom(0 as const, 1 as const, 2 as const),
      index,
    }),
    fc.record({
      kind: fc.constant('operation' as const),
      operator: fc.constantFrom('+' as const, '-' as const, '*' as const, 'min' as const),
      left: tie('value'),
      right: tie('value'),
    }),
  ),
}));
const { statement } = fc.letrec<{ statement: Statement }>(tie => ({
  statement: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.record({
      kind: fc.constant('scalar' as const),
      name: fc.constantFrom(0 as const, 1 as const),
      operator: fc.constantFrom('=' as const, '+=' as const),
      value,
    }),
    fc.record({
      kind: fc.constant('element' as const),
      array: fc.constantFrom(0 as const, 1 as const, 2 as const),
      index,
      operator: fc.constantFrom('=' as const, '+=' as const),
      value,
    }),
    fc.record({
      kind: fc.constant('if' as const),
      left: value,
      right: value,
      yes: fc.array(tie('statement'), { minLength: 1, maxLength: 2 }),
      no: fc.array(tie('statement'), { maxLength: 1 }),
    }),
    fc.record({
      kind: fc.constant('loop' as const),
      count: fc.integer({ min: 1, max: 6 }),
      body: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('break' as const), left: value, right: value }),
  ),
}));
const program = fc.array(
  fc.record({
    kind: fc.constant('loop' as const),
    count: fc.integer({ min: 2, max: 8 }),
    body: fc.array(statement, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 2 },
);

interface Style {
  readonly names: { readonly arrays: readonly string[]; readonly scalars: readonly string[]; readonly counter: string };
  readonly gap: string;
  /** The first loop's iterations in this order instead of their own. */
  readonly order?: readonly number[];
  /** The first loop's body twice in each step. */
  readonly unrolled?: boolean;
}

const plain: Style = { names: { arrays: ['a', 'b', 'c'], scalars: ['s', 't'], counter: 'i' }, gap: ' ' };

function print(statements: readonly Statement[], style: Style): string {
  const { arrays, scalars } = style.names;
  let first = true;
  const counter = (depth: number, from: number) => `${style.names.counter}${Math.min(depth, from)}`;
  const at = ({ depth, offset, indirect }: Index, from: number): string => {
    const inner = `${counter(depth, from)} + ${offset + 2}`;
    return indirect ? `p[${inner}]` : inner;
  };
  const show = (v: Value, from: number): string => {
    switch (v.kind) {
      case 'number':
        return `(${v.value})`;
      case 'scalar':
        return scalars[v.name]!;
      case 'counter':
        return counter(v.depth, from);
      case 'element':
        return `${arrays[v.array]}[${at(v.index, from)}]`;
      case 'operation':
        return v.operator === 'min'
          ? `Math.min(${show(v.left, from)}, ${show(v.right, from)})`
          : `(${show(v.left, from)} ${v.operator} ${show(v.right, from)})`;
    }
  };
  const one = (s: Statement, from: number): string => {
    switch (s.kind) {
      case 'scalar':
        return `${scalars[s.name]} ${s.operator} ${show(s.value, from)};`;
      case 'element':
        return `${arrays[s.array]}[${at(s.index, from)}] ${s.operator} ${show(s.value, from)};`;
      case 'break':
        return `if (${show(s.left, from)} > ${show(s.right, from)}) break;`;
      case 'if':
        return `if (${show(s.left, from)} < ${show(s.right, from)}) {${style.gap}${all(s.yes, from)}} else {${all(s.no, from)}}`;
      case 'loop':
        return loop(s, from + 1);
    }
  };
  const all = (list: readonly Statement[], from: number) => list.map(s => one(s, from) + style.gap).join('');
  const loop = (s: Extract<Statement, { kind: 'loop' }>, depth: number): string => {
    const isFirst = first;
    first = false;
    const name = counter(depth, depth);
    if (isFirst && style.order)
      return `for (const ${name} of [${style.order.filter(k => k < s.count)}]) {${style.gap}${all(s.body, depth)}}`;
    if (isFirst && style.unrolled) {
      const body = all(s.body, depth);
      return `let ${name} = 0; for (; ${name} < ${s.count - (s.count % 2)}; ${name}++) { { ${body} } ${name}++; { ${body} } } for (; ${name} < ${s.count}; ${name}++) { ${body} }`;
    }
    return `for (let ${name} = 0; ${name} < ${s.count}; ${name}++) {${style.gap}${all(s.body, depth)}}`;
  };
  const blocks = statements.map(s => `{ ${one(s, -1)} }${style.gap}`).join('');
  return `export function run() {
  const ${arrays.map((name, k) => `${name} = Float64Array.from({ length: 16 }, (_, k) => (k * ${k + 3}) % 7 - 2)`).join(', ')};
  const p = Int32Array.from({ length: 16 }, (_, k) => (k * 5) % 16);
  let ${scalars[0]} = 1, ${scalars[1]} = 2;
  ${blocks}
  return [${[...arrays, ...scalars].join(', ')}];
}`;
}

const hasBreak = (list: readonly Statement[]): boolean =>
  list.some(s => s.kind === 'break' || (s.kind === 'if' && (hasBreak(s.yes) || hasBreak(s.no))));

/** Every number of a result, without places and names. */
const numbers = (run: Awaited<ReturnType<typeof traceSource>>) => [
  [run.work, run.span, run.spanReassociated],
  ...run.loops.map(({ entries, iterations, work, span, spanReassociated, selfParallelism, verdict, carried }) => [
    ...[entries, iterations, work, span, spanReassociated, selfParallelism, verdict],
    ...carried
      .map(({ kind, distance, from, to, count }) => [kind, distance, from.iteration, to.iteration, count])
      .sort(),
  ]),
];

const runs = { numRuns: 40, seed: 20260807 };

test('span ≤ work, self-parallelism ≥ 1, and tracing changes no output', async () => {
  await fc.assert(
    fc.asyncProperty(program, async statements => {
      const run = await traceSource(print(statements, plain));
      expect(run.output).toBe(run.plainOutput);
      expect(run.span).toBeLessThanOrEqual(run.work);
      expect(run.spanReassociated).toBeLessThanOrEqual(run.span);
      for (const region of [...run.loops, ...run.functions]) {
        expect(region.span).toBeLessThanOrEqual(region.work);
        if (region.selfParallelism !== null) expect(region.selfParallelism).toBeGreaterThanOrEqual(1);
      }
    }),
    runs,
  );
});

test('other names and another layout change no number', async () => {
  const other: Style = {
    names: { arrays: ['längs', '$x', '_'], scalars: ['acc', 'tmp'], counter: 'position' },
    gap: ' /* … */\t',
  };
  await fc.assert(
    fc.asyncProperty(program, async statements => {
      expect(numbers(await traceSource(print(statements, other)))).toEqual(
        numbers(await traceSource(print(statements, plain))),
      );
    }),
    { ...runs, numRuns: 20 },
  );
});

test('the iterations of a loop called parallel can run in any order', async () => {
  let checked = 0;
  await fc.assert(
    fc.asyncProperty(
      program,
      fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }),
      async (statements, order) => {
        // What a `break` on counters cuts off is a matter of their order.
        if (hasBreak(statements[0]!.body)) return;
        const run = await traceSource(print(statements, plain));
        if (run.loops.at(-1) === undefined || run.loops.find(({ depth }) => depth === 0)?.verdict !== 'parallel')
          return;
        checked++;
        const shuffled = await traceSource(print(statements, { ...plain, order }));
        expect(shuffled.plainOutput).toBe(run.plainOutput);
      },
    ),
    { ...runs, numRuns: 90 },
  );
  expect(checked).toBeGreaterThan(10);
});

test('unrolling by hand leaves the work', async () => {
  await fc.assert(
    fc.asyncProperty(program, async statements => {
      if (hasBreak(statements[0]!.body)) return;
      const unrolled = await traceSource(print(statements, { ...plain, unrolled: true }));
      const run = await traceSource(print(statements, plain));
      expect(unrolled.plainOutput).toBe(run.plainOutput);
      expect(unrolled.work).toBe(run.work);
    }),
    { ...runs, numRuns: 20 },
  );
});
