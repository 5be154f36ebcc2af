import { childrenOf } from '../../target/parse.ts';
import type { Binding, Node } from '../../target/scope.ts';
import { isComparison, isInside, isUnused, loopsAround, mathCall } from '../../target/syntax.ts';
import { latencyOfMath, latencyOfOperator } from '../latencies.ts';
import { shapeOf } from './shape.ts';
import { contains, type Unit } from './unit.ts';

/** An assignment that updates a running result by one associative operator: `s += a`, `s = s + a - b`, … */
export interface ChainUpdate {
  readonly group: number;
  /** Of one operation of the chain, in cycles. */
  readonly latency: number;
  /** In the order in which they are combined. */
  readonly operands: readonly Node[];
  /** The running result as it is read: the target itself, or an element of the same array (a scan). */
  readonly source: Node;
  readonly scan: boolean;
  /** Loops of the function in which an operand can depend on the chain after all. */
  readonly dependent: readonly number[];
}

const classOf: Readonly<Record<string, string>> = { '+': '+', '-': '+', '*': '*', '&': '&', '|': '|', '^': '^' };

/** Recognises a chain update whose other operands do not depend on the chain. */
export function chainUpdate(unit: Unit, node: Node): ChainUpdate | undefined {
  const { left, right, operator } = node;
  if (left.type !== 'Identifier' && left.type !== 'MemberExpression') return undefined;
  // An update in place evaluates its subscript once: `bins[Math.floor(x)] += 1`.
  if (left.type === 'MemberExpression' && !isRepeatable(operator === '=' ? left : left.object)) return undefined;
  const found =
    operator === '='
      ? (spine(unit, left, right) ?? extremum(unit, left, right) ?? selection(unit, left, right))
      : compound(unit, left, { right, operator: operator.slice(0, -1) });
  if (!found) return undefined;
  const group = unit.chain(`${memoryKey(unit, left)}|${found.kind}`);
  const isNone = found.own && unit.table.isStrict(placeOf(unit, node));
  const dependent = isNone ? undefined : found.own ? [] : dependentLoops(unit, node, found);
  if (dependent === undefined) return undefined;
  const scan = unit.text(found.source) !== unit.text(left) || !isUnused(node, unit.scopes.parent);
  return {
    group,
    latency: /^m/.test(found.kind) ? latencyOfMath(found.kind) : latencyOfOperator(found.kind),
    operands: found.operands,
    source: found.source,
    scan,
    dependent,
  };
}

/** An array's length where `push` or `a[a.length] = x` appends to it: a running count of which each value is used. */
export const lengthChain = (unit: Unit, array: Node): { readonly chain: number; readonly scan: true } => ({
  chain: unit.chain(`${unit.body.node.start}:${unit.text(array)}.length`),
  scan: true,
});

/**
 * `list.reduce((s, x) => s + f(x), …)`, `list.reduce((s, x) => Math.min(s, x))`: the operations of the callback that
 * are the chain's updates.
 *
 * @returns the chain's number, and the nodes with the side of each on which the running result stands
 */
export function reducerChain(
  unit: Unit,
  call: Node,
): { group: number; updates: ReadonlyMap<Node, 'left' | 'right'> } | undefined {
  const { callee } = call;
  const callback = call.arguments[0] as Node | undefined;
  if (callee.type !== 'MemberExpression' || callee.computed || !/^reduce(Right)?$/.test(callee.property.name))
    return undefined;
  const result = callback && resultOfCallback(callback);
  const running = callback?.params?.[0]?.type === 'Identifier' ? unit.binding(callback.params[0]) : undefined;
  if (!result || !running) return undefined;
  const isRunning = (node: Node) => node.type === 'Identifier' && unit.binding(node) === running;
  const mentions = (node: Node): boolean => isRunning(node) || (childrenOf(node) as Node[]).some(mentions);
  const updates = new Map<Node, 'left' | 'right'>();
  const extreme = extremeOf(unit, result);
  if (extreme) {
    const [one, other] = extreme as [Node, Node];
    if (isRunning(one) === isRunning(other) || mentions(isRunning(one) ? other : one)) return undefined;
    updates.set(result, isRunning(one) ? 'left' : 'right');
    return { group: unit.chain(`reduce@${call.start}`), updates };
  }
  const kind = result.type === 'BinaryExpression' ? classOf[result.operator] : undefined;
  if (kind === undefined) return undefined;
  let at: Node = result;
  while (at.type === 'BinaryExpression' && classOf[at.operator] === kind) {
    const onRight = at.operator !== '-' && isRunning(at.right);
    if (mentions(onRight ? at.left : at.right)) return undefined;
    updates.set(at, onRight ? 'right' : 'left');
    at = onRight ? at.right : at.left;
  }
  return isRunning(at) ? { group: unit.chain(`reduce@${call.start}`), updates } : undefined;
}

/** What a function returns that does nothing else. */
function resultOfCallback({ type, body }: Node): Node | undefined {
  if (type !== 'ArrowFunctionExpression' && type !== 'FunctionExpression') return undefined;
  if (body.type !== 'BlockStatement') return body;
  const [only, ...others] = body.body as Node[];
  return only?.type === 'ReturnStatement' && others.length === 0 ? (only.argument ?? undefined) : undefined;
}

/** The two of `Math.min(a, b)`, in the order in which they are evaluated. */
function extremeOf(unit: Unit, node: Node): readonly Node[] | undefined {
  const name = mathCall(node);
  if ((name !== 'min' && name !== 'max') || unit.scopes.bindingOf.has(node.callee.object)) return undefined;
  return node.arguments.length === 2 ? node.arguments : undefined;
}

/** The chain that `x++` and `x--` belong to. */
export const countingChain = (unit: Unit, target: Node): number => unit.chain(`${memoryKey(unit, target)}|+`);

interface Found {
  /** The one operand is the target's own old value: `a[i] += a[i - 1]`. That it is not of the chain shows at run time. */
  readonly own?: boolean;
  readonly kind: string;
  readonly operands: readonly Node[];
  readonly source: Node;
}

function compound(unit: Unit, left: Node, { right, operator }: { right: Node; operator: string }): Found | undefined {
  const kind = classOf[operator];
  if (kind === undefined) return undefined;
  if (operator !== '-' && isNeighbour(unit, left, right)) return { kind, operands: [left], source: right, own: true };
  return { kind, operands: [right], source: left };
}

/** Another element of the same array. */
const isNeighbour = (unit: Unit, target: Node, candidate: Node): boolean =>
  isSource(unit, target, candidate) && unit.text(candidate) !== unit.text(target);

/** Arithmetic on names and numbers: the distance between two such subscripts can be fixed; that of loaded ones is not. */
const isPlainIndex = (node: Node): boolean =>
  node.type === 'Identifier' ||
  node.type === 'Literal' ||
  (node.type === 'BinaryExpression' && isPlainIndex(node.left) && isPlainIndex(node.right));

/** `x = x + a - b`, `x = a + x`: down the left side of one operator class to the target. */
function spine(unit: Unit, left: Node, right: Node): Found | undefined {
  const kind = right.type === 'BinaryExpression' ? classOf[right.operator] : undefined;
  if (kind === undefined) return undefined;
  if (right.operator !== '-') {
    // `a[i] = a[i] + a[i - 1]`, either way round: the neighbour is the running result.
    const [one, other] = [right.left, right.right] as [Node, Node];
    const same = (side: Node) => unit.text(side) === unit.text(left);
    if (same(one) && isNeighbour(unit, left, other)) return { kind, operands: [one], source: other, own: true };
    if (same(other) && isNeighbour(unit, left, one)) return { kind, operands: [other], source: one, own: true };
  }
  const operands: Node[] = [];
  let at: Node = right;
  while (at.type === 'BinaryExpression' && classOf[at.operator] === kind) {
    if (at.operator !== '-' && isSource(unit, left, at.right) && !contains(at.left, part => isSource(unit, left, part)))
      return { kind, operands: [at.left, ...operands], source: at.right };
    operands.unshift(at.right);
    at = at.left;
  }
  // `count[x] = (count[x] || 0) + 1`
  if (at.type === 'LogicalExpression' && at.operator !== '&&' && at.right.type === 'Literal') at = at.left;
  return isSource(unit, left, at) ? { kind, operands, source: at } : undefined;
}

/** `x = Math.min(x, a)`. */
function extremum(unit: Unit, left: Node, right: Node): Found | undefined {
  const name = mathCall(right);
  if ((name !== 'min' && name !== 'max') || unit.scopes.bindingOf.has(right.callee.object)) return undefined;
  const args: Node[] = right.arguments;
  const source = args.find(argument => isSource(unit, left, argument));
  if (!source || args.some(argument => argument.type === 'SpreadElement')) return undefined;
  return { kind: name, operands: args.filter(argument => argument !== source), source };
}

/** `x = a < x ? a : x`. */
function selection(unit: Unit, left: Node, right: Node): Found | undefined {
  if (right.type !== 'ConditionalExpression' || !isComparison(right.test)) return undefined;
  const sides = [unit.text(right.test.left), unit.text(right.test.right)];
  const choices = [right.consequent, right.alternate] as Node[];
  const source = choices.find(choice => unit.text(choice) === unit.text(left));
  const operand = choices.find(choice => choice !== source);
  // An operand that costs is computed twice, once for the test: what follows from that is no longer a plain chain.
  if (!source || !operand || !isRepeatable(operand) || hasOperation(operand)) return undefined;
  if (!sides.includes(unit.text(source)) || !sides.includes(unit.text(operand))) return undefined;
  const kind = extremumKind(unit, right.test, operand, operand === right.consequent);
  return kind === undefined ? undefined : { kind, operands: [operand], source };
}

/** Whether evaluating it takes an operation, other than in a subscript. */
export const hasOperation = (node: Node): boolean =>
  /^(Binary|Unary)Expression$/.test(node.type) ||
  (node.type === 'MemberExpression' && hasOperation(node.object)) ||
  node.type === 'CallExpression';

/** Whether choosing the operand where the test holds (or does not) takes the smaller or the larger of the two. */
function extremumKind(unit: Unit, test: Node, operand: Node, chosenIfTrue: boolean): string | undefined {
  if (!/^[<>]=?$/.test(test.operator)) return undefined;
  const operandLess = (test.operator[0] === '<') === (unit.text(test.left) === unit.text(operand));
  return operandLess === chosenIfTrue ? 'min' : 'max';
}

/** `if (a < x) x = a` (with other statements beside it, or a guard before it): the running result and the operand. */
export interface ConditionalExtremum {
  readonly assignment: Node;
  readonly operand: Node;
  readonly source: Node;
  readonly group: number;
  readonly dependent: readonly number[];
  /** `open && a < x`: what is asked first. */
  readonly guard: Node | undefined;
  readonly comparison: Node;
}

/** The last of the tests that are joined by `&&`, and those before it. */
const guarded = ({ test }: Node): { guard: Node | undefined; comparison: Node } =>
  test.type === 'LogicalExpression' && test.operator === '&&'
    ? { guard: test.left, comparison: test.right }
    : { guard: undefined, comparison: test };

export function conditionalExtremum(unit: Unit, node: Node): ConditionalExtremum | undefined {
  const { guard, comparison } = guarded(node);
  if (node.alternate || !isComparison(comparison)) return undefined;
  const statements: Node[] = node.consequent.type === 'BlockStatement' ? node.consequent.body : [node.consequent];
  for (const statement of statements) {
    const assignment = statement.type === 'ExpressionStatement' ? (statement.expression as Node) : undefined;
    if (assignment?.type !== 'AssignmentExpression' || assignment.operator !== '=') continue;
    const { left, right } = assignment;
    const sides = [comparison.left, comparison.right] as Node[];
    const source = sides.find(side => unit.text(side) === unit.text(left));
    const operand = sides.find(side => side !== source && unit.text(side) === unit.text(right));
    if (!source || !operand || !isRepeatable(operand) || !isRepeatable(left)) continue;
    const kind = extremumKind(unit, comparison, operand, true);
    if (!kind) continue;
    const group = unit.chain(`${memoryKey(unit, left)}|${kind}`);
    const dependent = dependentLoops(unit, assignment, { operands: [operand], source });
    if (dependent) return { assignment, operand, source, dependent, group, guard, comparison };
  }
  return undefined;
}

/** The target itself, or another element of the same array. */
function isSource(unit: Unit, target: Node, candidate: Node): boolean {
  if (candidate.type !== target.type || !isRepeatable(candidate)) return false;
  if (target.type === 'Identifier')
    return unit.binding(candidate) === unit.binding(target) && candidate.name === target.name;
  if (unit.text(candidate) === unit.text(target)) return true;
  return (
    target.computed &&
    candidate.computed &&
    unit.text(candidate.object) === unit.text(target.object) &&
    isPlainIndex(target.property) &&
    isPlainIndex(candidate.property)
  );
}

/** Evaluating it twice does what evaluating it once does: names, literals, arithmetic on them, elements and fields. */
export function isRepeatable(node: Node): boolean {
  switch (node.type) {
    case 'Identifier':
    case 'Literal':
    case 'ThisExpression':
      return true;
    case 'BinaryExpression':
      return isRepeatable(node.left) && isRepeatable(node.right);
    case 'UnaryExpression':
      return node.operator !== 'delete' && isRepeatable(node.argument);
    case 'MemberExpression':
      return !node.optional && isRepeatable(node.object) && (!node.computed || isRepeatable(node.property));
    default:
      return false;
  }
}

/** Names the memory that a chain runs through: a variable, a field, or the elements of an array. */
function memoryKey(unit: Unit, target: Node): string {
  const owner = unit.body.node.start;
  if (target.type === 'Identifier') {
    const binding = unit.binding(target);
    return binding ? `#${binding.id}` : target.name;
  }
  const object = `${owner}:${unit.text(target.object)}`;
  return target.computed ? `${object}[]` : `${object}.${unit.text(target.property)}`;
}

const placeOf = (unit: Unit, { start }: Node): string => `${unit.file}:${start}`;

/** Compiles the operands of a chain: what they read of the chain's own array is marked. */
export function asOperands<T>(unit: Unit, chain: number, update: Node, compile: () => T): T {
  const outer = unit.feeding;
  const target: Node = update.left;
  unit.feeding =
    target.type === 'MemberExpression'
      ? { chain, array: shapeOf(unit.text(target.object)), at: placeOf(unit, update) }
      : undefined;
  const compiled = compile();
  unit.feeding = outer;
  return compiled;
}

/** Regions of the loops in which an operand can depend on the chain; undefined where the innermost is one of them. */
function dependentLoops(
  unit: Unit,
  node: Node,
  { operands, source }: Pick<Found, 'operands' | 'source'>,
): number[] | undefined {
  const loops = loopsAround(node, unit.scopes.parent);
  const inner = loops[0] ?? unit.body.node;
  const isInPlace = unit.text(source) === unit.text(node.left);
  const apart = unit.table.isStrict(placeOf(unit, node)) ? 'none' : isInPlace ? 'rows' : 'elements';
  const depends = (within: Node): boolean =>
    operands.some(operand => dependsOn(unit, operand, { target: node.left, within, apart })) ||
    deciding(unit, node, within).some(test => dependsOn(unit, test, { target: node.left, within, apart: 'none' }));
  if (depends(inner)) return undefined;
  return loops
    .slice(1)
    .filter(depends)
    .map(loop => unit.regions.get(loop) ?? -1);
}

/** Tests inside a loop that decide whether an update runs: those around it, and those that can leave before it. */
function deciding(unit: Unit, update: Node, within: Node): Node[] {
  const tests: Node[] = [];
  let child = update;
  for (let at = unit.scopes.parent.get(update); at && at !== within; child = at, at = unit.scopes.parent.get(at)) {
    if (at.type === 'LogicalExpression' && at.right === child) tests.push(at.left);
    const test = (at.test ?? at.discriminant) as Node | undefined;
    // The comparison of an `if` that is a minimum is the update itself.
    if (isOwnTest(unit, at, update)) tests.push(...[guarded(at).guard ?? []].flat());
    else if (test && test !== child && at.init !== child) tests.push(test);
  }
  contains(within, at => {
    if (at.type === 'IfStatement' && contains(at, part => /^(Break|Continue|Return|Throw)Statement$/.test(part.type)))
      tests.push(at.test);
    return false;
  });
  return tests;
}

const isOwnTest = (unit: Unit, branch: Node, update: Node): boolean =>
  branch.type === 'IfStatement' &&
  isComparison(guarded(branch).comparison) &&
  update.operator === '=' &&
  [update.left, update.right].every(part => {
    const { left, right } = guarded(branch).comparison;
    return [left, right].some(side => unit.text(side) === unit.text(part));
  });

/**
 * Whether an expression can depend on the chain's value, through names assigned within a loop (conservative).
 *
 * @param apart which elements of the same array are taken for other cells: those at another subscript, as in
 * `x[i] -= a[i][j] * x[j]`, and also those of another row. The run that finds one to be the same cell is void, and a
 * strict one follows
 */
function dependsOn(
  unit: Unit,
  operand: Node,
  { target, within, apart }: { target: Node; within: Node; apart: 'none' | 'elements' | 'rows' },
): boolean {
  const tainted = new Set<Binding>();
  const ownShape = target.type === 'MemberExpression' ? shapeOf(unit.text(target.object)) : undefined;
  const isOwn = (node: Node): boolean =>
    node.type === 'MemberExpression' && ownShape !== undefined && shapeOf(unit.text(node.object)) === ownShape;
  const mentions = (node: Node): boolean => {
    if (node.type === 'Identifier') {
      const binding = unit.binding(node);
      if (binding && tainted.has(binding)) return true;
      return target.type === 'Identifier' && binding !== undefined && binding === unit.binding(target);
    }
    if (isOwn(node)) if (target.computed ? node.computed : unit.text(node) === unit.text(target)) return true;
    return (childrenOf(node) as Node[]).some(mentions);
  };
  const own = target.type === 'Identifier' ? unit.binding(target) : undefined;
  for (let grew = true; grew; ) {
    grew = false;
    for (const binding of unit.scopes.bindings) {
      if (tainted.has(binding) || binding === own || binding.owner !== unit.body.node) continue;
      if (unit.slice.isCounter(binding)) continue;
      if (assigned(unit, binding, within).some(mentions)) {
        tainted.add(binding);
        grew = true;
      }
    }
  }
  const isApart = (node: Node): boolean =>
    isOwn(node) &&
    node.computed &&
    target.computed &&
    unit.text(node) !== unit.text(target) &&
    (apart === 'rows' || unit.text(node.object) === unit.text(target.object));
  const reaches = (node: Node): boolean => {
    if (isApart(node)) return subscriptsOf(node).some(mentions);
    const below = childrenOf(node) as Node[];
    return below.length === 0 || !contains(node, isApart) ? mentions(node) : below.some(reaches);
  };
  return apart === 'none' ? mentions(operand) : reaches(operand);
}

/** Of `T[i + 1][j]` both. */
function subscriptsOf(node: Node): Node[] {
  if (node.type !== 'MemberExpression') return [];
  return [...subscriptsOf(node.object), ...(node.computed ? [node.property] : [])];
}

/** Expressions whose values are stored in a name, or into what it refers to. */
function assigned(unit: Unit, binding: Binding, within: Node): Node[] {
  const values: Node[] = [];
  for (const { node } of binding.references) {
    if (!isInside(node, within)) continue;
    let at = node;
    let parent = unit.scopes.parent.get(at)!;
    while (parent.type === 'MemberExpression' && parent.object === at) {
      at = parent;
      parent = unit.scopes.parent.get(at)!;
    }
    if (parent.type === 'AssignmentExpression' && parent.left === at) values.push(parent.right);
    if (parent.type === 'VariableDeclarator' && parent.id === at && parent.init) values.push(parent.init);
    // What a method is given may be kept in its object.
    if (parent.type === 'CallExpression' && parent.callee === at) values.push(...parent.arguments);
  }
  return values;
}
