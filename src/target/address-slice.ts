import { type Counters, findCounters } from './counters.ts';
import { childrenOf } from './parse.ts';
import { type Binding, isFunction, type Node, type Scopes } from './scope.ts';
import {
  functionAround,
  isArithmetic,
  isComparison,
  isCondition,
  isInside,
  isUnused,
  mathCall,
  testedLoop,
} from './syntax.ts';

/**
 * The address slice: what only ends up in subscripts, loop counters and loop bounds. It is followed backwards through
 * locals, captured variables, arguments and returned values and stops at memory. Census and trace share it, so that
 * their operation counts agree.
 */
export interface AddressSlice {
  /** Whether an operation (arithmetic, comparison, `++`, compound assignment, `Math` call) costs nothing. */
  isFree(operation: Node): boolean;
  /** Loop counters: stepped by a fixed amount once an iteration, used as subscript or in a loop's test. */
  isCounter(binding: Binding): boolean;
  /** Of a counter that only these loops step by a fixed amount an iteration, while one around them hands it on. */
  countedIn(binding: Binding): readonly Node[] | undefined;
  /** Ready at time 0 whoever calls: counters, constants, lengths and what is made of them. */
  isTimeless(binding: Binding): boolean;
  /** Made of counters, constants, lengths and size-like parameters only. */
  isIndexLike(expression: Node): boolean;
  /** The function that a call surely calls, where that is known. */
  calleeOf(call: Node): Node | undefined;
}

const sized = /^(Array|ArrayBuffer|SharedArrayBuffer|(Big)?(Int|Uint)\d+(Clamped)?Array|Float\d+Array)$/;
/** Methods whose arguments, from this one on, are positions. */
const positional = new Map([
  ...['at', 'charAt', 'charCodeAt', 'codePointAt', 'copyWithin', 'slice', 'subarray', 'substring'].map(
    name => [name, 0] as const,
  ),
  ['fill', 1],
]);
/** Their first argument is a byte's position. */
const ofDataView = /^[gs]et(Big)?(Int|Uint|Float)(8|16|32|64)$/;
const constants = new Set(['undefined', 'NaN', 'Infinity']);

export function findAddressSlice(scopes: Scopes): AddressSlice {
  const slice = new Slice(scopes);
  slice.solve();
  return slice;
}

/**
 * Greatest fixed point: everything is assumed to be an address until a use as data is found. All conditions are
 * monotone (each asks only whether other things are still in the sets), so the order of removal does not matter.
 */
class Slice implements AddressSlice {
  readonly #scopes: Scopes;
  readonly #address: Set<Binding>;
  readonly #index: Set<Binding>;
  readonly #returns: Set<Node>;
  readonly #counters: Counters;
  readonly #callsOf = new Map<Node, Node[]>();
  readonly #placing = new Set<Binding>();
  readonly #countedIn = new Map<Binding, readonly Node[] | undefined>();
  /** Functions that are only ever called by name inside this file. */
  readonly #closed = new Set<Node>();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
    this.#findCalls();
    this.#address = new Set(scopes.bindings);
    this.#index = new Set(scopes.bindings);
    this.#returns = new Set(this.#callsOf.keys());
    this.#counters = findCounters(scopes, expression => this.isIndexLike(expression));
    this.#findPlacing();
  }

  solve(): void {
    for (let changed = true; changed; ) {
      changed = this.#counters.shrink(this.#index);
      for (const binding of this.#address) if (!this.#onlyAddress(binding)) changed = this.#address.delete(binding);
      for (const binding of this.#index) if (!this.#staysIndex(binding)) changed = this.#index.delete(binding);
      for (const fn of this.#returns)
        if (!this.#closed.has(fn) || !(this.#callsOf.get(fn) ?? []).every(call => this.#isAddress(call)))
          changed = this.#returns.delete(fn);
    }
  }

  isFree(operation: Node): boolean {
    if (isComparison(operation)) return this.#freeComparison(operation);
    if (operation.type === 'UpdateExpression' || operation.type === 'AssignmentExpression') {
      const target = operation.type === 'UpdateExpression' ? operation.argument : operation.left;
      const binding = target.type === 'Identifier' ? this.#scopes.bindingOf.get(target) : undefined;
      return binding !== undefined && (this.isCounter(binding) || this.#address.has(binding));
    }
    if (isConstant(operation)) return true;
    return this.#isAddress(operation) || (this.isIndexLike(operation) && this.#inFreeCondition(operation));
  }

  isCounter(binding: Binding): boolean {
    return this.#counters.has(binding);
  }

  countedIn(binding: Binding): readonly Node[] | undefined {
    if (!this.#countedIn.has(binding)) this.#countedIn.set(binding, this.#counters.onlyIn(binding));
    return this.#countedIn.get(binding);
  }

  isTimeless(binding: Binding): boolean {
    if (!this.#index.has(binding)) return false;
    if (binding.kind === 'param') return this.#closed.has(binding.owner) && this.#callersTimeless(binding);
    if (this.isCounter(binding) || binding.kind === 'import') return true;
    // A name that is made of itself (`let x = x + 1`) throws before it has a value.
    const init = onlyInit(binding, this.#scopes);
    return init !== undefined && this.#timelessNames(init, binding);
  }

  isIndexLike(expression: Node): boolean {
    switch (expression.type) {
      case 'Literal':
        return typeof expression.value === 'number' || typeof expression.value === 'boolean';
      case 'Identifier': {
        const binding = this.#scopes.bindingOf.get(expression);
        return binding ? this.#index.has(binding) : constants.has(expression.name);
      }
      case 'MemberExpression':
        return !expression.computed && /^(length|byteLength)$/.test(expression.property.name);
      case 'UnaryExpression':
        return /^[-+~!]$/.test(expression.operator) && this.isIndexLike(expression.argument);
      case 'UpdateExpression':
        return expression.argument.type === 'Identifier' && this.isIndexLike(expression.argument);
      case 'BinaryExpression':
        return (
          (isArithmetic(expression) || isComparison(expression)) &&
          this.isIndexLike(expression.left) &&
          this.isIndexLike(expression.right)
        );
      case 'LogicalExpression':
        return this.isIndexLike(expression.left) && this.isIndexLike(expression.right);
      case 'ConditionalExpression':
        return [expression.test, expression.consequent, expression.alternate].every(part => this.isIndexLike(part));
      case 'CallExpression':
        return (
          mathCall(expression) !== undefined &&
          mathCall(expression) !== 'random' &&
          expression.arguments.every((argument: Node) => this.isIndexLike(argument))
        );
      default:
        return false;
    }
  }

  calleeOf(call: Node): Node | undefined {
    if (call.callee?.type !== 'Identifier') return undefined;
    const binding = this.#scopes.bindingOf.get(call.callee);
    return binding && functionOf(binding, this.#scopes);
  }

  #findCalls(): void {
    for (const binding of this.#scopes.bindings) {
      const fn = functionOf(binding, this.#scopes);
      if (!fn) continue;
      const calls: Node[] = [];
      let escapes = binding.exported || isNamedExpression(fn);
      for (const { node, access } of binding.references) {
        if (access !== 'read') continue;
        const parent = this.#scopes.parent.get(node)!;
        if (parent.type === 'CallExpression' && parent.callee === node) calls.push(parent);
        else escapes = true;
      }
      this.#callsOf.set(fn, calls);
      if (!escapes) this.#closed.add(fn);
    }
  }

  #onlyAddress(binding: Binding): boolean {
    if (binding.exported || binding.kind === 'import') return false;
    return binding.references.every(({ node, access }) => access === 'write' || this.#isAddress(node));
  }

  #staysIndex(binding: Binding): boolean {
    if (this.#counters.has(binding))
      return (
        this.#counters.onlyIn(binding) === undefined &&
        this.#counters.resets(binding).every(reset => this.isIndexLike(reset))
      );
    if (binding.kind === 'import') return this.#hasAddressUse(binding);
    if (binding.kind === 'param') return this.#isSizeParameter(binding);
    const init = onlyInit(binding, this.#scopes);
    return init !== undefined && this.isIndexLike(init);
  }

  /** A parameter that is never assigned, serves as subscript or bound, and gets index-like arguments inside the file. */
  #isSizeParameter(binding: Binding): boolean {
    const place = binding.owner.params?.indexOf(binding.declared) ?? -1;
    if (place < 0 || binding.references.some(({ access, node }) => access !== 'read' && node !== binding.declared))
      return false;
    const calls = this.#callsOf.get(binding.owner);
    // A function that is passed around gets its arguments from anywhere; an exported one from the outside.
    if (!calls || !(this.#closed.has(binding.owner) || this.#isExportedOnly(binding.owner))) return false;
    return (
      this.#hasAddressUse(binding) &&
      calls.every(call => {
        const spread = call.arguments.findIndex((argument: Node) => argument.type === 'SpreadElement');
        if (spread >= 0 && spread <= place) return false;
        return call.arguments[place] === undefined || this.isIndexLike(call.arguments[place]);
      })
    );
  }

  #isExportedOnly(fn: Node): boolean {
    if (isNamedExpression(fn)) return false;
    for (const binding of this.#scopes.bindings) {
      if (functionOf(binding, this.#scopes) !== fn) continue;
      return binding.references.every(({ node, access }) => {
        const parent = this.#scopes.parent.get(node)!;
        return access !== 'read' || parent.callee === node || /^Export/.test(parent.type);
      });
    }
    return false;
  }

  #hasAddressUse(binding: Binding): boolean {
    return this.#placing.has(binding);
  }

  /**
   * Names that really serve as subscript, bound or size, be it through others: a least fixed point, so that a name
   * that is only handed round in a circle does not count.
   */
  #findPlacing(): void {
    for (let grew = true; grew; ) {
      grew = false;
      for (const binding of this.#scopes.bindings) {
        if (this.#placing.has(binding)) continue;
        if (!binding.references.some(({ node, access }) => access !== 'write' && this.#places(node))) continue;
        this.#placing.add(binding);
        grew = true;
      }
    }
  }

  /** Whether a use ends, through arithmetic, in a subscript, a loop's test, a size, or a name that does. */
  #places(use: Node): boolean {
    const { parent: parents, bindingOf } = this.#scopes;
    let node = use;
    let parent = parents.get(node)!;
    while (isArithmetic(parent) || parent.type === 'UnaryExpression' || mathCall(parent)) {
      node = parent;
      parent = parents.get(node)!;
    }
    if (isComparison(parent)) {
      const other = parent.left === node ? parent.right : parent.left;
      const steers = (binding: Binding) => this.#counters.has(binding) || this.#placing.has(binding);
      const counts = (binding: Binding) => this.#counters.has(binding);
      if (testedLoop(parent, parents)) return this.#leaves(other).some(steers) || this.#leaves(node).some(counts);
      // The end of a recursion (`if (i === n) return`), or of a loop without a test: a bound of a position.
      const isPosition = (binding: Binding) => counts(binding) || (binding.kind === 'param' && steers(binding));
      return isCondition(parent, parents) && this.#leaves(other).some(isPosition);
    }
    if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
    if (parent.type === 'Property') return this.#isAddress(node);
    const reaches = (name: Node | undefined) => {
      const binding = name && bindingOf.get(name);
      return binding !== undefined && this.#placing.has(binding);
    };
    if (parent.type === 'VariableDeclarator') return reaches(parent.id);
    if (parent.type === 'AssignmentExpression') return parent.right === node && reaches(parent.left);
    if ((parent.type !== 'CallExpression' && parent.type !== 'NewExpression') || parent.callee === node) return false;
    const fn = this.calleeOf(parent);
    if (fn) return reaches(fn.params[parent.arguments.indexOf(node)]);
    return this.#isAddressArgument(node, parent);
  }

  #callersTimeless(binding: Binding): boolean {
    const place = binding.owner.params.indexOf(binding.declared);
    return (this.#callsOf.get(binding.owner) ?? []).every(
      call => call.arguments[place] === undefined || this.#timelessNames(call.arguments[place], binding),
    );
  }

  #timelessNames(expression: Node, except?: Binding): boolean {
    if (expression.type === 'MemberExpression') return true;
    if (expression.type === 'Identifier') {
      const binding = this.#scopes.bindingOf.get(expression);
      // A recursive call that hands the parameter on adds nothing to what it may be.
      return !binding || binding === except || (binding.kind !== 'param' && this.isTimeless(binding));
    }
    return (childrenOf(expression) as Node[]).every(child => this.#timelessNames(child, except));
  }

  /** Whether the value of an expression only ends up in addresses, counters and bounds. */
  #isAddress(node: Node): boolean {
    const { parent: parents, bindingOf } = this.#scopes;
    const parent = parents.get(node)!;
    switch (parent.type) {
      case 'MemberExpression':
        // The object itself is part of the address.
        return parent.object === node || parent.computed;
      case 'Property':
        // The size in `Array.from({ length: n + 1 }, …)`.
        return parent.value === node && !parent.computed && parent.key.name === 'length';
      case 'BinaryExpression':
        return isComparison(parent) ? this.#freeComparison(parent) : isArithmetic(parent) && this.#isAddress(parent);
      case 'UnaryExpression':
        return /^[-+~!]$/.test(parent.operator) && this.#isAddress(parent);
      case 'LogicalExpression':
        return this.#isAddress(parent);
      case 'ConditionalExpression':
        return parent.test === node ? this.isIndexLike(node) : this.#isAddress(parent);
      case 'SequenceExpression':
        return isUnused(node, parents) || this.#isAddress(parent);
      case 'UpdateExpression':
        return isUnused(parent, parents) || this.#isAddress(parent);
      case 'AssignmentExpression':
        if (parent.left !== node && !this.#flowsToAddress(bindingOf.get(parent.left))) return false;
        return isUnused(parent, parents) || this.#isAddress(parent);
      case 'VariableDeclarator':
        return this.#flowsToAddress(bindingOf.get(parent.id));
      case 'AssignmentPattern':
        return this.#flowsToAddress(bindingOf.get(parent.left));
      case 'CallExpression':
      case 'NewExpression':
        return parent.callee !== node && this.#isAddressArgument(node, parent);
      case 'ReturnStatement':
        return this.#returns.has(functionAround(parent, parents));
      case 'ArrowFunctionExpression':
        return parent.body === node && this.#returns.has(parent);
      case 'IfStatement':
      case 'SwitchStatement':
      case 'SwitchCase':
        return this.isIndexLike(node);
      case 'ExpressionStatement':
      case 'ForStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        return true;
      default:
        return false;
    }
  }

  #flowsToAddress(binding: Binding | undefined): boolean {
    return binding !== undefined && (this.#address.has(binding) || this.#counters.has(binding));
  }

  #isAddressArgument(node: Node, call: Node): boolean {
    const place = call.arguments.indexOf(node);
    const fn = this.calleeOf(call);
    if (fn) {
      const spread = call.arguments.findIndex((argument: Node) => argument.type === 'SpreadElement');
      const parameter = fn.params[place];
      const name = parameter?.type === 'AssignmentPattern' ? parameter.left : parameter;
      return (spread < 0 || spread > place) && this.#flowsToAddress(name && this.#scopes.bindingOf.get(name));
    }
    if (mathCall(call)) return this.#isAddress(call);
    if (call.callee.type === 'Identifier') return sized.test(call.callee.name) && call.arguments.length === 1;
    const method = call.callee.type === 'MemberExpression' && !call.callee.computed && call.callee.property.name;
    return place >= (positional.get(method) ?? Infinity) || (place === 0 && ofDataView.test(method));
  }

  /** Free: made of index-like things only, or the test of a loop against one of its counters. */
  #freeComparison(comparison: Node): boolean {
    if (this.isIndexLike(comparison)) return true;
    const loop = testedLoop(comparison, this.#scopes.parent);
    return (
      loop !== undefined &&
      [comparison.left, comparison.right].some(side =>
        this.#leaves(side).some(
          binding =>
            (this.#counters.has(binding) || (this.#address.has(binding) && this.#placing.has(binding))) &&
            binding.references.some(({ node, access }) => access !== 'read' && isInside(node, loop)),
        ),
      )
    );
  }

  /** The names that an arithmetic expression is made of, not those inside loads and calls. */
  #leaves(expression: Node): Binding[] {
    if (expression.type === 'Identifier') {
      const binding = this.#scopes.bindingOf.get(expression);
      return binding ? [binding] : [];
    }
    if (!/^(Binary|Unary|Update)Expression$/.test(expression.type)) return [];
    return (childrenOf(expression) as Node[]).flatMap(child => this.#leaves(child));
  }

  /** Inside a comparison that is free because all of it is index-like. */
  #inFreeCondition(node: Node): boolean {
    let at = node;
    for (let parent = this.#scopes.parent.get(at); parent; at = parent, parent = this.#scopes.parent.get(at)) {
      if (isComparison(parent)) return this.#freeComparison(parent);
      if (/^(If|Conditional|While|DoWhile|For|Switch)/.test(parent.type))
        return parent.test === at || parent.discriminant === at;
      if (!/^(Binary|Unary|Logical)/.test(parent.type)) return false;
    }
    return false;
  }
}

/** Literals only: the compiler's business. */
function isConstant(node: Node): boolean {
  if (node.type === 'Literal' || (node.type === 'Identifier' && constants.has(node.name))) return true;
  if (node.type !== 'UnaryExpression' && node.type !== 'BinaryExpression') return false;
  return (childrenOf(node) as Node[]).every(isConstant);
}

/** The initialiser of a name that is never assigned otherwise. */
function onlyInit(binding: Binding, { parent }: Scopes): Node | undefined {
  const writes = binding.references.filter(({ access }) => access !== 'read');
  const declarator = parent.get(binding.declared);
  if (writes.length !== 1 || writes[0]?.node !== binding.declared) return undefined;
  return declarator?.type === 'VariableDeclarator' && declarator.id === binding.declared
    ? (declarator.init ?? undefined)
    : undefined;
}

/** `const f = function g() { … }`: g is its name inside it alone, and whoever gets the value calls it by another. */
const isNamedExpression = ({ type, id }: Node): boolean => type === 'FunctionExpression' && Boolean(id);

/** The function that a name always stands for. */
function functionOf(binding: Binding, scopes: Scopes): Node | undefined {
  if (binding.kind === 'function')
    return binding.references.some(({ access, node }) => access !== 'read' && node !== binding.declared.id)
      ? undefined
      : binding.declared;
  const init = onlyInit(binding, scopes);
  return init && isFunction(init) && !init.id ? init : undefined;
}
