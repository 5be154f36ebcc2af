import type { Node } from '../../target/scope.ts';
import type { Counting } from './counting.ts';
import { skipTrivia } from './edits.ts';
import { walkArm, walkExpression } from './expressions.ts';
import { observeNames, walkPattern } from './patterns.ts';
import type { Segment } from './plan.ts';
import { recorderName as R } from './runtime.ts';
import { walkStatements } from './statements.ts';
import { functionName, mayCall } from './syntax.ts';

export function walkClass(walk: Counting, node: Node, at: readonly Segment[]): void {
  if (node.superClass) walkExpression(walk, node.superClass, at);
  const frame = walk.frame;
  for (const member of node.body.body as Node[]) {
    if (member.computed) walkExpression(walk, member.key, at);
    if (member.type === 'MethodDefinition') walkFunction(walk, member.value, member);
    const outer = frame.inField;
    frame.inField = true;
    if (member.type === 'PropertyDefinition' && member.value) walkArm(walk, member.value);
    if (member.type === 'StaticBlock') walkStatements(walk, member.body, at);
    frame.inField = outer;
  }
}

export function walkFunction(walk: Counting, node: Node, property?: Node): void {
  const outer = walk.frame;
  const { parsed, scopes } = walk.parts;
  const region = walk.region('function', property ?? node, functionName(node, property, scopes, parsed.code));
  const suspends = Boolean(node.generator || node.async);
  walk.open({ node, region, counters: 0 }, { local: !suspends, leaf: !suspends && !mayCall(node.body) });
  const frame = walk.frame;
  const entry = walk.segment();
  region.entries = region.body = entry;
  frame.inParameters = true;
  for (const param of node.params as Node[]) walkPattern(walk, param, [entry]);
  frame.inParameters = false;
  if (node.body.type === 'BlockStatement') walkStatements(walk, node.body.body, [entry]);
  else walkExpression(walk, node.body, [entry]);
  const observed = (node.params as Node[]).map(param => observeNames(walk, param)).join('');
  wrapFunction(walk, node, observed);
  walk.frame = outer;
}

function wrapFunction(walk: Counting, node: Node, observed: string): void {
  const { unit, leaf, locals, temporaries } = walk.frame;
  const { number } = unit.region;
  const [array, outer, inside, error] = ['A', 'O', 'F', 'E'].map(walk.name);
  const variables = [...[...locals].map(counter => `${walk.name('N')}${counter}=0`), ...temporaries];
  const declared = variables.length > 0 ? `let ${variables.join()};` : '';
  const flush = [...locals].map(counter => `${array}[${counter}]+=${walk.name('N')}${counter};`).join('');
  const begin = leaf
    ? `const ${array}=${R}.at(${number});`
    : `const ${outer}=${R}.s,${array}=${R}.in(${number}),${inside}=${R}.s;`;
  const isGuarded = !leaf || locals.size > 0;
  const head = `${begin}${array}[0]++;${declared}${observed}${isGuarded ? 'try{' : ''}`;
  const passing = leaf ? '' : `catch(${error}){${R}.x(${number});throw ${error}}`;
  const tail = isGuarded ? `}${passing}finally{${leaf ? '' : `${R}.s=${outer};`}${flush}}` : '';
  if (node.body.type === 'BlockStatement') {
    const directive = (node.body.body as Node[]).findLast(at => at.directive !== undefined);
    walk.edits.first(directive?.end ?? node.body.start + 1, `${directive ? ';' : ''}${head}`);
    walk.edits.after(node.body.end - 1, tail);
    return;
  }
  walk.edits.first(arrowOf(walk, node), `{${head}return (`);
  // Inside of whatever is put around the function as a whole.
  walk.edits.after(node.end, `);${tail}}`, node.end - node.start - 1);
}

/** Where the body of `x => E` begins, its parentheses included. */
function arrowOf(walk: Counting, { params, start, body }: Node): number {
  const { code } = walk.parts.parsed;
  let at = (params.at(-1)?.end as number | undefined) ?? start;
  while (at < body.start && !code.startsWith('=>', at)) at = Math.max(skipTrivia(code, at), at + 1);
  return at + 2;
}
