/**
 * What happens to times in a piece of straight code, as data: a block becomes one function of WebAssembly
 * (`block-module.ts`). Values are numbered by the instruction that makes them.
 */
export interface Block {
  readonly code: readonly Instruction[];
  /** Addresses of elements that it is given. */
  readonly keys: number;
}

/** A slot of the function's frame, or one that is always there. */
export interface Place {
  readonly of: 'frame' | 'fixed';
  readonly slot: number;
}

export type Instruction =
  /** Time 0. */
  | { readonly do: 'zero' }
  /** What a slot holds, or an element. */
  | { readonly do: 'slot'; readonly at: Place }
  | { readonly do: 'element'; readonly key: number }
  /** One operation: the latest operand (and control) plus 1. */
  | { readonly do: 'operate'; readonly on: readonly number[] }
  /** An update of a chain by an operand; its state lies in a slot. */
  | { readonly do: 'extend'; readonly on: readonly [number, number]; readonly group: number; readonly home: Place }
  /** The later of two; `keeps` tells which chain goes on: that of the only one that is not 0, or the first's. */
  | { readonly do: 'join'; readonly on: readonly [number, number]; readonly keeps: 'only' | 'first' }
  /** Waits for the conditions in force. */
  | { readonly do: 'under'; readonly on: readonly [number] }
  /** One load or store, which costs in family `m` only. */
  | { readonly do: 'touch'; readonly on: readonly [number] }
  | { readonly do: 'write'; readonly to: Place; readonly on: readonly [number] }
  | { readonly do: 'store'; readonly key: number; readonly on: readonly [number] }
  /** A control also waits for a condition: on data if its time is not 0, or for certain. */
  | { readonly do: 'wait'; readonly at: Place; readonly on: readonly [number]; readonly certain: boolean }
  /** A control as it is, from one slot to another. */
  | { readonly do: 'copy'; readonly to: Place; readonly from: Place };
