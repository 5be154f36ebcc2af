import type { ExpressionForm, Family, Layout } from './times.ts';

/**
 * The arithmetic on times as text: once for each set of families that can be alive. Times of a class lack the fields of
 * the others: `r` then reads as `s`, which it equals until a chain is updated, and `m` as 0 where nothing is charged.
 */
export function kitText(layout: Layout): string {
  const { lanes, families, chargesOnDemand = false } = layout;
  const all = fieldsOf(layout, families);
  const hasChains = families.includes('r');
  const hasCharges = families.includes('m');
  const offset = (family: Family) => families.indexOf(family) * lanes;
  const variants = variantsOf(layout);
  const full = variants.at(-1)!;
  const choose = (call: (variant: Variant) => string): string => {
    const of = (apart: boolean, charged: boolean) =>
      call(variants.find(({ families: live }) => live.includes('r') === apart && live.includes('m') === charged)!);
    const byCharge = (apart: boolean) =>
      hasCharges ? `(mode.charging !== 0 ? ${of(apart, true)} : ${of(apart, false)})` : of(apart, false);
    return hasChains ? `(mode.apart ? ${byCharge(true)} : ${byCharge(false)})` : byCharge(false);
  };
  return `'use strict';
const H = words.highs, B = words.bases;
const mode = { charging: ${chargesOnDemand ? 0 : 1}, apart: ${!hasChains} };
words.charging[0] = mode.charging;
B.fill(-1);
const first = { s: ${offset('s')}, r: ${hasChains ? offset('s') : -1}, m: ${hasCharges ? offset('m') : -1} };
// ⌈log₂(m + 1)⌉ is the length of m in bits.
const levels = m => 32 - Math.clz32(m);
${variants.map(variant => classText(variant, all)).join('\n')}
const zero = ${newTime(variants[0]!, () => '0')};
const state = { control: zero, work: 0, updates: 0, active: false, lost: false, isApart: mode.apart, isCharging: mode.charging !== 0, shadowBytes: 0, shadowElements: 0 };
let underOf, underZero = zero;
const keepApart = () => {
  if (mode.apart) return;
  underOf = undefined;
  mode.apart = true;
  state.isApart = true;
  first.r = ${hasChains ? offset('r') : -1};
  ${hasChains ? `for (const list of [H, B]) list.copyWithin(${offset('r')}, ${offset('s')}, ${offset('s') + lanes});` : ''}
};
${variants.map(variant => `const ${variant.name} = ${arithmetic(variant, lanes)};`).join('\n')}
${dispatched.map(([name, parameters]) => `const ${name} = (${parameters}) => ${choose(variant => `${variant.name}.${name}(${parameters})`)};`).join('\n')}
const later = (a, b) => ${choose(variant => `${variant.name}.later(a, b)`)};
const join = (a, b) => a === zero || a === b ? b : b === zero ? a : later(a, b);
const expressions = new Map();
return (layout, compile) => ({
  layout, state, zero, join, width: ${all.length}, first, keepApart,
  ${dispatched.map(([name]) => name).join(', ')},
  extend: (a, b, group) => { if (!state.active) return zero; keepApart(); return ${hasChains ? choose(variant => `${(variants.find(({ families: live }) => live.includes('r') && live.includes('m') === variant.families.includes('m')) ?? variant).name}.extend(a, b, group)`) : 'op2(a, b)'}; },
  expression: form => {
    const key = JSON.stringify(form);
    let made = expressions.get(key);
    if (made === undefined) {
      made = compile(key, ['state', 'mode', 'zero', 'H', ${variants.map(({ type }) => `'${type}'`).join(', ')}])(state, mode, zero, H, ${variants.map(({ type }) => type).join(', ')});
      expressions.set(key, made);
    }
    return made;
  },
  highs: H,
  high: (family, lane) => H[first[family] + lane],
  vacate: (from, to) => {
    for (let lane = from; lane < to; lane++) {
      B[lane] = -1;
      ${hasChains ? `B[${offset('r')} + lane] = -1;` : ''}
    }
  },
  raise: (family, lane, time) => { H[first[family] + lane] = time; },
  base: (family, lane) => B[first[family] + lane],
  charge: change => { underOf = undefined; mode.charging += change; state.isCharging = mode.charging !== 0; words.charging[0] = mode.charging; },
  lane: (times, family, lane) => times[family + lane],
  raiseTo: (tops, times) => { ${all.map((field, i) => `if (times.${field} > tops[${i}]) tops[${i}] = times.${field};`).join(' ')} },
  spill: (words, at, times) => { ${all.map((field, i) => `words[at + ${i}] = times.${field};`).join(' ')} },
  fill: (words, at) => ${newTime(full, (_, i) => `words[at + ${i}]`)},
});`;
}

/** What exists for every class of times, with its parameters. */
const dispatched = [
  ['op1', 'a'],
  ['op2', 'a, b'],
  ['op3', 'a, b, c'],
  ['under', 'a'],
  ['touch', 'a'],
  ['when', 'control, condition'],
  ['begin', 'control, lane, into'],
  ['copy', 'a'],
  ['snapshot', ''],
  ['isAtHigh', 'lane'],
  ['gather', 'f, at'],
  ['scatter', 'f, at, times, holder'],
  ['chained', 'times, chain'],
  ['pass', 'a, b'],
] as const;

/** A class of times, and the arithmetic that makes them. */
interface Variant {
  readonly name: string;
  readonly type: string;
  readonly families: readonly Family[];
  readonly fields: readonly string[];
  /** Where a field lies in the arrays that have all. */
  readonly place: (field: string) => number;
}

const fieldsOf = ({ lanes }: Layout, families: readonly Family[]): string[] =>
  families.flatMap(family => Array.from({ length: lanes }, (_, lane) => `${family}${lane}`));

/** From that with the fewest families to that with all. */
function variantsOf(layout: Layout): Variant[] {
  const all = fieldsOf(layout, layout.families);
  const place = (field: string) => all.indexOf(field);
  const sets: Family[][] = [['s'], ['s', 'm'], ['s', 'r'], ['s', 'r', 'm']];
  return sets
    .filter(set => set.every(family => layout.families.includes(family)))
    .map(families => {
      const name = families.join('');
      return { name: `of_${name}`, type: `T_${name}`, families, fields: fieldsOf(layout, families), place };
    });
}

function classText({ type, fields }: Variant, all: readonly string[]): string {
  const missing = all.filter(field => !fields.includes(field));
  const read = (field: string) => (field[0] === 'r' ? `this.s${field.slice(1)}` : '0');
  return `class ${type} { constructor(${fields.join(', ')}, conditional, chain) {
  ${fields.map(field => `this.${field} = ${field};`).join(' ')} this.conditional = conditional; this.chain = chain; this.id = 0; }
  ${missing.map(field => `get ${field}() { return ${read(field)}; }`).join(' ')} }`;
}

const newTime = (
  { type, fields }: Variant,
  value: (field: string, at: number) => string,
  conditional = 'false',
  chain = 'undefined',
) => `new ${type}(${fields.map(value).join(', ')}, ${conditional}, ${chain})`;

const same = (field: string) => field;

const raiseText = (field: string, { place }: Variant) =>
  `if (${field} > H[${place(field)}]) H[${place(field)}] = ${field};`;

/** Each field is the latest of control and operands, each plus the operations between it and the result. */
function updatedText(
  variant: Variant,
  fields: readonly string[],
  operands: readonly { name: string; depth: number }[],
  depth = 1,
): string {
  const plus = (text: string, count: number) => (count === 0 ? text : `${text} + ${count}`);
  return fields
    .map(field => {
      const latest = operands.map(
        operand =>
          `{ const x = ${plus(`${operand.name}.${field}`, operand.depth - 1)}; if (x > ${field}) ${field} = x; }`,
      );
      return `let ${field} = ${plus(`control.${field}`, depth - 1)}; ${latest.join(' ')} ${field}++; ${raiseText(field, variant)}`;
    })
    .join(' ');
}

function operationText(variant: Variant, names: readonly string[]): string {
  const operands = names.map(name => ({ name, depth: 1 }));
  return `(${names.join(', ')}) => {
    if (!state.active) return zero;
    const control = state.control; state.work++;
    ${updatedText(variant, variant.fields, operands)}
    return ${newTime(variant, same)};
  }`;
}

/** Code of one form of expression. */
export function expressionText(layout: Layout, { depths, depth, work }: ExpressionForm): string {
  const operands = depths.map((each, at) => ({ name: `a${at}`, depth: each }));
  const names = operands.map(({ name }) => name).join(', ');
  const variants = variantsOf(layout);
  const text = (variant: Variant) =>
    `const ${variant.name} = (control, ${names}) => { ${updatedText(variant, variant.fields, operands, depth)} return ${newTime(variant, same)}; };`;
  const condition = ({ families }: Variant) =>
    layout.families
      .filter(family => family !== 's')
      .map(
        family => `${families.includes(family) ? '' : '!'}${family === 'r' ? 'mode.apart' : '(mode.charging !== 0)'}`,
      )
      .join(' && ') || 'true';
  return `'use strict'; ${variants.map(text).join('\n')}
    return (${names}) => {
      if (!state.active) return zero;
      state.work += ${work};
      const control = state.control;
      ${variants.map(variant => `if (${condition(variant)}) return ${variant.name}(control, ${names});`).join('\n')}
    };`;
}

function arithmetic(variant: Variant, lanes: number): string {
  const { fields, families, type, place } = variant;
  const charged = fields.filter(field => field[0] === 'm');
  const ofLane = (lane: number) => families.map(family => `${family}${lane}`);
  const covers = (a: string, b: string) => fields.map(field => `${a}.${field} >= ${b}.${field}`).join(' && ');
  const touch =
    charged.length === 0
      ? 'a => a'
      : `a => {
    if (!state.active) return a;
    const control = state.control;
    ${fields.map(field => `let ${field} = a.${field};`).join(' ')}
    ${charged.map(field => `if (control.${field} > ${field}) ${field} = control.${field}; ${field}++; ${raiseText(field, variant)}`).join(' ')}
    return ${newTime(variant, same, 'false', 'a.chain')};
  }`;
  const each = (template: (field: string) => string) =>
    Array.from({ length: lanes }, (_, lane) => `case ${lane}: ${ofLane(lane).map(template).join(' ')} break;`).join(
      ' ',
    );
  const atHigh = (lane: number) => ofLane(lane).map(field => `control.${field} === H[${place(field)}]`);
  return `(() => {
  const covers = (a, b) => ${covers('a', 'b')};
  /** What is ready at once waits for no more than the conditions in force, and is made once for each. */
  const zeroUnder = control => {
    underOf = control;
    return underZero = covers(zero, control) ? zero : ${newTime(variant, field => `control.${field}`)};
  };
  const joined = (a, b) => ${newTime(variant, field => `a.${field} > b.${field} ? a.${field} : b.${field}`)};
  return {
    later: (a, b) => b.chain === undefined && covers(b, a) ? b : a.chain === undefined && covers(a, b) ? a : joined(a, b),
    op1: ${operationText(variant, ['a'])},
    op2: ${operationText(variant, ['a', 'b'])},
    op3: ${operationText(variant, ['a', 'b', 'c'])},
    under: a => {
      const control = state.control;
      if (!control.conditional) return a;
      if (a === zero) return underOf === control ? underZero : zeroUnder(control);
      if (covers(a, control)) return a;
      const result = joined(a, control);
      if (a.chain !== undefined) result.chain = a.chain;
      return result;
    },
    touch: ${touch},
    when: (control, condition) => {
      if (control.conditional && covers(control, condition)) return control;
      const result = joined(control, condition); result.conditional = true; return result;
    },
    begin: (control, lane, into) => {
      let result;
      if (into instanceof ${type}) {
        result = into;
        if (into === underOf) underOf = undefined;
        if (result !== control) { ${fields.map(field => `result.${field} = control.${field};`).join(' ')} result.conditional = control.conditional; }
        result.id = 0;
      } else result = ${newTime(variant, field => `control.${field}`, 'control.conditional')};
      switch (lane) { ${each(field => `result.${field} = B[${place(field)}] = H[${place(field)}];`)} }
      return result;
    },
    copy: a => ${newTime(variant, field => `a.${field}`, 'a.conditional', 'a.chain')},
    snapshot: () => ${newTime(variant, field => `H[${place(field)}]`)},
    isAtHigh: lane => {
      const control = state.control;
      switch (lane) { ${Array.from({ length: lanes }, (_, lane) => `case ${lane}: return ${atHigh(lane).join(' && ')};`).join(' ')} }
    },
    gather: (f, at) => ${newTime(variant, field => `f[${place(field)}] === undefined ? 0 : f[${place(field)}][at]`)},
    scatter: (f, at, times, holder) => {
      const tops = holder.tops;
      ${fields
        .map(field => {
          const i = place(field);
          return `const ${field} = times.${field}; if (f[${i}] !== undefined) f[${i}][at] = ${field}; else if (${field} !== 0) holder.field(${i})[at] = ${field}; if (${field} > tops[${i}]) tops[${i}] = ${field};`;
        })
        .join(' ')}
    },
    chained: (times, chain) => ${newTime(variant, field => `times.${field}`, 'times.conditional', 'chain')},
    pass: (a, b) => {
      if (b.chain === undefined) return a;
      const chain = a.chain !== undefined && a.chain.group === b.chain.group ? a.chain : undefined;
      const inOrder = b.chain.inOrder.map((_, lane) => chain !== undefined && chain.since[lane] === b.chain.since[lane] ? chain.inOrder[lane] : Math.max(a['r' + lane], b.chain.since[lane]));
      return ${newTime(variant, field => `a.${field}`, 'false', '{ ...b.chain, inOrder }')};
    },
    ${families.includes('r') ? `extend: ${extendText(variant, lanes)}` : ''}
  }; })()`;
}

/** An update of a chain, with its state in family `r`. */
function extendText(variant: Variant, lanes: number): string {
  const operands = ['a', 'b'].map(name => ({ name, depth: 1 }));
  const { fields, place } = variant;
  const lanesOf = (name: string) => Array.from({ length: lanes }, (_, lane) => `${name}${lane}`).join(', ');
  const rebalanced = fields.filter(field => field[0] === 'r');
  const others = fields.filter(field => field[0] !== 'r');
  return `(a, b, group) => {
    if (!state.active) return zero;
    const control = state.control; state.work++; state.updates++;
    const chain = a.chain !== undefined && a.chain.group === group ? a.chain : undefined;
    if (a.chain !== undefined && a.chain.lost !== undefined && a.chain.lost.has(group)) onLost(state);
    ${updatedText(variant, others, operands)}
    ${rebalanced
      .map(
        (field, k) => `let o${k} = control.${field}; if (b.${field} > o${k}) o${k} = b.${field};
      let ${field}, l${k}, n${k}, q${k}; const b${k} = B[${place(field)}];
      if (chain !== undefined && chain.since[${k}] === b${k}) {
        n${k} = chain.updates[${k}] + 1; q${k} = (chain.inOrder[${k}] > o${k} ? chain.inOrder[${k}] : o${k}) + 1;
        l${k} = chain.latest[${k}] > o${k} ? chain.latest[${k}] : o${k};
        const t = l${k} + levels(n${k}); ${field} = t < q${k} ? t : q${k};
      } else {
        l${k} = a.${field} > o${k} ? a.${field} : o${k}; n${k} = 1; q${k} = l${k} + 1; ${field} = l${k} + 1;
      }
      ${raiseText(field, variant)}`,
      )
      .join('\n')}
    const latest = [${lanesOf('l')}], updates = [${lanesOf('n')}], inOrder = [${lanesOf('q')}], since = [${lanesOf('b')}];
    return ${newTime(variant, same, 'false', '{ group, latest, updates, inOrder, since }')};
  }`;
}
