import { childrenOf } from '../../target/parse.ts';
import { type Binding, isFunction, type Node } from '../../target/scope.ts';
import { isInside, isUnused, mathCall } from '../../target/syntax.ts';
import type { Unit } from './unit.ts';

/** Code that may run with its times in slots: a whole function, or a loop somewhere in one. */
export interface Region {
  readonly root: Node;
  /** The function that holds its variables, or the program. */
  readonly owner: Node;
}

/** What is known so far of the functions that may be called. */
export interface Known {
  readonly candidates: ReadonlySet<Node>;
  /** Names that must be arrays; rules add those that they find. */
  readonly arrays: Set<Binding>;
  /** What a loop uses of the function around it, in order; rules add to it. */
  readonly given: Set<Binding>;
}

const plainNodes = new Set([
  ...['BlockStatement', 'VariableDeclaration', 'VariableDeclarator', 'ExpressionStatement', 'IfStatement'],
  ...['ForStatement', 'WhileStatement', 'DoWhileStatement', 'ReturnStatement', 'BreakStatement', 'ContinueStatement'],
  ...['SwitchStatement', 'SwitchCase', 'EmptyStatement', 'Identifier', 'Literal', 'BinaryExpression'],
  ...['UnaryExpression', 'LogicalExpression', 'ConditionalExpression', 'SequenceExpression', 'AssignmentExpression'],
  ...['UpdateExpression', 'MemberExpression', 'CallExpression'],
]);
const numbers = new Set(['undefined', 'NaN', 'Infinity']);

export const nameOf = (param: Node): Node => (param.type === 'AssignmentPattern' ? param.left : param);

/** `array.set(other)` and `array.fill(value)`: built-ins that only move elements, as statements. */
export const isMove = (unit: Unit, node: Node): boolean =>
  node.type === 'CallExpression' &&
  node.callee.type === 'MemberExpression' &&
  !node.callee.computed &&
  !node.callee.optional &&
  !node.optional &&
  /^(set|fill)$/.test(node.callee.property.name) &&
  node.callee.object.type === 'Identifier' &&
  unit.scopes.parent.get(node)?.type === 'ExpressionStatement';

/** A name at the top of the module that never changes. */
const isAround = (unit: Unit, binding: Binding): boolean =>
  (binding.kind === 'const' && binding.owner === unit.scopes.program) || binding.kind === 'import';

/** Whether all that a region does keeps to the rules. */
export function keepsToNumbers(unit: Unit, { root, owner }: Region, { candidates, arrays, given }: Known): boolean {
  const isWhole = root === owner;
  const isLocal = (binding: Binding): boolean =>
    binding.owner === owner && (isWhole || isInside(binding.declared, root));
  const isGiven = (binding: Binding): boolean => {
    if (isWhole || isLocal(binding) || isAround(unit, binding) || !isSteady(unit, binding, { root, owner }))
      return false;
    given.add(binding);
    return true;
  };
  const isArray = (node: Node): boolean => {
    const binding = node.type === 'Identifier' ? unit.binding(node) : undefined;
    if (binding === undefined || node.name === 'arguments') return false;
    if (isLocal(binding)) {
      if (
        !isWhole ||
        binding.kind !== 'param' ||
        binding.references.some(at => at.access !== 'read' && at.node !== binding.declared)
      )
        return false;
    } else if (!isAround(unit, binding) && !isGiven(binding)) return false;
    arrays.add(binding);
    return true;
  };
  const isCall = (node: Node): boolean => {
    const args = node.arguments as Node[];
    const name = mathCall(node);
    if (name !== undefined && name !== 'random' && !unit.binding(node.callee.object)) return args.every(isValue);
    if (isMove(unit, node)) {
      if (!isArray(node.callee.object) || args.length === 0) return false;
      const [first, ...others] = args as [Node, ...Node[]];
      return (node.callee.property.name === 'set' ? isArray(first) : isValue(first)) && others.every(isValue);
    }
    const callee = unit.slice.calleeOf(node);
    if (!callee || !candidates.has(callee) || callee.params.length !== args.length) return false;
    return args.every((argument, at) => {
      const parameter = unit.binding(nameOf(callee.params[at]))!;
      if (argument.type === 'Identifier' && (arrays.has(parameter) || arrays.has(unit.binding(argument)!))) {
        arrays.add(parameter);
        return isArray(argument);
      }
      return !arrays.has(parameter) && isValue(argument);
    });
  };
  const isElement = (node: Node): boolean =>
    node.type === 'MemberExpression' &&
    !node.optional &&
    node.computed &&
    isArray(node.object) &&
    isValue(node.property);
  const isValue = (node: Node): boolean => {
    switch (node.type) {
      case 'Identifier': {
        const binding = unit.binding(node);
        if (!binding) return numbers.has(node.name);
        return !arrays.has(binding) && (isLocal(binding) || isAround(unit, binding) || isGiven(binding));
      }
      case 'Literal':
        return typeof node.value === 'number' || typeof node.value === 'boolean';
      case 'MemberExpression':
        return (
          isElement(node) ||
          (!node.computed && !node.optional && /^(length|byteLength)$/.test(node.property.name) && isArray(node.object))
        );
      case 'AssignmentExpression':
        return (
          !/^(&&|\|\||\?\?)=$/.test(node.operator) &&
          isUnused(node, unit.scopes.parent) &&
          isTarget(node.left) &&
          isValue(node.right)
        );
      case 'UpdateExpression':
        return isUnused(node, unit.scopes.parent) && isTarget(node.argument);
      case 'CallExpression':
        return isCall(node);
      case 'UnaryExpression':
        return /^[-+~!]$/.test(node.operator) && isValue(node.argument);
      case 'BinaryExpression':
        return !/^in/.test(node.operator) && isValue(node.left) && isValue(node.right);
      case 'LogicalExpression':
      case 'ConditionalExpression':
      case 'SequenceExpression':
        return (childrenOf(node) as Node[]).every(isValue);
      default:
        return false;
    }
  };
  const isTarget = (node: Node): boolean =>
    isElement(node) ||
    (node.type === 'Identifier' &&
      unit.binding(node) !== undefined &&
      isLocal(unit.binding(node)!) &&
      !arrays.has(unit.binding(node)!));
  const isStatement = (node: Node): boolean => {
    if (!plainNodes.has(node.type)) return false;
    if (node.type === 'VariableDeclaration')
      return (
        /^(let|const)$/.test(node.kind) &&
        (node.declarations as Node[]).every(
          ({ id, init }) => id.type === 'Identifier' && (init === null || isValue(init)),
        )
      );
    if (/Expression$|^Identifier$|^Literal$/.test(node.type)) return isValue(node);
    if (node.label || (node.type === 'ReturnStatement' && !isWhole)) return false;
    return (childrenOf(node) as Node[]).every(isStatement);
  };
  if (!isWhole) return isStatement(root);
  return (root.body.body as Node[]).every(at => at.directive === undefined && isStatement(at));
}

/** A name whose value and time stay as they are while a loop runs, and are there when it begins. */
function isSteady(unit: Unit, binding: Binding, { root, owner }: Region): boolean {
  const isThere =
    binding.kind === 'param' ||
    (/^(const|let|var)$/.test(binding.kind) && binding.owner === owner && binding.declared.start < root.start);
  if (!isThere || unit.shadow(binding) === 'cell') return false;
  return binding.references.every(({ node, access }) => access === 'read' || !isInside(node, root));
}

/** Arrays that regions store to under a name, by themselves or by what they call with it. */
export function storedBy(unit: Unit, roots: Iterable<Node>): Set<Binding> {
  const stored = new Set<Binding>();
  const passed: { readonly from: Binding; readonly to: Binding }[] = [];
  const visit = (node: Node): void => {
    const target = node.type === 'AssignmentExpression' ? node.left : node.argument;
    if (/^(Assignment|Update)Expression$/.test(node.type) && target.type === 'MemberExpression')
      stored.add(unit.binding(target.object)!);
    if (isMove(unit, node)) stored.add(unit.binding(node.callee.object)!);
    const callee = node.type === 'CallExpression' ? unit.slice.calleeOf(node) : undefined;
    if (callee)
      for (const [at, argument] of (node.arguments as Node[]).entries()) {
        const from = argument.type === 'Identifier' ? unit.binding(argument) : undefined;
        if (from) passed.push({ from, to: unit.binding(nameOf(callee.params[at]))! });
      }
    for (const child of childrenOf(node) as Node[]) visit(child);
  };
  for (const root of roots) visit(isFunction(root) ? root.body : root);
  for (let size = -1; size < stored.size; ) {
    size = stored.size;
    for (const { from, to } of passed) if (stored.has(to)) stored.add(from);
  }
  return stored;
}

/** Names from outside that a region uses, and those that the functions use which it calls. */
export function outsideOf(
  unit: Unit,
  { root, owner }: Region,
  candidates: ReadonlySet<Node>,
  given: ReadonlySet<Binding> = new Set(),
): Set<Binding> {
  const found = new Set<Binding>();
  const seen = new Set<Node>();
  const enter = (inner: Node, around: Node): void => {
    if (seen.has(inner)) return;
    seen.add(inner);
    const visit = (node: Node): void => {
      const binding = node.type === 'Identifier' ? unit.binding(node) : undefined;
      if (binding && candidates.has(binding.declared)) enter(binding.declared, binding.declared);
      else if (binding && (binding.owner !== around || isAround(unit, binding)) && !given.has(binding)) {
        if (!isInside(binding.declared, root)) found.add(binding);
      }
      if (node.type === 'MemberExpression' && !node.computed) visit(node.object);
      else for (const child of childrenOf(node) as Node[]) if (!isFunction(child)) visit(child);
    };
    visit(isFunction(inner) ? inner.body : inner);
  };
  enter(root, owner);
  return found;
}
