import type { Instruction } from './block.ts';
import { accessesOf } from './block-accesses.ts';
import { type BlockPlaces, charging, lanesInUse, zero } from './block-places.ts';
import { idsAt, updatesAt, workAt } from './core.ts';
import { basesAt, fixed, highsAt, marks } from './slot-layout.ts';
import type { Family } from './times.ts';
import {
  addition,
  addVector,
  andVector,
  type Code,
  call,
  choose,
  either,
  get,
  isBelow,
  isOther,
  isSame,
  load,
  loadVector,
  maxVector,
  minVector,
  multiply,
  noVector,
  number,
  oneEach,
  same,
  select,
  set,
  shiftRight,
  splat,
  store,
  storeVector,
  subtract,
  toFloat,
  when,
  without,
} from './wasm-code.ts';

const vector = 16;
/** Locals for vectors besides the piece's values. */
const scratchVectors = 9;

/** How many locals for vectors a piece takes. */
export const vectorsOf = (code: readonly Instruction[]): number => code.length + scratchVectors;

/** Where the marks of a value are: code for its identity, its chain, and the slot of the chain's state. */
interface Mark {
  readonly id: Code;
  /** Certainly another than 0. */
  readonly isTime: boolean;
  /** Undefined for none. */
  readonly chain: Code | undefined;
  readonly state: Code;
}

/**
 * A piece of straight code does four things in turn. First the dates of reads and writes, and the addresses of elements. Then
 * the marks: which values are time 0, or results of a chain, whose state is copied along. Then the times, one vector of
 * four lanes after the other as far as lanes are in use (older values of others stand below what begins in them), each for all
 * of the instructions: what stays in the piece never reaches memory. Then the states of chains that it itself went on
 * with. An operation on two values is a maximum (two where none of its operands already waits for control) and an addition
 * for each vector: at four vectors and three instructions a nanosecond some 3 ns, where a function for each took 10 and more.
 */
export class GatheredCode {
  readonly #code: readonly Instruction[];
  readonly #places: BlockPlaces;
  /** Values whose marks are asked for. */
  readonly #marked: ReadonlySet<number>;
  readonly #marks: Mark[] = [];
  #addresses: ReadonlyMap<number, Code> = new Map();
  #ids = 0;
  readonly #base: number;

  constructor(code: readonly Instruction[], places: BlockPlaces) {
    this.#code = code;
    this.#places = places;
    this.#marked = markedOf(code);
    this.#base = places.number();
  }

  body(): Code {
    const { families } = this.#places.layout;
    const accesses = accessesOf(this.#code, this.#places);
    this.#addresses = accesses.addresses;
    const late: number[] = [];
    const early: number[] = [];
    for (let at = 0; at < this.#code.length; at++) for (const byte of this.#mark(at, late)) early.push(byte);
    const count = (wanted: (at: Instruction) => boolean): number => this.#code.filter(wanted).length;
    const add = (address: number, by: number): Code =>
      by === 0 ? [] : [...number(address), ...number(address), ...load(0), ...number(by), ...addition, ...store(0)];
    const charge = families.includes('m') ? this.#vectors('m') : [];
    return [
      ...accesses.code,
      ...(this.#ids > 0 ? [...number(idsAt), ...load(0), ...set(this.#base)] : []),
      ...add(idsAt, this.#ids),
      ...early,
      ...this.#vectors('s', 'r'),
      ...(charge.length > 0 ? when([...charging, ...load(0)], charge) : []),
      ...late,
      ...add(
        workAt,
        count(at => at.do === 'operate' || at.do === 'extend'),
      ),
      ...add(
        updatesAt,
        count(at => at.do === 'extend'),
      ),
    ];
  }

  /** All instructions for the lanes in use, one vector after the other. */
  #vectors(...wanted: readonly Family[]): Code {
    const { families, lanes } = this.#places.layout;
    let code: Code = [];
    for (let v = lanes / 4 - 1; v >= 0; v--) {
      const own = families.flatMap((family, k) =>
        wanted.includes(family) ? this.#position(family, { k, at: 4 * lanes * k + vector * v, v }) : [],
      );
      if (own.length === 0) return [];
      const further =
        code.length === 0 ? [] : when([...number(4 * (v + 1)), ...lanesInUse, ...load(0), ...isBelow], code);
      code = [...own, ...further];
    }
    return code;
  }

  #vector(at: number): number {
    return this.#places.vector(at);
  }

  #newId(): Code {
    return [...get(this.#base), ...number(++this.#ids), ...addition];
  }

  /** Keeps a number. */
  #kept(code: Code, out: number[]): Code {
    const local = this.#places.number();
    out.push(...code, ...set(local));
    return get(local);
  }

  // Marks

  #mark(at: number, late: number[]): Code {
    const instruction = this.#code[at]!;
    const out: number[] = [];
    const { header } = this.#places.layout;
    switch (instruction.do) {
      case 'write':
        this.#setMarks(instruction.on[0], this.#places.address(instruction.to), this.#places.pointer(instruction.to), {
          out,
          late,
        });
        break;
      case 'store': {
        const code = this.#addresses.get(instruction.access)!;
        this.#setMarks(instruction.on[0], { code, offset: 0 }, code, { out, late });
        break;
      }
      case 'wait': {
        const { code, offset } = this.#places.address(instruction.at);
        const place = offset + header + marks.conditional;
        const { id, isTime } = this.#marks[instruction.on[0]]!;
        if (instruction.certain || isTime) out.push(...code, ...number(1), ...store(place));
        else
          out.push(...[...code, ...code, ...load(place), ...id, ...number(0), ...isOther, ...either], ...store(place));
        break;
      }
      case 'copy': {
        const to = this.#places.address(instruction.to);
        const from = this.#places.address(instruction.from);
        out.push(...to.code, ...from.code, ...loadVector(from.offset + header), ...storeVector(to.offset + header));
        break;
      }
      default:
        if (this.#marked.has(at)) this.#marks[at] = this.#markOf(at, instruction, out);
    }
    return out;
  }

  #setMarks(
    value: number,
    { code, offset }: { code: Code; offset: number },
    pointer: Code,
    { out, late }: { out: number[]; late: number[] },
  ): void {
    const { header, families } = this.#places.layout;
    const { id, chain, state } = this.#marks[value]!;
    out.push(...code, ...id, ...store(offset + header));
    out.push(...code, ...(chain ?? zero), ...store(offset + header + marks.chain));
    if (chain === undefined || !families.includes('r')) return;
    const copied = when(chain, [...pointer, ...state, ...chain, ...call(this.#places.functions.copyChain!)]);
    (this.#isOwn(value) ? late : out).push(...copied);
  }

  /** The chain may be one that the block itself goes on with. */
  #isOwn(value: number): boolean {
    const at = this.#code[value]!;
    if (at.do === 'extend') return true;
    if (at.do === 'join') return at.on.some(on => this.#isOwn(on));
    return (at.do === 'under' || at.do === 'touch') && this.#isOwn(at.on[0]);
  }

  #markOf(at: number, instruction: Instruction, out: number[]): Mark {
    const { header } = this.#places.layout;
    switch (instruction.do) {
      case 'zero':
        return { id: zero, isTime: false, chain: undefined, state: zero };
      case 'slot': {
        const { code, offset } = this.#places.address(instruction.at);
        return this.#found(code, offset + header, this.#places.pointer(instruction.at), out);
      }
      case 'element': {
        const code = this.#addresses.get(instruction.access)!;
        return this.#found(code, header, code, out);
      }
      case 'operate':
        return { id: this.#newId(), isTime: true, chain: undefined, state: zero };
      case 'extend': {
        this.#checkLost(instruction.on[0], instruction.group, out);
        const chain = number(instruction.group);
        return { id: this.#newId(), isTime: true, chain, state: this.#places.pointer(instruction.home) };
      }
      case 'join':
        return this.#joined(instruction, out);
      case 'under': {
        const mark = this.#marks[instruction.on[0]]!;
        const conditional = fixed.control * this.#places.layout.bytes + header + marks.conditional;
        const id = [...this.#newId(), ...mark.id, ...zero, ...load(conditional), ...choose];
        return { ...mark, id: this.#kept(id, out) };
      }
      case 'touch': {
        const mark = this.#marks[instruction.on[0]]!;
        if (!this.#places.layout.families.includes('m')) return mark;
        return { ...mark, id: this.#kept([...this.#newId(), ...mark.id, ...charging, ...load(0), ...choose], out) };
      }
      default:
        throw new RangeError(`instruction ${at} has no marks`);
    }
  }

  #found(code: Code, header: number, state: Code, out: number[]): Mark {
    const id = this.#kept([...code, ...load(header)], out);
    const chain = this.#kept([...code, ...load(header + marks.chain)], out);
    return { id, isTime: false, chain, state };
  }

  #checkLost(value: number, group: number, out: number[]): void {
    const { chain } = this.#marks[value]!;
    if (chain === undefined) return;
    out.push(...when([...chain, ...number(-1 - group), ...isSame], call(this.#places.functions.lost!)));
  }

  /** `join` and `withAddress` of the general tier: what is 0, or the same, leaves the other as it is. */
  #joined({ on, keeps }: Extract<Instruction, { do: 'join' }>, out: number[]): Mark {
    const [a, b] = on.map(value => this.#marks[value]!) as [Mark, Mark];
    const isTime = a.isTime || b.isTime;
    const pick = (yes: Code, no: Code, condition: Code): Code => [...yes, ...no, ...condition, ...choose];
    const isSameId: Code = [...a.id, ...b.id, ...isSame];
    const both = pick(b.id, this.#newId(), isSameId);
    const orFirst = b.isTime ? both : pick(both, a.id, b.id);
    const id = this.#kept(a.isTime ? orFirst : pick(orFirst, b.id, a.id), out);
    const chainOf = ({ chain }: Mark): Code => chain ?? zero;
    if (keeps === 'first') {
      if (a.isTime || b.chain === undefined) return { id, isTime, chain: a.chain, state: a.state };
      return {
        ...{ id, isTime },
        chain: this.#kept(pick(chainOf(a), chainOf(b), a.id), out),
        state: this.#kept(pick(a.state, b.state, a.id), out),
      };
    }
    if (a.chain === undefined && b.chain === undefined) return { id, isTime, chain: undefined, state: zero };
    // The chain of b if a is 0 or the same, that of a if b is 0.
    const ofBoth = pick(chainOf(b), zero, isSameId);
    const ofFirst = b.isTime ? ofBoth : pick(ofBoth, chainOf(a), b.id);
    return {
      ...{ id, isTime },
      chain: this.#kept(a.isTime ? ofFirst : pick(ofFirst, chainOf(b), a.id), out),
      state: this.#kept(
        a.isTime ? pick(b.state, a.state, b.id) : pick(pick(b.state, a.state, b.id), b.state, a.id),
        out,
      ),
    };
  }

  // Times

  /** All instructions for one vector. */
  #position(family: Family, { k, at, v }: { k: number; at: number; v: number }): Code {
    const { layout } = this.#places;
    const { bytes } = layout;
    const highs = highsAt(layout, k) + vector * v;
    const bases = basesAt(layout, k) + vector * v;
    const code = this.#code;
    const out: number[] = [];
    const own = (value: number): Code => get(this.#vector(value));
    const scratch = (k: number): number => this.#vector(code.length + k);
    const controlLocal = scratch(0);
    const highest = scratch(1);
    const control = fixed.control * bytes + at;
    let hasControl = false;
    let hasHighest = false;
    const inControl = (): Code => {
      if (!hasControl) out.push(...zero, ...loadVector(control), ...set(controlLocal));
      hasControl = true;
      return get(controlLocal);
    };
    // Values that are not earlier than control.
    let late = new Set<number>();
    const raise = (value: number): void => {
      if (code.some(other => (other.do === 'operate' || other.do === 'extend') && other.on.includes(value))) return;
      out.push(...(hasHighest ? [...get(highest), ...own(value), ...maxVector] : own(value)), ...set(highest));
      hasHighest = true;
    };
    const plusOne = (on: readonly number[], value: number): void => {
      const first = on.some(operand => late.has(operand)) ? [] : inControl();
      const terms = [...(first.length > 0 ? [first] : []), ...on.filter(o => code[o]!.do !== 'zero').map(own)];
      if (terms.length === 0) terms.push(inControl());
      const latest = terms.flatMap((term, place) => (place === 0 ? term : [...term, ...maxVector]));
      out.push(...latest, ...oneEach, ...addVector, ...set(this.#vector(value)));
      late.add(value);
      raise(value);
    };
    for (const [value, instruction] of code.entries()) {
      switch (instruction.do) {
        case 'zero':
          out.push(...noVector, ...set(this.#vector(value)));
          break;
        case 'slot': {
          const { code: base, offset } = this.#places.address(instruction.at);
          out.push(...base, ...loadVector(offset + at), ...set(this.#vector(value)));
          break;
        }
        case 'element':
          out.push(...this.#addresses.get(instruction.access)!, ...loadVector(at), ...set(this.#vector(value)));
          break;
        case 'operate':
          plusOne(instruction.on, value);
          break;
        case 'extend':
          if (family === 'r') {
            out.push(...this.#extend(instruction, { value, at, v, control: inControl(), bases, scratch }));
            late.add(value);
            raise(value);
          } else plusOne(instruction.on, value);
          break;
        case 'join': {
          const [a, b] = instruction.on;
          out.push(...own(a), ...own(b), ...maxVector, ...set(this.#vector(value)));
          if (late.has(a) || late.has(b)) late.add(value);
          break;
        }
        case 'under': {
          const [a] = instruction.on;
          out.push(...own(a), ...(late.has(a) ? [] : [...inControl(), ...maxVector]), ...set(this.#vector(value)));
          late.add(value);
          break;
        }
        case 'touch': {
          const [a] = instruction.on;
          if (family === 'm') {
            plusOne([a], value);
            break;
          }
          out.push(...own(a), ...set(this.#vector(value)));
          if (late.has(a)) late.add(value);
          break;
        }
        case 'write': {
          const { code: base, offset } = this.#places.address(instruction.to);
          out.push(...base, ...own(instruction.on[0]), ...storeVector(offset + at));
          break;
        }
        case 'store':
          out.push(...this.#addresses.get(instruction.access)!, ...own(instruction.on[0]), ...storeVector(at));
          break;
        case 'wait': {
          const { code: base, offset } = this.#places.address(instruction.at);
          const [condition] = instruction.on;
          if (instruction.at.of === 'fixed') {
            out.push(...inControl(), ...own(condition), ...maxVector, ...set(controlLocal));
            out.push(...zero, ...get(controlLocal), ...storeVector(control));
            late = new Set(late.has(condition) ? [condition] : []);
          } else {
            out.push(...base, ...base, ...loadVector(offset + at), ...own(condition), ...maxVector);
            out.push(...storeVector(offset + at));
          }
          break;
        }
        case 'copy': {
          const to = this.#places.address(instruction.to);
          const from = this.#places.address(instruction.from);
          if (instruction.to.of === 'fixed') {
            out.push(...from.code, ...loadVector(from.offset + at), ...set(controlLocal));
            out.push(...zero, ...get(controlLocal), ...storeVector(control));
            hasControl = true;
            late = new Set();
          } else out.push(...to.code, ...inControl(), ...storeVector(to.offset + at));
          break;
        }
      }
    }
    if (hasHighest)
      out.push(...number(highs), ...number(highs), ...loadVector(0), ...get(highest), ...maxVector, ...storeVector(0));
    return out;
  }

  /** `extend` of `times.ts`, for one vector of the family of rebalanced chains. */
  #extend(
    { on, group, home }: Extract<Instruction, { do: 'extend' }>,
    {
      value,
      v,
      control,
      bases,
      scratch,
    }: { value: number; at: number; v: number; control: Code; bases: number; scratch: (k: number) => number },
  ): Code {
    const { chain, lanes } = this.#places.layout;
    const [a, b] = on;
    const own = get(this.#vector(a));
    const { chain: mark, state } = this.#marks[a]!;
    const [free, goesOn, last, updates, order] = [2, 3, 4, 5, 6].map(scratch) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const part = (k: number): number => chain + 4 * lanes * k + vector * v;
    const of = (k: number): Code => [...state, ...loadVector(part(k))];
    const { code: base, offset } = this.#places.address(home);
    const keep = (k: number, code: Code): Code => [...base, ...code, ...storeVector(offset + part(k))];
    const inBase: Code = [...number(bases), ...loadVector(0)];
    const levels: Code = [
      // ⌈log₂(n + 1)⌉ is the number of bits of n: the exponent of a float that no rounding up can carry into.
      ...[...get(updates), ...get(updates), ...shiftRight(1), ...without, ...toFloat],
      ...[...shiftRight(23), ...number(126), ...splat, ...subtract],
    ];
    const begin: Code = [
      ...[...own, ...get(free), ...maxVector, ...set(last)],
      ...[...oneEach, ...set(updates)],
      ...[...get(last), ...oneEach, ...addVector, ...set(order)],
    ];
    const goOn: Code = [
      // Lanes in which the region is the same as when the chain was last updated.
      ...[...of(3), ...inBase, ...same, ...number(group), ...mark!, ...isSame, ...number(-1), ...multiply],
      ...[...splat, ...andVector, ...set(goesOn)],
      ...[...of(0), ...own, ...get(goesOn), ...select, ...get(free), ...maxVector, ...set(last)],
      ...[...of(1), ...get(goesOn), ...andVector, ...oneEach, ...addVector, ...set(updates)],
      ...[...of(2), ...get(free), ...maxVector, ...get(last), ...get(goesOn), ...select],
      ...[...oneEach, ...addVector, ...set(order)],
    ];
    return [
      ...[...control, ...get(this.#vector(b)), ...maxVector, ...set(free)],
      ...(mark === undefined ? begin : goOn),
      ...[...get(last), ...levels, ...addVector, ...get(order), ...minVector, ...set(this.#vector(value))],
      ...keep(0, get(last)),
      ...keep(1, get(updates)),
      ...keep(2, get(order)),
      ...keep(3, inBase),
    ];
  }
}

/** Values whose marks a write, a store, a condition or a chain asks for. */
function markedOf(code: readonly Instruction[]): ReadonlySet<number> {
  const marked = new Set<number>();
  const mark = (value: number): void => {
    if (marked.has(value)) return;
    marked.add(value);
    const at = code[value]!;
    if (at.do === 'join' || at.do === 'under' || at.do === 'touch') for (const on of at.on) mark(on);
  };
  for (const [value, at] of code.entries()) {
    if (at.do === 'write' || at.do === 'store') mark(at.on[0]);
    else if (at.do === 'wait') mark(at.on[0]);
    else if (at.do === 'extend') {
      mark(at.on[0]);
      mark(value);
    }
  }
  return marked;
}
