import type { Binding, Node } from '../../target/scope.ts';
import { isInside } from '../../target/syntax.ts';
import { type Nest, type NestLoop, somewhere } from './nest.ts';

/** An integer times names whose values the nest leaves alone. */
interface Product {
  readonly factor: number;
  readonly symbols: readonly string[];
}

/** By counter: how far a subscript moves when the counter moves by one. */
type Strides = ReadonlyMap<Binding, Product>;

const one: Product = { factor: 1, symbols: [] };

/**
 * Whether the iterations of a nest's outermost loop are independent for all sizes and all data.
 *
 * A nest has no branches on data, no calls that write, stores to an array at one place only and never loads from one
 * that it stores to. What is left to show: nothing that outlives an iteration is assigned; each stored array is none
 * of the nest's other arrays; and its subscript, affine in the counters, takes values in each iteration of the
 * outermost loop that it takes in no other. For the last, let the inner counters j₁, j₂, … go from 0 on to below B₁,
 * B₂, … with strides c₁, c₁·B₁, c₁·B₁·B₂, …: their sum stays below the product of all, so that a stride of the
 * outermost counter that equals this product keeps iterations apart (the strong test of Goff, Kennedy and Tseng, PLDI
 * 1991, on the linearised subscript). Loads are taken to have no effects of their own.
 */
export function isProvenParallel(nest: Nest): boolean {
  return (
    nest.carried.length === 0 &&
    nest.unit.scopes.opaque.length === 0 &&
    nest.arrays.every(({ stores }, at) => stores.every(store => isDistinct(nest, at, store) && isApart(nest, store)))
  );
}

/** Names without a second value: what is read from them in the nest is what they were declared with. */
const isFixed = (binding: Binding): boolean =>
  !binding.exported && binding.references.every(({ access, node }) => access === 'read' || node === binding.declared);

/** A stored array was made in this function; the others were made by other expressions, or before it. */
function isDistinct(nest: Nest, at: number, store: Node): boolean {
  const { binding } = nest.arrays[at]!;
  if (!isAllocated(nest, binding, store)) return false;
  return nest.arrays.every(({ binding: other }, which) => {
    if (which === at) return true;
    if (!isFixed(other)) return false;
    if (other.kind === 'param')
      return other.owner === binding.owner && !/\barguments\b/.test(nest.unit.text(binding.owner));
    return isAllocated(nest, other, store);
  });
}

const constructors = /^(Float(16|32|64)|U?[Ii]nt(8|16|32)|Uint8Clamped)Array$/;

/** `const a = new Float64Array(count)`: memory that nothing else knows. */
function isAllocated(nest: Nest, binding: Binding, store: Node): boolean {
  const { unit } = nest;
  const init = unit.scopes.parent.get(binding.declared)?.init as Node | undefined;
  if (binding.kind !== 'const' || !isFixed(binding) || init?.type !== 'NewExpression') return false;
  const { callee } = init;
  if (callee.type !== 'Identifier' || unit.binding(callee) || !constructors.test(callee.name)) return false;
  return init.arguments.length === 1 && isCount(nest, init.arguments[0], store);
}

/** A number, not a buffer to look at: by its form, or because the loops around the store do not run on anything else. */
function isCount(nest: Nest, node: Node, store: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'number';
  // Whatever its operands are, arithmetic gives no object.
  if (node.type === 'BinaryExpression') return /^[-+*/%]$/.test(node.operator);
  if (node.type === 'MemberExpression') return !node.computed && node.property.name === 'length';
  const binding = node.type === 'Identifier' ? nest.unit.binding(node) : undefined;
  if (!binding || !isFixed(binding)) return false;
  const isBound = (at: Node): boolean => at.type === 'Identifier' && nest.unit.binding(at) === binding;
  return nest.loops.some(({ node: loop }) => isInside(store, loop.body) && somewhere(loop.test.right, isBound));
}

/** No two iterations of the outermost loop store to the same place. */
function isApart(nest: Nest, store: Node): boolean {
  const found = strides(nest, store.left.property);
  if (!found) return false;
  const [root, ...others] = nest.loops.filter(({ node }) => isInside(store, node.body)) as [NestLoop, ...NestLoop[]];
  const own = found.get(root.counter);
  if (!own || own.factor === 0) return false;
  const inner = others.filter(({ counter }) => found.has(counter));
  if (inner.length === 0) return own.symbols.length === 0;
  let reach: Product | undefined;
  while (inner.length > 0) {
    // The first is that with a plain number for a stride; each next one's stride is what those before reach.
    const at = inner.findIndex(({ counter }) =>
      reach ? isSame(found.get(counter)!, reach) : found.get(counter)!.symbols.length === 0,
    );
    if (at < 0) return false;
    const [loop] = inner.splice(at, 1) as [NestLoop];
    const stride = found.get(loop.counter)!;
    const bound = boundOf(nest, loop);
    if (stride.factor <= 0 || !bound) return false;
    reach = times(stride, bound);
  }
  return isSame(own, reach!);
}

/** A counter that goes up from 0 or more stays below this. */
function boundOf(nest: Nest, { node }: NestLoop): Product | undefined {
  const start: Node = node.init.declarations[0].init;
  if (start.type !== 'Literal' || start.value < 0 || node.test.operator !== '<') return undefined;
  return product(nest, node.test.right);
}

const times = (a: Product, b: Product): Product => ({
  factor: a.factor * b.factor,
  symbols: [...a.symbols, ...b.symbols].sort(),
});

const isSame = (a: Product, b: Product): boolean =>
  a.factor === b.factor &&
  a.symbols.length === b.symbols.length &&
  a.symbols.every((name, at) => name === b.symbols[at]);

/** The initialiser of a name that the nest itself declares and never changes. */
function inside(nest: Nest, binding: Binding): Node | undefined {
  if (!isInside(binding.declared, nest.root) || !isFixed(binding)) return undefined;
  return unlessCounter(nest, binding) ? (nest.unit.scopes.parent.get(binding.declared)?.init as Node) : undefined;
}

const unlessCounter = (nest: Nest, binding: Binding): boolean => nest.loops.every(({ counter }) => counter !== binding);

/** A product of whole numbers and of names that the nest leaves alone. */
function product(nest: Nest, node: Node): Product | undefined {
  if (node.type === 'Literal') return Number.isInteger(node.value) ? { factor: node.value, symbols: [] } : undefined;
  if (node.type === 'BinaryExpression' && node.operator === '*') {
    const [left, right] = [product(nest, node.left), product(nest, node.right)];
    return left && right ? times(left, right) : undefined;
  }
  if (node.type !== 'Identifier') return undefined;
  const binding = nest.unit.binding(node);
  if (!binding) return undefined;
  if (!isInside(binding.declared, nest.root)) return { factor: 1, symbols: [String(binding.id)] };
  const init = inside(nest, binding);
  return init && product(nest, init);
}

/** The strides of a subscript; undefined where it is not affine, or moves by anything that is not the nest's counters. */
function strides(nest: Nest, node: Node): Strides | undefined {
  if (node.type === 'Literal') return typeof node.value === 'number' ? new Map() : undefined;
  if (node.type === 'MemberExpression' && !node.computed && node.property.name === 'length') return new Map();
  if (node.type === 'Identifier') {
    const binding = nest.unit.binding(node);
    if (!binding) return undefined;
    if (!unlessCounter(nest, binding)) return new Map([[binding, one]]);
    if (!isInside(binding.declared, nest.root)) return new Map();
    const init = inside(nest, binding);
    return init && strides(nest, init);
  }
  if (node.type !== 'BinaryExpression') return undefined;
  const [left, right] = [strides(nest, node.left), strides(nest, node.right)];
  if (!left || !right) return undefined;
  if (node.operator === '+' || node.operator === '-') return sum(left, right, node.operator === '-' ? -1 : 1);
  if (left.size === 0 && right.size === 0) return new Map();
  if (node.operator !== '*' || (left.size > 0 && right.size > 0)) return undefined;
  const scale = product(nest, left.size === 0 ? node.left : node.right);
  return (
    scale && new Map([...(left.size === 0 ? right : left)].map(([counter, stride]) => [counter, times(stride, scale)]))
  );
}

function sum(left: Strides, right: Strides, sign: 1 | -1): Strides | undefined {
  const total = new Map(left);
  for (const [counter, stride] of right) {
    const signed = { ...stride, factor: sign * stride.factor };
    const known = total.get(counter);
    if (known && String(known.symbols) !== String(stride.symbols)) return undefined;
    total.set(counter, known ? { ...signed, factor: known.factor + signed.factor } : signed);
  }
  return total;
}
