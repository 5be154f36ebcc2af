import { childrenOf } from '../../target/parse.ts';
import { isFunction, type Node, type Scopes } from '../../target/scope.ts';

/** Whether a predicate holds for a node or something below it, not looking into functions and classes. */
export function contains(node: Node, test: (node: Node) => boolean): boolean {
  if (test(node)) return true;
  return (childrenOf(node) as Node[]).some(
    child => !isFunction(child) && !/^Class/.test(child.type) && contains(child, test),
  );
}

/** Whether control may leave a statement other than at its end. */
export const mayLeave = (node: Node): boolean =>
  contains(node, at => /^(Break|Continue|Return|Throw)Statement$|^(Yield|Await)Expression$/.test(at.type));

/** Whether a loop's body may end the loop, or the iteration that a labelled loop around it is in. */
export const mayEnd = (body: Node): boolean =>
  contains(body, at => /^(Break|Return|Throw)Statement$|^(Yield|Await)Expression$/.test(at.type) || isLabelled(at));

const isLabelled = (node: Node): boolean => node.type === 'ContinueStatement' && node.label !== null;

export const continuesOuter = (body: Node): boolean => contains(body, isLabelled);

/** Whether other code of the user's may run while a node does. */
export const mayCall = (node: Node): boolean =>
  contains(
    node,
    at =>
      (at.type === 'CallExpression' && !isGlobalMath(at)) ||
      /^(New|TaggedTemplate|Yield|Await|Import)Expression$|^(ForOfStatement|SpreadElement)$/.test(at.type) ||
      at.await === true,
  );

const isGlobalMath = ({ callee }: Node): boolean =>
  callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Math';

/** A function's name as a reader would say it; `property` is the node around a method. */
export function functionName(node: Node, property: Node | undefined, { parent }: Scopes, code: string): string {
  const text = (part: Node) => code.slice(part.start, part.end);
  if (node.id) return node.id.name;
  if (property?.key) {
    const above = parent.get(property);
    const owner = above?.type === 'ClassBody' ? parent.get(above) : undefined;
    return `${owner?.id ? `${owner.id.name}.` : ''}${property.computed ? '[…]' : text(property.key)}`;
  }
  const outer = parent.get(node);
  if (outer?.type === 'VariableDeclarator' && outer.id.type === 'Identifier') return outer.id.name;
  if (outer?.type === 'AssignmentExpression') return text(outer.left);
  if (outer?.type === 'Property' && !outer.computed) return text(outer.key);
  return '(anonymous)';
}
