import { expressionText, kitText } from './time-text.ts';

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

/**
 * An expression of several operations, from the values that it is made of. Its result is the latest of them, each plus
 * the operations on its way: max(max(a, b) + 1, c) + 1 = max(a + 2, b + 2, c + 1). Nothing in it is later than the
 * result, so high-water marks need no more.
 */
export interface ExpressionForm {
  /** Operations between each leaf and the result. */
  readonly depths: readonly number[];
  /** On the longest way, leaves at time 0 included: the conditions in force are waited for by all. */
  readonly depth: number;
  /** Operations in all. */
  readonly work: number;
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
  /** Family `r` is kept apart from `s` (see `keepApart`). */
  isApart: boolean;
  /** Loads and stores are charged. */
  isCharging: boolean;
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
  /**
   * A copy of `control` in which the lane begins anew at its high-water mark.
   *
   * @param into a time that is nobody's any more, to make it in
   */
  begin(control: Times, lane: number, into?: Times): Times;
  copy(times: Times): Times;
  /** Several operations at once, made for one form of expression. */
  expression(form: ExpressionForm): (...leaves: Times[]) => Times;
  /** Places of the families' first lanes in `highs`; −1 for those that are not kept. */
  readonly first: Readonly<Record<Family, number>>;
  /**
   * Family `r` is kept apart from here on. As long as no chain was updated its times are those of family `s`, and
   * neither made nor stored: whoever works on its fields by itself says so first.
   */
  keepApart(): void;
  /** The high-water mark now, as a time. */
  snapshot(): Times;
  /** Highest time in each lane so far: the lanes of the first family, then those of the next. */
  readonly highs: Int32Array;
  /** Whether control is as late as anything in a lane so far; in family `m` only while loads and stores are charged. */
  isAtHigh(lane: number): boolean;
  /** From here on loads and stores are charged by so many regions more, or fewer. */
  charge(change: number): void;
  high(family: Family, lane: number): number;
  /** Moves a lane's high-water mark. */
  raise(family: Family, lane: number, time: number): void;
  /**
   * No region has these lanes now. A chain that is updated meanwhile belongs to none of the regions that will have them, even
   * to one that begins at the time at which the last one began.
   */
  vacate(from: number, to: number): void;
  /** What the lane's region began at; −1 while it has none. */
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

/** Compiled arithmetic, by layout and form: runs that follow each other in one process share it. */
const compiled = new Map<string, Compiled>();
type Compiled = (...shared: unknown[]) => unknown;

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
  const key = JSON.stringify(layout);
  const once = (name: string, parameters: readonly string[], text: () => string): Compiled => {
    const known = compiled.get(name) ?? (new Function(...parameters, text()) as Compiled);
    compiled.set(name, known);
    return known;
  };
  const make = once(key, ['words', 'onLost'], () => kitText(layout))(words, onLost) as Compiled;
  return make(layout, (form: string, names: readonly string[]) =>
    once(key + form, names, () => expressionText(layout, JSON.parse(form) as ExpressionForm)),
  ) as TimeKit;
}

/** Times in memory are 32-bit; a run that gets near this many operations is stopped before. */
export const limit = 2 ** 31 - 1;
