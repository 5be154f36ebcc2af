/**
 * When a value is ready, in every region that is active: one number for each lane, in up to three families.
 *
 * A lane belongs to one region on the stack of active regions (a loop has two: the whole entry, and the current
 * iteration). Times in a lane never go back: a region that begins takes the lane's high-water mark as its base, and
 * what is older than the base counts as ready at the base. So a lane needs no tags, regions that are never active
 * together share one, and the span of a region is the high-water mark at its end minus its base. The idea of a time
 * for each region is Kremlin's (Garcia et al., PLDI 2011, §4); the clamping replaces its tags.
 *
 * The families: `s` is source order, `r` lets chains of one associative operator be rebalanced, `m` also charges 1
 * for each load and store (used for loops without any operation).
 */
export interface Times {
  /** For a control time: whether a condition on data is in it. */
  readonly conditional: boolean;
  /** Where the value is the running result of an associative chain. */
  readonly chain: Chain | undefined;
  /** Tells times apart in a tier that copies them; 0 until it has met this one. */
  id: number;
}

/** State of an associative chain, a number for each lane. */
export interface Chain {
  readonly group: number;
  /** The latest operand. */
  readonly latest: readonly number[];
  /** Updates since the region began. */
  readonly updates: readonly number[];
  /** Ready time where the chain is kept in source order. */
  readonly inOrder: readonly number[];
  /** The region's base when the chain was last updated: tells whether the numbers are of this instance. */
  readonly since: readonly number[];
  /** Not a chain's result that can be gone on with: it may be one of these, whose state was not kept. */
  readonly lost?: ReadonlySet<number>;
}

/** What keeps a time's fields in arrays. */
export interface FieldHolder {
  readonly tops: Int32Array;
  field(at: number): Int32Array;
}

/** A chain goes on from a value whose state a fast tier has not kept: the run starts again without that tier. */
export class ChainLost extends Error {
  override readonly name = 'ChainLost';
}

export type Family = 's' | 'r' | 'm';

export interface Layout {
  readonly lanes: number;
  readonly families: readonly Family[];
  /** Family `m` stands still but where `charge` says so: only loops without any operation need it. */
  readonly chargesOnDemand?: boolean;
}

/** Shared, mutable state of the tracer's arithmetic. */
export interface TimeState {
  /** Control: nothing that runs now is ready earlier. Its lanes are never below the bases of the active regions. */
  control: Times;
  /** Operations so far. */
  work: number;
  /** Chain updates so far. */
  updates: number;
  /** Off until the part that is asked about begins: what ran before is ready at time 0 and costs nothing. */
  active: boolean;
  /** A chain had to go on from a value whose state was not kept: the run is void. */
  lost: boolean;
  /** Shadows of elements made so far: what they take, and how many elements they are of. */
  shadowBytes: number;
  shadowElements: number;
}

/** The arithmetic on times, generated for a layout so that all lanes are plain fields. */
export interface TimeKit {
  readonly layout: Layout;
  readonly state: TimeState;
  readonly zero: Times;
  /** One operation on one, two, three values: the latest operand (and control) plus 1. */
  op1(a: Times): Times;
  op2(a: Times, b: Times, latency?: number): Times;
  op3(a: Times, b: Times, c: Times): Times;
  /** The later of two, at no cost. */
  join(a: Times, b: Times): Times;
  /** What is assigned now: waits for the conditions in force. */
  under(a: Times): Times;
  /** One load or store: costs 1 in family `m` only. */
  touch(a: Times): Times;
  /** An update of a chain by one more operand. */
  extend(previous: Times, operand: Times, group: number, latency?: number): Times;
  /** The time before an update that left the value alone, counting its operand. */
  pass(previous: Times, updated: Times): Times;
  /** Control that also waits for a condition. */
  when(control: Times, condition: Times): Times;
  /** A copy of `control` in which the lane begins anew at its high-water mark. */
  begin(control: Times, lane: number): Times;
  /** The high-water mark now, as a time. */
  snapshot(): Times;
  /** Highest time in each lane so far: the lanes of the first family, then those of the next. */
  readonly highs: Int32Array;
  /** Whether control is as late as anything in a lane so far; in family `m` only while loads and stores are charged. */
  isAtHigh(lane: number): boolean;
  /** From here on (+1), or no longer (−1), loads and stores are charged. */
  charge(change: 1 | -1): void;
  high(family: Family, lane: number): number;
  /** Moves a lane's high-water mark. */
  raise(family: Family, lane: number, time: number): void;
  /** What the lane's region began at. */
  base(family: Family, lane: number): number;
  lane(times: Times, family: Family, lane: number): number;
  /** Fields of a time: the lanes of the first family, then those of the next. */
  readonly width: number;
  /** The time whose fields are the arrays' elements at one place; absent arrays count as 0. */
  gather(fields: readonly (Int32Array | undefined)[], at: number): Times;
  /** The reverse; an array is asked for when its first number other than 0 arrives. */
  scatter(fields: readonly (Int32Array | undefined)[], at: number, times: Times, holder: FieldHolder): void;
  /** Raises each field's number to that of a time. */
  raiseTo(tops: Int32Array, times: Times): void;
  /** The same for fields that lie beside each other. */
  spill(words: Int32Array, at: number, times: Times): void;
  fill(words: Int32Array, at: number): Times;
  /** A copy that is the running result of a chain. */
  chained(times: Times, chain: Chain): Times;
}

/** Where a tier that keeps times elsewhere wants to find what it shares with the kit. */
export interface SharedWords {
  readonly highs: Int32Array;
  readonly bases: Int32Array;
  /** One word: how many active regions charge loads and stores. */
  readonly charging: Int32Array;
}

/** @throws RangeError for a layout without lanes */
export function createTimeKit(layout: Layout, shared?: SharedWords): TimeKit {
  if (layout.lanes < 1 || !layout.families.includes('s'))
    throw new RangeError(`a layout needs a lane and family s, not ${JSON.stringify(layout)}`);
  const onLost = (state: TimeState) => {
    state.lost = true;
    throw new ChainLost('a chain goes on from memory');
  };
  const words = shared ?? {
    highs: new Int32Array(layout.lanes * layout.families.length),
    bases: new Int32Array(layout.lanes * layout.families.length),
    charging: new Int32Array(1),
  };
  return new Function('words', source(layout))(words)(layout, onLost) as TimeKit;
}

/** Times in memory are 32-bit; a run that gets near this many operations is stopped before. */
export const limit = 2 ** 31 - 1;

function source({ lanes, families, chargesOnDemand = false }: Layout): string {
  const fields = families.flatMap(family => Array.from({ length: lanes }, (_, lane) => `${family}${lane}`));
  const of = (family: Family) => fields.filter(field => field[0] === family);
  const each = (template: (field: string) => string) => fields.map(template).join(' ');
  const max = (field: string, names: readonly string[]) =>
    `${field[0] === 'm' ? '' : 'let '}${field} = control.${field}; ${names.map(name => `if (${name}.${field} > ${field}) ${field} = ${name}.${field};`).join(' ')}`;
  const place = (field: string) => fields.indexOf(field);
  const raise = (field: string) => `if (${field} > H[${place(field)}]) H[${place(field)}] = ${field};`;
  const charged = of('m');
  const plain = fields.filter(field => field[0] !== 'm');
  const declareCharged = charged.length === 0 ? '' : `let ${charged.map(field => `${field} = 0`).join(', ')};`;
  /** Code for the fields of family `m`, skipped where nothing is charged. */
  const ifCharged = (code: string) => (charged.length === 0 ? '' : `if (charging !== 0) { ${code} }`);
  const made = `new T(${fields.join(', ')}, false, undefined)`;
  const updated = (list: readonly string[], names: readonly string[]) =>
    list.map(field => `${max(field, names)} ${field}++; ${raise(field)}`).join(' ');
  const operation = (names: readonly string[]) => `(${names.join(', ')}) => {
    if (!state.active) return zero;
    const control = state.control; state.work++;
    ${updated(plain, names)} ${declareCharged} ${ifCharged(updated(charged, names))}
    return ${made};
  }`;
  const lanesOf = (name: string) =>
    of('r')
      .map((_, lane) => `${name}${lane}`)
      .join(', ');
  const layoutCharges = chargesOnDemand ? 0 : 1;
  const hasChains = families.includes('r');
  return `'use strict';
class T { constructor(${fields.join(', ')}, conditional, chain) {
  ${each(field => `this.${field} = ${field};`)} this.conditional = conditional; this.chain = chain; this.id = 0; } }
const zero = new T(${fields.map(() => '0').join(', ')}, false, undefined);
const H = words.highs, B = words.bases;
let charging = ${layoutCharges};
words.charging[0] = charging;
const state = { control: zero, work: 0, updates: 0, active: false, lost: false, shadowBytes: 0, shadowElements: 0 };
const first = { ${families.map((family, at) => `${family}: ${at * lanes}`).join(', ')} };
const log = new Uint8Array(1 << 16);
for (let m = 1; m < log.length; m++) log[m] = Math.ceil(Math.log2(m + 1));
const levels = m => m < log.length ? log[m] : Math.ceil(Math.log2(m + 1));
const joined = (a, b) => { ${plain.map(field => `const ${field} = a.${field} > b.${field} ? a.${field} : b.${field};`).join(' ')}
  ${declareCharged} ${ifCharged(charged.map(field => `${field} = a.${field} > b.${field} ? a.${field} : b.${field};`).join(' '))} return ${made}; };
const covers = (a, b) => ${plain.map(field => `a.${field} >= b.${field}`).join(' && ')}${charged.length === 0 ? '' : ` && (charging === 0 || (${charged.map(field => `a.${field} >= b.${field}`).join(' && ')}))`};
const join = (a, b) => a === zero || a === b ? b : b === zero ? a : joined(a, b);
return (layout, onLost) => ({
  layout, state, zero, join, width: ${fields.length},
  op1: ${operation(['a'])},
  op2: ${operation(['a', 'b'])},
  op3: ${operation(['a', 'b', 'c'])},
  under: a => {
    const control = state.control;
    if (!control.conditional || covers(a, control)) return a;
    const result = joined(a, control);
    if (a.chain !== undefined) result.chain = a.chain;
    return result;
  },
  touch: ${
    families.includes('m')
      ? `a => {
    if (charging === 0 || !state.active) return a;
    const control = state.control;
    ${each(field => `let ${field} = a.${field};`)}
    ${of('m')
      .map(field => `if (control.${field} > ${field}) ${field} = control.${field}; ${field}++; ${raise(field)}`)
      .join(' ')}
    return new T(${fields.join(', ')}, false, a.chain);
  }`
      : 'a => a'
  },
  extend: ${
    hasChains
      ? `(a, b, group) => {
    if (!state.active) return zero;
    const control = state.control; state.work++; state.updates++;
    const chain = a.chain !== undefined && a.chain.group === group ? a.chain : undefined;
    if (a.chain !== undefined && a.chain.lost !== undefined && a.chain.lost.has(group)) onLost(state);
    ${updated(of('s'), ['a', 'b'])} ${declareCharged} ${ifCharged(updated(charged, ['a', 'b']))}
    ${of('r')
      .map((field, lane) => {
        const k = lane;
        return `let o${k} = control.${field}; if (b.${field} > o${k}) o${k} = b.${field};
      let ${field}, l${k}, n${k}, q${k}; const b${k} = B[${place(field)}];
      if (chain !== undefined && chain.since[${k}] === b${k}) {
        n${k} = chain.updates[${k}] + 1; q${k} = (chain.inOrder[${k}] > o${k} ? chain.inOrder[${k}] : o${k}) + 1;
        l${k} = chain.latest[${k}] > o${k} ? chain.latest[${k}] : o${k};
        const t = l${k} + levels(n${k}); ${field} = t < q${k} ? t : q${k};
      } else {
        l${k} = a.${field} > o${k} ? a.${field} : o${k}; n${k} = 1; q${k} = l${k} + 1; ${field} = l${k} + 1;
      }
      ${raise(field)}`;
      })
      .join('\n')}
    const latest = [${lanesOf('l')}], updates = [${lanesOf('n')}], inOrder = [${lanesOf('q')}], since = [${lanesOf('b')}];
    return new T(${fields.join(', ')}, false, { group, latest, updates, inOrder, since });
  }`
      : operation(['a', 'b'])
  },
  pass: (a, b) => {
    if (b.chain === undefined) return a;
    const chain = a.chain !== undefined && a.chain.group === b.chain.group ? a.chain : undefined;
    const inOrder = b.chain.inOrder.map((_, lane) => chain !== undefined && chain.since[lane] === b.chain.since[lane] ? chain.inOrder[lane] : ${hasChains ? "Math.max(a['r' + lane], b.chain.since[lane])" : '0'});
    return new T(${fields.map(field => `a.${field}`).join(', ')}, false, { ...b.chain, inOrder });
  },
  when: (control, condition) => { if (control.conditional && covers(control, condition)) return control; const result = joined(control, condition); result.conditional = true; return result; },
  begin: (control, lane) => {
    const result = new T(${fields.map(field => `control.${field}`).join(', ')}, control.conditional, undefined);
    switch (lane) { ${Array.from({ length: lanes }, (_, lane) => `case ${lane}: ${families.map(family => `result.${family}${lane} = B[${place(`${family}${lane}`)}] = H[${place(`${family}${lane}`)}];`).join(' ')} break;`).join(' ')} }
    return result;
  },
  snapshot: () => new T(${fields.map((_, at) => `H[${at}]`).join(', ')}, false, undefined),
  highs: H,
  high: (family, lane) => H[first[family] + lane],
  raise: (family, lane, time) => { H[first[family] + lane] = time; },
  base: (family, lane) => B[first[family] + lane],
  isAtHigh: lane => {
    const control = state.control;
    switch (lane) { ${Array.from({ length: lanes }, (_, lane) => `case ${lane}: return ${families.map(family => `${family === 'm' ? '(charging === 0 || ' : ''}control.${family}${lane} === H[${place(`${family}${lane}`)}]${family === 'm' ? ')' : ''}`).join(' && ')};`).join(' ')} }
  },
  charge: change => { charging += change; words.charging[0] = charging; },
  lane: (times, family, lane) => times[family + lane],
  gather: (f, at) => new T(${fields.map((_, i) => `f[${i}] === undefined ? 0 : f[${i}][at]`).join(', ')}, false, undefined),
  scatter: (f, at, times, holder) => {
    const tops = holder.tops;
    ${fields
      .map(
        (field, i) =>
          `const ${field} = times.${field}; if (f[${i}] !== undefined) f[${i}][at] = ${field}; else if (${field} !== 0) holder.field(${i})[at] = ${field}; if (${field} > tops[${i}]) tops[${i}] = ${field};`,
      )
      .join('\n    ')}
  },
  raiseTo: (tops, times) => { ${fields.map((field, i) => `if (times.${field} > tops[${i}]) tops[${i}] = times.${field};`).join(' ')} },
  spill: (words, at, times) => { ${fields.map((field, i) => `words[at + ${i}] = times.${field};`).join(' ')} },
  fill: (words, at) => new T(${fields.map((_, i) => `words[at + ${i}]`).join(', ')}, false, undefined),
  chained: (times, chain) => new T(${fields.map(field => `times.${field}`).join(', ')}, times.conditional, chain),
});`;
}
