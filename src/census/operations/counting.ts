import type { AddressSlice } from '../../target/address-slice.ts';
import type { ParsedFile } from '../../target/index.ts';
import type { Binding, Node, Scopes } from '../../target/scope.ts';
import { Edits } from './edits.ts';
import type { Charge, Offsets, Region, Segment, Unit } from './plan.ts';
import { recorderName as R } from './runtime.ts';

/** What a function's instrumentation adds to its head. */
interface Frame {
  readonly unit: Unit;
  /** Loops around the place that is being walked. */
  loops: readonly Region[];
  /** Counters of loops may be variables: the function is surely left once it is entered. */
  readonly local: boolean;
  /** It calls nothing, so the active regions stay as they are. */
  readonly leaf: boolean;
  readonly locals: Set<number>;
  readonly temporaries: string[];
  /** Name of the set of regions that is active here. */
  expected: string;
  /** Inside a parameter's default, where the function's own variables are not there yet. */
  inParameters: boolean;
  inField: boolean;
  inTry: boolean;
}

export interface Parts {
  readonly parsed: ParsedFile;
  readonly scopes: Scopes;
  readonly slice: AddressSlice;
  readonly offsets: Offsets;
}

/**
 * The state of a walk through a file: its regions, segments and charges as they are found, the function that is being
 * walked, and the edits that put counters where they are used.
 */
export class Counting {
  readonly regions: Region[] = [];
  readonly units: Unit[] = [];
  readonly charges: Charge[] = [];
  readonly watches = new Map<Binding | Node, number>();
  readonly uncertain: { readonly line: number; readonly reason: string }[] = [];
  readonly edits = new Edits();
  readonly parts: Parts;
  /** Segments whose counter is needed. */
  readonly used = new Set<Segment>();
  /** Names whose values are worth a look: what they hold says of what type elements are. */
  readonly watchable = new Set<Binding>();
  frame!: Frame;
  /** Optional chains around the place that is being walked. */
  chains = 0;
  readonly #prefix: string;

  constructor(parts: Parts) {
    this.parts = parts;
    let prefix = '$pg';
    while (parts.parsed.code.replaceAll(R, '').includes(prefix)) prefix += '$';
    this.#prefix = prefix;
    for (const binding of parts.scopes.bindings) {
      if (/^(import|function|class|catch)$/.test(binding.kind)) continue;
      const isWatched = binding.references.some(({ node }) => {
        const parent = parts.scopes.parent.get(node)!;
        return (
          (parent.type === 'MemberExpression' && parent.computed && parent.object === node) ||
          (parent.type === 'ForOfStatement' && parent.right === node)
        );
      });
      if (isWatched) this.watchable.add(binding);
    }
  }

  name = (stem: string): string => `${this.#prefix}${stem}`;

  text = (node: Node): string => this.parts.parsed.code.slice(node.start, node.end);

  region(kind: Region['kind'], node: Node, name: string): Region {
    const { line, column } = node.type === 'Program' ? { line: 1, column: 0 } : node.loc!.start;
    const number = this.parts.offsets.regions + this.regions.length;
    const depth = kind === 'loop' ? this.frame.loops.length : 0;
    const endLine = node.loc!.end.line;
    const region = { number, kind, name, line, column: column + 1, endLine, depth } as Region;
    this.regions.push(region);
    return region;
  }

  open(unit: Unit, kind: Pick<Frame, 'local' | 'leaf'>): void {
    this.units.push(unit);
    const inside = { inParameters: false, inField: false, inTry: false };
    this.frame = {
      unit,
      loops: [],
      locals: new Set(),
      temporaries: [],
      expected: this.name('F'),
      ...kind,
      ...inside,
    };
  }

  segment(): Segment {
    const { unit, loops } = this.frame;
    return { unit, counter: unit.counters++, loops };
  }

  /** Code that counts a segment. */
  count({ unit, counter, loops }: Segment): string {
    const frame = this.frame;
    if (frame.inParameters) return `${R}.d(${unit.region.number},${counter})`;
    if (!frame.local || frame.inField || loops.length === 0) return `${this.name('A')}[${counter}]++`;
    frame.locals.add(counter);
    return `${this.name('N')}${counter}++`;
  }

  charge(kind: Charge['kind'], node: Node, segments: readonly Segment[], weight = 1): void {
    for (const segment of segments) this.used.add(segment);
    this.charges.push({ kind, node, segments, loops: this.frame.loops, weight });
  }

  watch(what: Binding | Node): number {
    const known = this.watches.get(what);
    if (known !== undefined) return known;
    const number = this.parts.offsets.watches + this.watches.size;
    this.watches.set(what, number);
    return number;
  }
}
