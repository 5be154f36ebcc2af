import { type AddressSlice, findAddressSlice } from '../../target/address-slice.ts';
import type { ParsedFile } from '../../target/index.ts';
import { type Binding, type Node, resolveNames, type Scopes } from '../../target/scope.ts';
import { Counting } from './counting.ts';
import { walkFile } from './walk.ts';

/** A loop or function of a file; its number is unique in the program. */
export interface Region {
  readonly number: number;
  readonly kind: 'loop' | 'function';
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly depth: number;
  /** A loop that counters, constants and sizes alone do not end. */
  openEnded?: boolean;
  /** What is counted when it is entered, and when its body runs. */
  entries: Segment;
  body: Segment;
}

/** A stretch of a function's code that runs as one, and the counter at its beginning. */
export interface Segment {
  readonly unit: Unit;
  /** Index into the counters of its function. */
  readonly counter: number;
  /** The loops of its function around it, outermost first. */
  readonly loops: readonly Region[];
}

/** A function, or the top level of a file. */
export interface Unit {
  readonly node: Node;
  readonly region: Region;
  counters: number;
}

/** Something that is counted: it ran as often as all of its segments together. */
export interface Charge {
  /** A `catch` is a `try` statement whose handler ran; a `call` is one of a function of the file, free in itself. */
  readonly kind: 'operation' | 'load' | 'store' | 'catch' | 'call';
  readonly node: Node;
  readonly segments: readonly Segment[];
  /** The loops of its function that it belongs to, outermost first: a loop's first test runs before its body does. */
  readonly loops: readonly Region[];
  /** Operations of one execution. */
  readonly weight: number;
}

/** How a file is counted. Made of its text alone, so that the process that runs it and the one that reads agree. */
export interface FilePlan {
  readonly parsed: ParsedFile;
  readonly scopes: Scopes;
  readonly slice: AddressSlice;
  readonly regions: readonly Region[];
  readonly units: readonly Unit[];
  readonly charges: readonly Charge[];
  /** What is looked at for its type: names, and objects that have none. */
  readonly watches: ReadonlyMap<Binding | Node, number>;
  /** Places whose counts may be too high. */
  readonly uncertain: readonly { readonly line: number; readonly reason: string }[];
  readonly code: string;
}

/** Numbers at which a file's regions and watches begin. */
export interface Offsets {
  readonly regions: number;
  readonly watches: number;
}

/** Plans the counting of a file. */
export function planFile(parsed: ParsedFile, offsets: Offsets): FilePlan {
  const scopes = resolveNames(parsed.ast as Node);
  const slice = findAddressSlice(scopes);
  const walk = new Counting({ parsed, scopes, slice, offsets });
  walkFile(walk);
  return {
    parsed,
    scopes,
    slice,
    regions: walk.regions,
    units: walk.units,
    charges: walk.charges,
    watches: walk.watches,
    uncertain: walk.uncertain,
    code: walk.edits.applyTo(parsed.code),
  };
}

/** The offsets of the file after one. */
export const offsetsAfter = ({ regions, watches }: FilePlan, before: Offsets): Offsets => ({
  regions: before.regions + regions.length,
  watches: before.watches + watches.size,
});
