import type { Node } from '../../target/scope.ts';
import { mathCall, placeOfCall } from '../../target/syntax.ts';
import type { Counting } from './counting.ts';
import { skipTrivia } from './edits.ts';
import { walkExpression, walkMember } from './expressions.ts';
import type { Segment } from './plan.ts';
import { recorderName as R } from './runtime.ts';

/** Methods of lists that call back for each element. */
const iterating = /^(map|forEach|filter|reduce)$/;

export function walkCall(walk: Counting, node: Node, at: readonly Segment[]): void {
  const { callee } = node;
  const { slice, scopes } = walk.parts;
  const isMath = mathCall(node) !== undefined && !scopes.bindingOf.has(callee.object);
  const isMember = callee.type === 'MemberExpression';
  if (isMember) walkMember(walk, callee, at, 'callee');
  else if (callee.type !== 'Super') walkExpression(walk, callee, at);
  for (const argument of node.arguments as Node[]) walkExpression(walk, argument, at);
  if (isMath) {
    if (!slice.isFree(node)) walk.charge('operation', node, at);
    return;
  }
  const hidden = walk.chains > 0 || walk.frame.inParameters || walk.frame.inField;
  if (slice.calleeOf(node)) walk.charge('call', node, at);
  if (slice.calleeOf(node) || hidden || callee.name === 'eval') return;
  if (!isMember && callee.type !== 'Identifier') return;
  if (isMember && callee.object.type === 'Super') return;
  const segment = walk.segment();
  walk.charge('operation', node, [segment]);
  if (isMember && iterating.test(callee.property.name) && !callee.computed) hookIteration(walk, node, segment);
  else if (isMember) hookMethod(walk, node, segment, 'k');
  else walk.edits.around(callee, `${R}.k(`, `,${walk.name('A')},${segment.counter})`);
}

/** `list.map(f)` is a loop that stands where the call stands, if `list` turns out to be one. */
function hookIteration(walk: Counting, node: Node, segment: Segment): void {
  const region = walk.region('loop', placeOfCall(node), walk.frame.unit.region.name);
  region.entries = walk.segment();
  region.body = walk.segment();
  const outer = `${walk.name('T')}${region.entries.counter}`;
  walk.frame.temporaries.push(outer);
  walk.edits.around(node, `${R}.w((${outer}=${R}.s,`, `),${outer})`);
  // It begins when its arguments are there.
  const last = node.arguments.at(-1) as Node | undefined;
  const argument = last?.type === 'SpreadElement' ? last.argument : last;
  if (argument) walk.edits.around(argument, `${R}.e((`, `),${region.number})`);
  hookMethod(walk, node, segment, 'l');
}

/** `o.m(a)` becomes `(t=o,k(t.m,…,t)).call(t,a)`. */
function hookMethod(
  walk: Counting,
  { callee, arguments: given, end }: Node,
  { counter }: Segment,
  hook: 'k' | 'l',
): void {
  const { code } = walk.parts.parsed;
  const temporary = `${walk.name('T')}${counter}`;
  walk.frame.temporaries.push(temporary);
  const extent = callee.end - callee.start;
  const afterObject = skipTrivia(code, callee.object.end, ')');
  walk.edits.open(callee.start, `(${temporary}=(`, extent);
  walk.edits.after(afterObject, `),${R}.${hook}(${temporary}`, extent);
  walk.edits.after(callee.end, `,${walk.name('A')},${counter},${temporary})).call`, extent);
  const parenthesis = skipTrivia(code, callee.end, ')');
  if (code[parenthesis] !== '(' || parenthesis >= end) throw new Error(`no arguments at ${walk.text(callee)}`);
  walk.edits.first(parenthesis + 1, `${temporary}${given.length > 0 ? ',' : ''}`);
}

/** While a function is suspended, others run: the active regions are put right on either side. */
export function walkSuspension(walk: Counting, node: Node, at: readonly Segment[]): void {
  if (node.argument) walkExpression(walk, node.argument, at);
  const { unit, expected } = walk.frame;
  const within = `,${expected})`;
  walk.edits.around(node, `${R}.w(`, within);
  if (node.argument && unit.node.type !== 'Program')
    walk.edits.around(node.argument, `${R}.w((`, `),${walk.name('O')})`);
}
