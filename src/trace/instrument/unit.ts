import type { AddressSlice } from '../../target/address-slice.ts';
import { childrenOf } from '../../target/parse.ts';
import { type Binding, isFunction, type Node, type Scopes } from '../../target/scope.ts';
import { isInside, loopsAround } from '../../target/syntax.ts';
import type { Site, SiteTable } from '../runtime/sites.ts';
import type { ExpressionForm } from '../runtime/times.ts';
import type { Formula } from './formulas.ts';
import type { Fragment } from './fragments.ts';
import type { CloneBody, Numeric } from './numeric.ts';
import { shapeOf } from './shape.ts';

/**
 * Compiled expression: code for its value, and code for its ready time. The time's code runs at most once, after the
 * value's, with nothing in between that could change what it names; `null` is time 0.
 */
export interface Code {
  readonly value: string;
  readonly time: string | null;
  /** Evaluating the value neither assigns nor calls, so earlier times may still be computed after it. */
  readonly pure: boolean;
  /** The value is a name or literal that may be written twice. */
  readonly simple: boolean;
  /** Where the time is that of operations: what they are made of, so that an operation on top becomes one call with them. */
  readonly formula?: Formula;
  /** A function or class without a name, which takes that of the variable it is assigned to. */
  readonly anonymous?: boolean;
}

/** What is being compiled into: one function, or the top of the module. */
export interface Body {
  /** The function's node, or the program. */
  readonly node: Node;
  /** Names that the body's head declares. */
  readonly temporaries: string[];
  /** Name of the frame, where there is one. */
  readonly frame: string | undefined;
  readonly generator: boolean;
  readonly async: boolean;
  /** `finally` blocks need the frame until they have run. */
  readonly deferred: boolean;
  readonly getter: boolean;
  /** Frame of the function whose `this` and `arguments` these are. */
  readonly self: string | undefined;
  /** The innermost loop variable by loop node. */
  readonly loops: Map<Node, string>;
}

/** A function cannot be compiled for the tier in which times are slots. */
export class NotNumeric extends Error {
  override readonly name = 'NotNumeric';
}

/** One file under instrumentation. */
export class Unit {
  readonly file: string;
  readonly code: string;
  readonly scopes: Scopes;
  readonly slice: AddressSlice;
  readonly table: SiteTable;
  /** Begins every name that instrumentation adds; occurs nowhere in the source. */
  readonly prefix: string;
  body: Body;
  /** Operations that update a chain inside a reducer: its number, and the side of the running result. */
  readonly updates = new Map<Node, { readonly group: number; readonly side: 'left' | 'right' }>();
  /** The chain whose operands are being compiled, the shape of the array that it runs through, and the update's place. */
  feeding: { readonly chain: number; readonly array: string; readonly at: string } | undefined;
  /** Region numbers by loop or function node. */
  readonly regions = new Map<Node, number>();
  /** The function whose parameters are being compiled: their shadows are declared later, in its body. */
  inParametersOf: Node | undefined;
  /** Names that the pattern being compiled declares: their shadows come after it. */
  inPattern: ReadonlySet<Binding> = new Set();
  /** The function that is being compiled once more, for the tier in which times are slots. */
  clone: CloneBody | undefined;
  /** Functions for that tier. */
  numeric: ReadonlyMap<Node, Numeric> = new Map();
  /** Loops of other functions for that tier. */
  fragments: ReadonlyMap<Node, Fragment> = new Map();
  /** Arrays that they store to. */
  stored: ReadonlySet<Binding> = new Set();
  /** Sites of functions and loops, from the first to before the last. */
  readonly sitesOf = new Map<Node, readonly [number, number]>();
  /** How many sites were made when a loop was looked at as a nest. */
  readonly nestSites = new Map<Node, number>();
  /** Functions with a nest that may have many iterations; and such nests' numbers, by loop. */
  readonly wide = new Set<Node>();
  readonly wideNests = new Map<Node, number>();
  #names = 0;
  readonly #tracked = new Map<Binding, boolean>();
  readonly #chains = new Map<string, number>();

  constructor(parts: { file: string; code: string; scopes: Scopes; slice: AddressSlice; table: SiteTable }) {
    this.file = parts.file;
    this.code = parts.code;
    this.scopes = parts.scopes;
    this.slice = parts.slice;
    this.table = parts.table;
    let prefix = '$t';
    while (this.code.includes(prefix)) prefix += '$';
    this.prefix = prefix;
    this.body = {
      node: parts.scopes.program,
      temporaries: [],
      frame: undefined,
      generator: false,
      async: false,
      deferred: false,
      getter: false,
      self: undefined,
      loops: new Map(),
    };
  }

  text(node: Node): string {
    return this.code.slice(node.start, node.end);
  }

  /** A primitive of the runtime. */
  call(name: string, ...args: string[]): string {
    if (this.clone) return this.clone.call(name, args);
    return `${this.prefix}${name}(${args.join(', ')})`;
  }

  /** An operation or (`ex`) an update of a chain, which costs its latency where costs are in cycles. */
  operation(name: 'o1' | 'o2' | 'o3' | 'ex', latency: number, ...args: string[]): string {
    return this.table.inCycles ? this.call(name, ...args, String(latency)) : this.call(name, ...args);
  }

  /** Whether several operations are computed as one. */
  get hasFormulas(): boolean {
    return this.table.hasFormulas && !this.clone;
  }

  /** Declarations of the forms of expression that occur, by what they declare. */
  readonly forms = new Map<string, string>();

  /** The primitive for one form of expression. */
  form(form: ExpressionForm): string {
    const value = `${this.prefix}xp(${JSON.stringify(form)})`;
    const known = this.forms.get(value);
    if (known !== undefined) return known;
    const name = this.name('x');
    this.forms.set(value, name);
    return name;
  }

  /** A time that also waits for the conditions in force, which operations do anyway. */
  under(time: string): string {
    if (this.clone || !time.startsWith(this.prefix)) return this.call('U', time);
    return /^(o[123]|x\d+)\(/.test(time.slice(this.prefix.length)) ? time : this.call('U', time);
  }

  name(stem: string): string {
    return `${this.prefix}${stem}${this.#names++}`;
  }

  temporary(): string {
    const name = this.name('v');
    this.body.temporaries.push(name);
    return name;
  }

  get zero(): string {
    return this.clone ? '0' : `${this.prefix}Z`;
  }

  timeOf(code: Code): string {
    return code.time ?? this.zero;
  }

  /** Sites by node, as they were made last. */
  readonly siteOf = new Map<Node, number>();

  site(
    node: Node,
    name: string,
    extra: Partial<Pick<Site, 'chain' | 'scan' | 'dependent' | 'latency' | 'call' | 'result'>> = {},
  ): number {
    if (this.clone) return this.clone.site(node, name);
    const { line, column } = node.loc!.start;
    const site = this.table.site({
      file: this.file,
      line,
      column: column + 1,
      start: node.start,
      name,
      chain: extra.chain ?? 0,
      scan: extra.scan ?? false,
      dependent: extra.dependent ?? [],
      ...(this.feeding?.array === shapeOf(name)
        ? { feeds: this.feeding.chain, feedsAt: this.feeding.at }
        : { feeds: 0, feedsAt: '' }),
      latency: extra.latency ?? 0,
      call: extra.call ?? false,
      ...(extra.result === undefined ? {} : { result: extra.result }),
      ...this.#countedAt(node),
    });
    this.siteOf.set(node, site);
    return site;
  }

  /** Where a counter is read or stepped that an outer loop hands on. */
  #countedAt(node: Node): { counts?: readonly number[] } {
    const name = node.type === 'Identifier' ? node : (node.argument ?? node.left);
    const binding = name?.type === 'Identifier' ? this.binding(name) : undefined;
    const loops = binding && this.slice.countedIn(binding);
    return loops ? { counts: loops.flatMap(loop => this.regions.get(loop) ?? []) } : {};
  }

  chain(key: string): number {
    const known = this.#chains.get(key);
    if (known !== undefined) return known;
    const chain = this.table.chain();
    this.#chains.set(key, chain);
    return chain;
  }

  unknown(node: Node, reason: string): void {
    if (this.clone) throw new NotNumeric(reason);
    this.table.unknown.push({ file: this.file, line: node.loc!.start.line, reason });
  }

  binding(node: Node): Binding | undefined {
    return this.scopes.bindingOf.get(node);
  }

  /** How a name's time is kept: not at all, in a variable beside it, or in a cell that also dates reads and writes. */
  shadow(binding: Binding): 'none' | 'plain' | 'cell' {
    if (binding.kind === 'import') return 'none';
    if (binding.kind === 'param' && binding.owner === this.inParametersOf) return 'none';
    if (this.inPattern.has(binding)) return 'none';
    if (binding.kind === 'function' || binding.kind === 'class') return 'none';
    if (this.slice.isTimeless(binding)) return 'none';
    if (binding.kind === 'const' && this.#isConstantInit(binding)) return 'none';
    if (this.slice.isCounter(binding) && !this.slice.countedIn(binding)) return 'plain';
    return this.#isTracked(binding) ? 'cell' : 'plain';
  }

  shadowName(binding: Binding): string {
    if (this.clone && this.shadow(binding) === 'plain') return this.clone.slotOf(binding);
    if (this.clone && binding.owner !== this.body.node) throw new NotNumeric('a variable from outside');
    return `${this.prefix}${binding.name.replace(/[^\w$]/g, '_')}$${binding.id}`;
  }

  #isConstantInit(binding: Binding): boolean {
    const init = this.scopes.parent.get(binding.declared)?.init as Node | undefined;
    return init !== undefined && init !== null && (init.type === 'Literal' || isFunction(init));
  }

  /**
   * A variable needs dates if iterations of some loop share it: it is assigned inside a loop that does not declare
   * it, or assigned after its declaration while another function uses it.
   */
  #isTracked(binding: Binding): boolean {
    const known = this.#tracked.get(binding);
    if (known !== undefined) return known;
    const captured = binding.references.some(({ owner }) => owner !== binding.owner);
    const tracked = binding.references.some(({ node, access }) => {
      if (access === 'read' || node === binding.declared) return false;
      if (captured) return true;
      return loopsAround(node, this.scopes.parent).some(loop => !isInside(binding.home, loop) || binding.home === loop);
    });
    this.#tracked.set(binding, tracked);
    return tracked;
  }

  /** Rebuilds a node's source with some of its parts replaced. */
  patch(node: Node, parts: readonly (readonly [Node, string])[]): string {
    const ordered = [...parts].sort(([a], [b]) => a.start - b.start);
    let at = node.start;
    let out = '';
    for (const [part, text] of ordered) {
      out += this.code.slice(at, part.start) + text;
      at = part.end;
    }
    return out + this.code.slice(at, node.end);
  }

  /** The line breaks inside a node, so that later lines keep their numbers. */
  breaks(node: Node, text: string): string {
    const wanted = count(this.text(node));
    const have = count(text);
    return '\n'.repeat(Math.max(0, wanted - have));
  }
}

const count = (text: string): number => text.split('\n').length - 1;

/** Whether a predicate holds for a node or something below it, not looking into functions. */
export function contains(node: Node, test: (node: Node) => boolean): boolean {
  if (test(node)) return true;
  return (childrenOf(node) as Node[]).some(
    child => !isFunction(child) && !/^Class/.test(child.type) && contains(child, test),
  );
}
