import type { Family, Layout } from './times.ts';

/**
 * Times that lie in numbered slots of one memory. A slot holds vectors of four lanes, those of each family in turn, then
 * a vector with the time's identity (0 for time 0), whether it is a control with a condition in it, and the chain that it
 * is a result of (0 for none; below 0 where the chain's state was not kept), with the chain's state behind that: four
 * numbers a lane. Array elements have slots as well; in long arrays they end before the chain's state.
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
  /** Addresses of numbers. */
  readonly highs: number;
  readonly bases: number;
  readonly work: number;
  readonly charging: number;
  readonly ids: number;
  readonly updates: number;
  /** From where on slots are those of elements, and those of long arrays' elements. */
  readonly rowsFrom: number;
  readonly longFrom: number;
}

/** Slots that are always there: time 0, the control in force, what was returned last; a ring for places that are no elements; then the free ones. */
export const fixed = { zero: 0, control: 1, returned: 2, ring: 6, free: 70 } as const;
export const ringSlots = fixed.free - fixed.ring;

/** Offsets in the last vector. */
export const marks = { id: 0, conditional: 4, chain: 8 } as const;

/** Reserved, not used: pages that nothing reaches are never touched. */
export const spaceBytes = 2 ** 30;
const vector = 16;

/** @returns undefined where lanes do not fill vectors */
export function slotLayout({ lanes, families }: Layout): SlotLayout | undefined {
  if (lanes % 4 !== 0) return undefined;
  const header = 4 * lanes * families.length;
  const chain = header + vector;
  const bytes = chain + (families.includes('r') ? 16 * lanes : 0);
  const work = 5 * bytes;
  return {
    ...{ families, lanes, bytes, shortBytes: chain, header, chain, highs: 3 * bytes, bases: 4 * bytes },
    ...{ work, charging: work + 4, ids: work + 8, updates: work + 12 },
    ...{ rowsFrom: spaceBytes / 4, longFrom: spaceBytes / 2 },
  };
}
