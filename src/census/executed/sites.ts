import type * as acorn from 'acorn';
import { childrenOf, type ParsedFile } from '../../target/index.ts';
import { conditionallyEvaluated, optionalBase, takesName } from './witness.ts';

type Node = acorn.Node;

/** How a counter is put at a site. */
export type Placement =
  /** As a statement before `at`. */
  | { readonly kind: 'statement'; readonly at: number }
  /** The statement at `node` becomes a block that begins with the counter. */
  | { readonly kind: 'block'; readonly node: Node }
  /** `(count, expression)` */
  | { readonly kind: 'expression'; readonly node: Node }
  /** `expression ?? (count, void 0)` */
  | { readonly kind: 'missing'; readonly node: Node };

/** A place that is counted, and the source range that V8 gives to its own counter there. */
export interface Site {
  readonly placement: Placement;
  /** V8's range starts and ends within these: it includes keywords and operators that have no node. */
  readonly start: readonly [number, number];
  readonly end: readonly [number, number];
  /** The function that the site is in; undefined at the top level. */
  readonly owner: Node | undefined;
  readonly inLoop: boolean;
  /** The site is the entry of a function or of the module. */
  readonly entry: boolean;
}

/**
 * The places where a block of the program begins: one for every counter of V8's block coverage (BlockCoverageBuilder
 * in src/interpreter), except those after a statement, which follow from the others by conservation of flow.
 */
export function countingSites({ ast, code }: ParsedFile): Site[] {
  const sites: Site[] = [];
  sites.push({
    placement: { kind: 'statement', at: afterDirectives(ast.body, code.length) },
    start: [0, 0],
    end: [code.length, code.length],
    owner: undefined,
    inLoop: false,
    entry: true,
  });
  visit(ast, { owner: undefined, inLoop: false, outer: ast }, sites);
  return sites;
}

interface Surroundings {
  readonly owner: Node | undefined;
  readonly inLoop: boolean;
  /** The node around this one. */
  readonly outer: Node;
}

const loops = /^(For(In|Of)?|While|DoWhile)Statement$/;
const isFunction = ({ type }: Node): boolean =>
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type);

function visit(node: Node, around: Surroundings, sites: Site[]): void {
  const inside: Surroundings = isFunction(node)
    ? { owner: node, inLoop: false, outer: node }
    : { owner: around.owner, inLoop: around.inLoop || loops.test(node.type), outer: node };
  for (const { placement, start, end, entry = false } of sitesAt(node, around.outer))
    sites.push({ placement, start, end, entry, owner: inside.owner, inLoop: entry ? false : inside.inLoop });
  for (const child of childrenOf(node)) visit(child, inside, sites);
}

type Found = Pick<Site, 'placement' | 'start' | 'end'> & { readonly entry?: boolean };

const exactly = (position: number): [number, number] => [position, position];

function sitesAt(node: Node, outer: Node): Found[] {
  const found = ownSites(node, outer);
  const evaluated = conditionallyEvaluated(node);
  if (evaluated && !takesName(evaluated))
    found.push(expression(evaluated, exactly(evaluated.start), exactly(evaluated.end)));
  const base = optionalBase(node);
  if (base)
    found.push({ placement: { kind: 'missing', node: base }, start: exactly(base.end), end: exactly(base.end) });
  return found;
}

const expression = (node: Node, start: [number, number], end: [number, number]): Found => ({
  placement: { kind: 'expression', node },
  start,
  end,
});

const block = (node: Node, start: [number, number] = exactly(node.start)): Found => ({
  placement: { kind: 'block', node },
  start,
  end: exactly(node.end),
});

function ownSites(node: Node, outer: Node): Found[] {
  if (isFunction(node)) return [functionEntry(node as acorn.Function, outer)];
  if (loops.test(node.type)) return [block((node as acorn.WhileStatement).body)];
  switch (node.type) {
    case 'IfStatement': {
      const { test, consequent, alternate } = node as acorn.IfStatement;
      const then = block(consequent, [test.end, consequent.start]);
      return alternate ? [then, block(alternate, [consequent.end, alternate.start])] : [then];
    }
    case 'ConditionalExpression': {
      const { test, consequent, alternate } = node as acorn.ConditionalExpression;
      return [
        expression(consequent, [test.end, consequent.start], [consequent.end, alternate.start]),
        expression(alternate, [consequent.end, alternate.start], [alternate.end, node.end]),
      ];
    }
    case 'LogicalExpression': {
      const { left, right } = node as acorn.LogicalExpression;
      return [expression(right, [left.end, right.start], [right.end, node.end])];
    }
    case 'SwitchStatement':
      return (node as acorn.SwitchStatement).cases.map(each => ({
        placement: { kind: 'statement', at: each.consequent[0]?.start ?? each.end },
        start: exactly(each.start),
        end: exactly(each.end),
      }));
    case 'TryStatement': {
      const { block: tried, handler, finalizer } = node as acorn.TryStatement;
      const found: Found[] = [];
      if (handler) found.push({ ...block(handler.body, exactly(handler.start)), end: exactly(handler.end) });
      if (finalizer) found.push(block(finalizer, [handler?.end ?? tried.end, finalizer.start]));
      return found;
    }
    default:
      return [];
  }
}

function functionEntry(node: acorn.Function, outer: Node): Found {
  const named = /^(MethodDefinition|Property)$/.test(outer.type) ? outer.start : node.start;
  const range = { start: [named, node.start] as [number, number], end: exactly(node.end), entry: true };
  if (node.body.type !== 'BlockStatement') return { placement: { kind: 'expression', node: node.body }, ...range };
  return { placement: { kind: 'statement', at: afterDirectives(node.body.body, node.body.end - 1) }, ...range };
}

/** `'use strict'` must stay first. */
export function afterDirectives(body: readonly Node[], end: number): number {
  const first = body.find(statement => !(statement as { directive?: string }).directive);
  return first?.start ?? end;
}
