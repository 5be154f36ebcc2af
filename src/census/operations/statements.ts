import { isLoop, type Node } from '../../target/scope.ts';
import type { Counting } from './counting.ts';
import { walkArm, walkExpression } from './expressions.ts';
import { walkClass, walkFunction } from './functions.ts';
import { observe, observeNames, walkPattern } from './patterns.ts';
import type { Segment } from './plan.ts';
import { recorderName as R } from './runtime.ts';
import { continuesOuter, mayCall, mayEnd, mayLeave } from './syntax.ts';
import { isTimeless } from './timeless.ts';

/** Statements one after another: whatever may leave begins a new segment. */
export function walkStatements(walk: Counting, list: readonly Node[], segments: readonly Segment[]): void {
  let at = segments;
  let begun: { segment: Segment; node: Node } | undefined;
  let isNew = false;
  const place = () => {
    if (begun && walk.used.has(begun.segment)) walk.edits.before(begun.node.start, `${walk.count(begun.segment)};`);
  };
  for (const node of list) {
    if (node.directive !== undefined) continue;
    if (isNew) {
      place();
      begun = { segment: walk.segment(), node };
      at = [begun.segment];
    }
    walkStatement(walk, node, at);
    isNew = mayLeave(node) || node.type === 'TryStatement' || (walk.frame.inTry && mayCall(node));
  }
  place();
}

function walkStatement(walk: Counting, node: Node, at: readonly Segment[]): void {
  switch (node.type) {
    case 'ExpressionStatement':
      walkExpression(walk, node.expression, at);
      return;
    case 'BlockStatement':
      walkStatements(walk, node.body, at);
      return;
    case 'VariableDeclaration':
      walkDeclaration(walk, node, at);
      return;
    case 'FunctionDeclaration':
      walkFunction(walk, node);
      return;
    case 'ClassDeclaration':
      walkClass(walk, node, at);
      return;
    case 'IfStatement':
      walkExpression(walk, node.test, at);
      walkBlock(walk, node.consequent);
      if (node.alternate) walkBlock(walk, node.alternate);
      return;
    case 'ReturnStatement':
    case 'ThrowStatement':
      if (node.argument) walkExpression(walk, node.argument, at);
      return;
    case 'TryStatement':
      walkTry(walk, node, at);
      return;
    case 'SwitchStatement':
      walkSwitch(walk, node, at);
      return;
    case 'LabeledStatement':
      walkLabelled(walk, node, at);
      return;
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      if (!node.declaration) return;
      if (/Declaration$/.test(node.declaration.type)) walkStatement(walk, node.declaration, at);
      else walkExpression(walk, node.declaration, at);
      return;
    default:
      if (isLoop(node)) walkLoop(walk, node, node, at);
  }
}

/** A statement with a segment of its own. */
function walkBlock(walk: Counting, node: Node, begin = '', isCounted = false): Segment {
  const segment = walk.segment();
  if (isCounted) walk.used.add(segment);
  walkStatement(walk, node, [segment]);
  const text = `${begin}${walk.used.has(segment) ? `${walk.count(segment)};` : ''}`;
  if (text !== '') atBeginning(walk, node, text);
  return segment;
}

function atBeginning(walk: Counting, node: Node, text: string): void {
  if (node.type === 'BlockStatement') walk.edits.first(node.start + 1, text);
  else walk.edits.around(node, `{${text}`, '}');
}

function walkTry(walk: Counting, node: Node, at: readonly Segment[]): void {
  const frame = walk.frame;
  const outer = frame.inTry;
  frame.inTry = true;
  walkStatements(walk, node.block.body, at);
  frame.inTry = outer;
  const reset = frame.leaf ? '' : `${R}.s=${frame.expected};`;
  if (node.handler) {
    if (node.handler.param) walkPattern(walk, node.handler.param, at);
    walk.charge('catch', node, [walkBlock(walk, node.handler.body, reset, true)]);
  }
  if (node.finalizer) walkBlock(walk, node.finalizer, reset);
}

function walkSwitch(walk: Counting, node: Node, at: readonly Segment[]): void {
  walkExpression(walk, node.discriminant, at);
  if (!isTimeless(walk, node.discriminant)) walk.charge('operation', node, at);
  for (const { test, consequent } of node.cases as Node[]) {
    if (test) walkArm(walk, test);
    if (consequent.length === 0) continue;
    const segment = walk.segment();
    walkStatements(walk, consequent, [segment]);
    if (walk.used.has(segment)) walk.edits.first(consequent[0].start, `${walk.count(segment)};`);
  }
}

function walkLabelled(walk: Counting, node: Node, at: readonly Segment[]): void {
  let inner = node;
  while (inner.type === 'LabeledStatement') inner = inner.body;
  if (isLoop(inner)) {
    walkLoop(walk, inner, node, at);
    return;
  }
  walkStatement(walk, inner, at);
  if (!walk.frame.leaf) walk.edits.after(node.end, `${R}.s=${walk.frame.expected};`);
}

/** @param outer the loop with its labels */
function walkLoop(walk: Counting, node: Node, outer: Node, at: readonly Segment[]): void {
  const frame = walk.frame;
  const region = walk.region('loop', node, frame.unit.region.name);
  const over = /^For(Of|In)Statement$/.test(node.type);
  if (node.type === 'ForStatement' && node.init)
    if (node.init.type === 'VariableDeclaration') walkDeclaration(walk, node.init, at);
    else walkExpression(walk, node.init, at);
  if (over) walkExpression(walk, node.right, at);
  for (const segment of at) walk.used.add(segment);
  const [loops, expected] = [frame.loops, frame.expected];
  const changes = !frame.leaf && mayCall(node);
  frame.loops = [...loops, region];
  if (changes) {
    const [before, within] = [`${walk.name('L')}${region.number}`, `${walk.name('M')}${region.number}`];
    frame.expected = within;
    walk.edits.around(
      outer,
      `{const ${before}=${R}.s,${within}=${R}.to(${before},${region.number});${R}.s=${within};`,
      `${R}.s=${before};}`,
    );
  }
  const body = walk.segment();
  walk.used.add(body);
  region.entries = at[0]!;
  region.body = body;
  region.openEnded = mayEnd(node.body) || (node.test && !walk.parts.slice.isIndexLike(node.test));
  const begin = changes && continuesOuter(node.body) ? `${R}.s=${frame.expected};` : '';
  atBeginning(walk, node.body, `${begin}${walk.count(body)};${over ? observeNames(walk, node.left) : ''}`);
  const ends = mayEnd(node.body);
  if (over)
    walkPattern(walk, node.left.type === 'VariableDeclaration' ? node.left.declarations[0].id : node.left, [body]);
  if (node.test) {
    // A test runs once for each entry and again after each full iteration.
    if (node.type === 'DoWhileStatement') walkPart(walk, node.test, mayLeave(node.body) ? undefined : [body]);
    else walkPart(walk, node.test, ends ? undefined : [...at, body]);
  }
  if (node.update) walkPart(walk, node.update, ends ? undefined : [body]);
  walkStatement(walk, node.body, [body]);
  frame.loops = loops;
  frame.expected = expected;
}

/** An expression that runs as often as given segments, or gets a counter of its own. */
function walkPart(walk: Counting, node: Node, segments: readonly Segment[] | undefined): void {
  if (segments) walkExpression(walk, node, segments);
  else walkArm(walk, node);
}

function walkDeclaration(walk: Counting, node: Node, at: readonly Segment[]): void {
  for (const { id, init } of node.declarations as Node[]) {
    if (init) {
      observe(walk, id, init);
      walkExpression(walk, init, at);
    }
    walkPattern(walk, id, at);
    if (init && id.type !== 'Identifier' && /^(Block|Program|Switch|Static)/.test(parentOf(walk, node).type))
      walk.edits.after(node.end, `;${observeNames(walk, id)}`, node.end - node.start + 1);
  }
}

const parentOf = (walk: Counting, node: Node): Node => {
  const parent = walk.parts.scopes.parent.get(node)!;
  return parent.type === 'ExportNamedDeclaration' ? walk.parts.scopes.parent.get(parent)! : parent;
};
