import { childrenOf } from './parse.ts';
import { type Binding, isLoop, type Node, type Scopes } from './scope.ts';
import { isInside, isUnused, loopsAround, type Parents, testedLoop } from './syntax.ts';

/** Loop counters of a file, as far as they are still believed to be ones. */
export interface Counters {
  has(binding: Binding): boolean;
  /** What the counter is set to, outside its steps. */
  resets(binding: Binding): readonly Node[];
  /**
   * The loops that step it as often as their iterations say, where data decide how often another loop around does
   * (`for (const n of counts) for (let j = n; j > 0; j--) out[k++] = n`): that one hands its value on. Undefined for those that all
   * loops around step so.
   */
  onlyIn(binding: Binding): readonly Node[] | undefined;
  /** Drops those whose step is no longer index-like, and drops them from `index` too; says whether it did. */
  shrink(index: Set<Binding>): boolean;
}

interface Counter {
  readonly resets: readonly Node[];
  readonly amounts: readonly Node[];
  /** Neither a subscript nor in a loop's test: it is one only as long as it starts from what is known beforehand. */
  readonly isPlain: boolean;
  /** The steps. */
  readonly steps: readonly Node[];
}

const stepping = new Set(['+=', '-=', '*=', '/=', '<<=', '>>=', '>>>=']);
/** Only these make a counter of a name that no loop tests. */
const additive = new Set(['+=', '-=', '++', '--']);

/**
 * A counter is stepped by a fixed amount, once in each iteration whatever the data, and serves that loop: as a subscript,
 * in its test, or by being read in it (`out[i] = k; k += 2`, `if (++tries > 100) break`). A total that grows by one each time
 * but is only read afterwards is data.
 */
export function findCounters(scopes: Scopes, isIndexLike: (expression: Node) => boolean): Counters {
  const counters = new Map<Binding, Counter>();
  for (const binding of scopes.bindings) {
    const counter = counterOf(binding, scopes);
    if (counter) counters.set(binding, counter);
  }
  return {
    has: binding => counters.has(binding),
    resets: binding => counters.get(binding)?.resets ?? [],
    onlyIn(binding) {
      const counter = counters.get(binding);
      return counter && onlyIn(counter, scopes.parent, isIndexLike);
    },
    shrink(index) {
      let changed = false;
      for (const [binding, { amounts, resets, isPlain }] of counters) {
        if (amounts.every(isIndexLike) && (!isPlain || resets.every(isIndexLike))) continue;
        counters.delete(binding);
        index.delete(binding);
        changed = true;
      }
      return changed;
    },
  };
}

function counterOf(binding: Binding, scopes: Scopes): Counter | undefined {
  if (binding.exported || binding.kind === 'import' || binding.kind === 'catch') return undefined;
  const parents = scopes.parent;
  const resets: Node[] = [];
  const amounts: Node[] = [];
  const loops: Node[] = [];
  const steps: Node[] = [];
  const tested = binding.references.some(({ node }) => isTested(node, parents));
  const isPlain = !tested && !binding.references.some(({ node }) => isSubscript(node, parents));
  for (const { node, access, owner } of binding.references) {
    if (access === 'read') continue;
    if (owner !== binding.owner) return undefined;
    const step = stepOf(node, scopes);
    if (step) {
      const loop = loopsAround(step.node, parents)[0];
      if (!loop || !isUnconditional(step.node, loop, parents)) return undefined;
      if (!tested && !additive.has(step.operator)) return undefined;
      // A step by another name (`total += i`) counts only if a loop tests the result (`for (…; j < n; j += i)`).
      if (step.amount && step.amount.type !== 'Literal' && !tested) return undefined;
      if (step.amount) {
        if (changesIn(step.amount, loop, scopes)) return undefined;
        amounts.push(step.amount);
      }
      loops.push(loop);
      steps.push(step.node);
    } else {
      const init = initialValue(node, parents);
      if (init === undefined) return undefined;
      if (init) resets.push(init);
    }
  }
  if (loops.length === 0) return undefined;
  if (isPlain && !(amounts.every(isWhole) && loops.every(loop => isReadIn(binding, loop, parents)))) return undefined;
  return resets.some(reset => loops.some(loop => isInside(reset, loop) && !(loop.init && isInside(reset, loop.init))))
    ? undefined
    : { resets, amounts, isPlain, steps };
}

function onlyIn(
  { steps, resets }: Counter,
  parents: Parents,
  isIndexLike: (expression: Node) => boolean,
): readonly Node[] | undefined {
  const running = new Set<Node>();
  const handing = new Set<Node>();
  for (const step of steps) {
    let isCountedSoFar = true;
    for (const loop of loopsAround(step, parents)) {
      const restarts = resets.some(reset => isInside(reset, loop) && !(loop.init && isInside(reset, loop.init)));
      if (restarts) break;
      (isCountedSoFar ? running : handing).add(loop);
      isCountedSoFar &&= isCounted(loop, isIndexLike);
    }
  }
  return handing.size === 0 ? undefined : [...running].filter(loop => !handing.has(loop));
}

/** Whether a loop's text says how often it runs, given sizes, lengths and counters. */
function isCounted(loop: Node, isIndexLike: (expression: Node) => boolean): boolean {
  if (leavesEarly(loop.body)) return false;
  return /^For(Of|In)/.test(loop.type) || (Boolean(loop.test) && isIndexLike(loop.test));
}

/** Whether a jump can end a loop before its test does. */
function leavesEarly(node: Node): boolean {
  if (node.type === 'BreakStatement' || (node.type === 'ContinueStatement' && node.label)) return true;
  if (/Function|Class/.test(node.type)) return false;
  return (childrenOf(node) as Node[]).some(leavesEarly);
}

/** Steps by fractions round: what they add up to is computed, not known. */
const isWhole = (amount: Node): boolean => amount.type === 'Literal' && Number.isInteger(amount.value);

/** Whether a loop reads a name other than to step it. */
function isReadIn(binding: Binding, loop: Node, parents: Parents): boolean {
  return binding.references.some(({ node, access }) => {
    if (access === 'write' || !isInside(node, loop)) return false;
    const parent = parents.get(node)!;
    if (parent.type === 'UpdateExpression') return !isUnused(parent, parents);
    if (parent.type === 'AssignmentExpression' && parent.left === node) return !isUnused(parent, parents);
    const isOwnStep = parent.type === 'BinaryExpression' && parents.get(parent)!.type === 'AssignmentExpression';
    return !(isOwnStep && stepsItself(parents.get(parent)!, node));
  });
}

/** `x = x + 1` */
const stepsItself = ({ left }: Node, node: Node): boolean => left.type === 'Identifier' && left.name === node.name;

interface Step {
  readonly node: Node;
  readonly operator: string;
  readonly amount?: Node;
}

function stepOf(node: Node, scopes: Scopes): Step | undefined {
  const parent = scopes.parent.get(node)!;
  if (parent.type === 'UpdateExpression') return { node: parent, operator: parent.operator };
  if (parent.type !== 'AssignmentExpression' || parent.left !== node) return undefined;
  if (stepping.has(parent.operator)) return { node: parent, operator: parent.operator, amount: parent.right };
  const { right } = parent;
  if (parent.operator !== '=' || right.type !== 'BinaryExpression' || !stepping.has(`${right.operator}=`))
    return undefined;
  const same = (side: Node) => side.type === 'Identifier' && scopes.bindingOf.get(side) === scopes.bindingOf.get(node);
  if (same(right.left)) return { node: parent, operator: `${right.operator}=`, amount: right.right };
  if (/^[+*]$/.test(right.operator) && same(right.right))
    return { node: parent, operator: `${right.operator}=`, amount: right.left };
  return undefined;
}

/** What a declaration or plain assignment gives; null without a value, undefined where a pattern or loop binds it. */
function initialValue(node: Node, parents: Parents): Node | null | undefined {
  const parent = parents.get(node)!;
  if (parent.type === 'VariableDeclarator' && parent.id === node) {
    const loop = parents.get(parents.get(parent)!)!;
    return /^For(Of|In)/.test(loop.type) && loop.left === parents.get(parent) ? undefined : (parent.init ?? null);
  }
  if (parent.type === 'AssignmentExpression' && parent.left === node && parent.operator === '=') return parent.right;
  // A parameter's own declaration: what callers give.
  return parent.params?.includes(node) ? node : undefined;
}

/** Whether an expression names something that the loop itself changes. */
function changesIn(expression: Node, loop: Node, scopes: Scopes): boolean {
  if (expression.type === 'Identifier') {
    const binding = scopes.bindingOf.get(expression);
    return binding?.references.some(({ node, access }) => access !== 'read' && isInside(node, loop)) ?? false;
  }
  return (childrenOf(expression) as Node[]).some(child => changesIn(child, loop, scopes));
}

/** Whether a node runs exactly once in each full iteration of a loop. */
function isUnconditional(node: Node, loop: Node, parents: Parents): boolean {
  let at = node;
  for (let parent = parents.get(at); parent; at = parent, parent = parents.get(at)) {
    if (parent === loop) break;
    if (parent.type === 'LogicalExpression' && parent.right === at) return false;
    if (parent.type === 'ConditionalExpression' && parent.test !== at) return false;
    if (/^(If|Switch|Try|Labeled)/.test(parent.type) && parent.test !== at) return false;
    if (parent.type === 'CatchClause' || parent.type === 'SwitchCase') return false;
  }
  const inBody = loop.body === at;
  return !inBody || !skipsRest(loop.body, loop, parents);
}

/** Whether a `continue` of this loop can pass over part of its body. */
function skipsRest(node: Node, loop: Node, parents: Parents): boolean {
  if (node.type === 'ContinueStatement') {
    if (node.label) return true;
    let at = parents.get(node)!;
    while (!isLoop(at)) at = parents.get(at)!;
    return at === loop;
  }
  if (/Function|Class/.test(node.type)) return false;
  return (childrenOf(node) as Node[]).some(child => skipsRest(child, loop, parents));
}

function isTested(node: Node, parents: Parents): boolean {
  let at = node;
  for (let parent = parents.get(at); parent; at = parent, parent = parents.get(at)) {
    if (isLoop(parent)) return parent.test === at;
    if (parent.type === 'MemberExpression' && parent.property === at && parent.computed) return false;
    if (!/Expression$/.test(parent.type) || /Function/.test(parent.type)) return false;
  }
  return testedLoop(node, parents) !== undefined;
}

/** Part of a computed subscript, be it through arithmetic. */
function isSubscript(node: Node, parents: Parents): boolean {
  let at = node;
  for (let parent = parents.get(at); parent; at = parent, parent = parents.get(at)) {
    if (parent.type === 'MemberExpression') return parent.computed && parent.property === at;
    if (!/^(Binary|Unary|Update|Assignment)Expression$/.test(parent.type)) return false;
  }
  return false;
}
