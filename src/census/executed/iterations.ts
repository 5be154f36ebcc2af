import { types } from 'node:util';
import type * as acorn from 'acorn';
import { childrenOf, type ParsedFile } from '../../target/index.ts';

/** A place that takes something apart by its iterator: a `for…of` loop, or an array pattern with an initialiser. */
export interface IterationSite {
  /** The expression that is iterated. */
  readonly iterated: acorn.Node;
  /** Elements that the pattern takes before its rest; undefined for loops. */
  readonly elements: number | undefined;
  /** Where V8 may say that the iteration stands instead: the pattern of an assignment. */
  readonly pattern: acorn.Node | undefined;
  /** An array pattern that takes every value of a loop apart. */
  readonly inner: acorn.ArrayPattern | undefined;
}

/** What was iterated at a site. */
export interface IterationFacts {
  /** Iterators that have a `return` method, that have none, and that only running them would tell. */
  readonly withReturn: number;
  readonly withoutReturn: number;
  readonly unknown: number;
  /** How often there were so many elements; only where all were arrays. */
  readonly lengths: ReadonlyMap<number, number> | undefined;
  /** Every value of the loop was an array with at least as many elements as the inner pattern takes. */
  readonly innerFilled: boolean;
}

/** The sites of a file in the order of the tree. */
export function iterationSites({ ast }: Pick<ParsedFile, 'ast'>): IterationSite[] {
  const sites: IterationSite[] = [];
  const visit = (node: acorn.Node): void => {
    if (node.type === 'ForOfStatement') {
      const { left, right, await: waits } = node as acorn.ForOfStatement;
      const target = left.type === 'VariableDeclaration' ? left.declarations[0]?.id : left;
      const inner = target?.type === 'ArrayPattern' ? (target as acorn.ArrayPattern) : undefined;
      if (!waits) sites.push({ iterated: right, elements: undefined, pattern: undefined, inner });
    } else if (node.type === 'VariableDeclarator') {
      const { id, init } = node as acorn.VariableDeclarator;
      if (id.type === 'ArrayPattern' && init)
        sites.push({ iterated: init, elements: elementsOf(id), pattern: undefined, inner: undefined });
    } else if (node.type === 'AssignmentExpression') {
      const { left, right } = node as acorn.AssignmentExpression;
      if (left.type === 'ArrayPattern')
        sites.push({ iterated: right, elements: elementsOf(left), pattern: left, inner: undefined });
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(ast);
  return sites;
}

/** Elements of a pattern before its rest. */
export const elementsOf = ({ elements }: acorn.ArrayPattern): number =>
  elements.filter(element => element?.type !== 'RestElement').length;

/** The global function through which a counted program passes what it iterates. */
export const iterated = '$pgram_iterated';

/** Iterators of the language, by the method that makes them. They have no side effects that looking would cause. */
const makers = new Map<unknown, object>(
  [[], new Uint8Array(0), new Map(), new Set(), ''].map(each => {
    const make = (each as Iterable<unknown>)[Symbol.iterator];
    return [make, Object.getPrototypeOf(make.call(each)) as object];
  }),
);
const iteratorPrototypes = new Set(makers.values());
const makeArrayIterator = Array.prototype[Symbol.iterator];

interface Tally {
  withReturn: number;
  withoutReturn: number;
  unknown: number;
  lengths: Map<number, number> | undefined;
  innerFilled: boolean;
}

/** Installs that function; returns what it saw, by file number and site, since the last reset. */
export function watchIterations(): {
  sites(file: number, sites: readonly IterationSite[]): void;
  reset(): void;
  facts(file: number): IterationFacts[];
} {
  const known = new Map<number, readonly IterationSite[]>();
  const seen = new Map<number, Tally[]>();
  const note = (file: number, site: number, value: unknown): unknown => {
    const tally = seen.get(file)?.[site];
    const { elements, inner, iterated: expression } = known.get(file)?.[site] ?? {};
    if (!tally) return value;
    const method = hasReturn(value);
    tally[method === undefined ? 'unknown' : method ? 'withReturn' : 'withoutReturn']++;
    const isPlain = Array.isArray(value) && value[Symbol.iterator] === makeArrayIterator;
    if (elements !== undefined && isPlain) tally.lengths?.set(value.length, (tally.lengths.get(value.length) ?? 0) + 1);
    else tally.lengths = undefined;
    if (inner)
      tally.innerFilled &&= isPlain
        ? value.every(
            each =>
              Array.isArray(each) && each[Symbol.iterator] === makeArrayIterator && each.length >= elementsOf(inner),
          )
        : yieldsPairs(value, expression) && elementsOf(inner) <= 2;
    return value;
  };
  Object.defineProperty(globalThis, iterated, { value: note });
  const blank = (): Tally => ({ withReturn: 0, withoutReturn: 0, unknown: 0, lengths: new Map(), innerFilled: true });
  return {
    sites(file, sites) {
      known.set(file, sites);
      seen.set(file, sites.map(blank));
    },
    reset() {
      for (const [file, sites] of known) seen.set(file, sites.map(blank));
    },
    facts: file => seen.get(file) ?? [],
  };
}

/** Whether the iterator of a value has a `return` method; undefined where finding out could run the program's code. */
function hasReturn(value: unknown): boolean | undefined {
  if (types.isProxy(value)) return undefined;
  if (types.isGeneratorObject(value)) return Object.hasOwn(value as object, Symbol.iterator) ? undefined : true;
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return undefined;
  if (typeof value === 'object' && iteratorPrototypes.has(Object.getPrototypeOf(value) as object))
    return 'return' in value;
  if (typeof value === 'object' && Object.getOwnPropertyDescriptor(value, Symbol.iterator)?.get) return undefined;
  const prototype = makers.get((value as Iterable<unknown>)[Symbol.iterator]);
  return prototype === undefined ? undefined : 'return' in prototype;
}

/** A `Map`, or the result of a call of `entries` on something of the language. */
function yieldsPairs(value: unknown, expression: acorn.Node | undefined): boolean {
  if (types.isMap(value)) return value[Symbol.iterator] === Map.prototype.entries;
  if (typeof value !== 'object' || value === null || !iteratorPrototypes.has(Object.getPrototypeOf(value) as object))
    return false;
  const { callee } = (expression ?? {}) as Partial<acorn.CallExpression>;
  const property = callee?.type === 'MemberExpression' ? callee.property : undefined;
  return property?.type === 'Identifier' && property.name === 'entries';
}
