import { basesFrom, highsFrom, mostLanes } from './core.ts';
import type { Family, Layout } from './times.ts';

/**
 * Times that lie in numbered slots of one memory. A slot holds vectors of four lanes, those of each family in turn, then
 * a vector with the time's identity (0 for time 0), whether it is a control with a condition in it, and the chain that it
 * is a result of (0 for none; below 0 where the chain's state was not kept), with the chain's state behind that: four
 * numbers a lane. At the end of a frame's slot is a vector for the dates of a variable, the activation of a loop, or the
 * number of an array. Array elements have slots as well; in long arrays they end before the chain's state.
 */
export interface SlotLayout {
  readonly families: readonly Family[];
  readonly lanes: number;
  /** Of a slot, in bytes; and without room for a chain's state. */
  readonly bytes: number;
  readonly shortBytes: number;
  /** Offset of a slot's marks, and of the state of its chain: the latest operand, updates, source order, since when. */
  readonly header: number;
  readonly chain: number;
  /** Offset of what is not about times. */
  readonly dates: number;
}

/** Slots that are always there: time 0, the control in force, what was returned last; a ring for places that are no elements; then the free ones. */
export const fixed = { zero: 0, control: 1, returned: 2, ring: 3, free: 67 } as const;
export const ringSlots = fixed.free - fixed.ring;

/** Offsets in the vector of marks. */
export const marks = { id: 0, conditional: 4, chain: 8 } as const;

const vector = 16;

/** @returns undefined where lanes do not fill vectors, or are more than there is room for */
export function slotLayout({ lanes, families }: Layout): SlotLayout | undefined {
  if (lanes % 4 !== 0 || lanes > mostLanes) return undefined;
  const header = 4 * lanes * families.length;
  const chain = header + vector;
  const dates = chain + (families.includes('r') ? 16 * lanes : 0);
  return { families, lanes, bytes: dates + vector, shortBytes: chain, header, chain, dates };
}

/** Addresses of a family's first high-water mark and base. */
export const highsAt = ({ lanes }: SlotLayout, family: number): number => highsFrom + 4 * lanes * family;
export const basesAt = ({ lanes }: SlotLayout, family: number): number => basesFrom + 4 * lanes * family;
