/**
 * What happens in a piece of straight code to times, dates and regions, as data: a block becomes one function of
 * WebAssembly (`block-module.ts`).
 */
export interface Block {
  /** What it is given besides the frame: subscripts, and outcomes of conditions. */
  readonly given: readonly ('subscript' | 'outcome')[];
  readonly steps: readonly Step[];
}

/** Regions and outcomes divide a block; what is between them is gathered. */
export type Step =
  | { readonly do: 'gathered'; readonly code: readonly Instruction[] }
  /** A call of the function begins; its frame has so many slots. */
  | { readonly do: 'enter'; readonly region: number; readonly at: Place; readonly size: number }
  | { readonly do: 'leave'; readonly at: Place }
  /**
   * An iteration of a loop begins: the first, a later one, or either; one that `keeps` control is a later one, and nothing but
   * the loop's test has changed control since the one before began. Two slots are for its controls: that of the entry, that
   * of new iterations.
   */
  | {
      readonly do: 'iterate';
      readonly region: number;
      readonly at: Place;
      readonly which: 'first' | 'later' | 'keeps' | 'either';
    }
  | { readonly do: 'leave-loop'; readonly at: Place }
  /** A branch went one way; loops that it can leave wait for it. */
  | { readonly do: 'branch'; readonly site: number; readonly outcome: number; readonly loops: readonly Place[] }
  /** A branch of several ways went this one. */
  | { readonly do: 'case'; readonly site: number; readonly way: number }
  /** A loop's test; without an outcome where what ran so far was an iteration in any case. */
  | {
      readonly do: 'test';
      readonly at: Place;
      readonly site: number;
      readonly carried: boolean;
      readonly outcome: number | undefined;
    };

/** A slot of the function's frame, or one that is always there. */
export interface Place {
  readonly of: 'frame' | 'fixed';
  readonly slot: number;
}

/** Values are numbered by the instruction that makes them. */
export type Instruction =
  /** A loop is about to start. */
  | { readonly do: 'prepare'; readonly at: Place }
  /** An array is handed on. */
  | { readonly do: 'hand'; readonly to: Place; readonly from: Place }
  /** A variable is made, read, written. */
  | { readonly do: 'make'; readonly at: Place }
  | { readonly do: 'read' | 'change'; readonly at: Place; readonly site: number }
  /** An access to an element; `silent` is given where a store may leave it as it is. */
  | {
      readonly do: 'access';
      readonly how: 'load' | 'load-only' | 'store' | 'update';
      readonly array: Place;
      readonly subscript: number;
      readonly silent: number | undefined;
      readonly site: number;
    }
  /** Time 0. */
  | { readonly do: 'zero' }
  /** What a slot holds, or the element of an access. */
  | { readonly do: 'slot'; readonly at: Place }
  | { readonly do: 'element'; readonly access: number }
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
  | { readonly do: 'store'; readonly access: number; readonly on: readonly [number] }
  /** A control also waits for a condition: on data if its time is not 0, or for certain. */
  | { readonly do: 'wait'; readonly at: Place; readonly on: readonly [number]; readonly certain: boolean }
  /** A control as it is, from one slot to another. */
  | { readonly do: 'copy'; readonly to: Place; readonly from: Place };
