import type { Binding, Node } from '../../target/scope.ts';
import { isInside } from '../../target/syntax.ts';
import { type Nest, type NestLoop, somewhere, stepOf } from './nest.ts';

/**
 * JavaScript that goes through the reads and writes of a nest's variables alone, as far as dependences need it. No
 * branch and no bound depends on data, so every iteration of a loop does the same to them: after the first, each
 * leaves what the one before left, an iteration later. Two iterations of each loop are therefore gone through, and
 * what the second one showed counts for all later ones (`SkeletonRun` in `runtime/skeleton.ts`).
 *
 * @returns undefined where no variable needs dates
 */
export function dependenceCode(nest: Nest): string | undefined {
  const { unit, loops, root } = nest;
  const isCell = (binding: Binding | undefined): binding is Binding =>
    binding !== undefined && unit.shadow(binding) === 'cell';
  if (!somewhere(root, at => at.type === 'Identifier' && isCell(unit.binding(at)))) return undefined;
  const p = unit.prefix;
  const name = (binding: Binding): string =>
    isInside(binding.declared, root) ? unit.shadowName(binding) : `${p}n.cells[${outsideCells(nest).indexOf(binding)}]`;
  const site = (node: Node): number => nest.siteOf.get(node) ?? 0;
  const reads = (node: Node): string => {
    if (node.type === 'Identifier') {
      const binding = unit.binding(node);
      return isCell(binding) ? `${p}n.read(${name(binding)}, ${site(node)});` : '';
    }
    if (node.type === 'MemberExpression') return node.computed ? reads(node.property) : '';
    if (node.type === 'CallExpression') return (node.arguments as Node[]).map(reads).join('');
    if (node.type === 'UnaryExpression') return reads(node.argument);
    return node.type === 'BinaryExpression' ? reads(node.left) + reads(node.right) : '';
  };
  const update = (node: Node, target: Node, operands: readonly Node[], alsoReads: boolean): string => {
    const binding = unit.binding(target);
    const before = operands.map(reads).join('');
    if (!isCell(binding)) return before;
    const own = alsoReads ? `${p}n.read(${name(binding)}, ${site(node)});` : '';
    return `${before}${own}${p}n.write(${name(binding)}, ${site(node)});`;
  };
  const statement = (node: Node): string => {
    switch (node.type) {
      case 'BlockStatement':
        return `{ ${(node.body as Node[]).map(statement).join(' ')} }`;
      case 'ForStatement':
        return loopText(loops.find(loop => loop.node === node)!);
      case 'VariableDeclaration':
        return (node.declarations as Node[])
          .map(({ id, init }) => {
            const binding = unit.binding(id);
            const made = isCell(binding) ? `const ${name(binding)} = ${p}n.cell(${site(id)});` : '';
            return (init ? reads(init) : '') + made;
          })
          .join('');
      case 'ExpressionStatement': {
        const at: Node = node.expression;
        if (at.type === 'UpdateExpression') return update(at, at.argument, [], true);
        if (at.left.type !== 'Identifier') return reads(at.right) + reads(at.left.property);
        const chain = nest.chains.get(at);
        return update(at, at.left, chain?.operands ?? [at.right], chain !== undefined || at.operator !== '=');
      }
      default:
        return '';
    }
  };
  const loopText = (loop: NestLoop): string => {
    const at = loops.indexOf(loop);
    return `{ const ${p}t = ${p}n.trips[${at}]; ${p}n.enter(${at}); for (let ${p}i = 0; ${p}i < 2 && ${p}i < ${p}t; ${p}i++) { ${p}n.begin(); ${statement(loop.node.body)} } ${p}n.leave(${p}t); }`;
  };
  return `'use strict'; return ${p}n => { ${loopText(loops[0]!)} };`;
}

/** Variables from outside whose cells the nest reads or writes. */
export function outsideCells({ unit, scalars, carried }: Nest): Binding[] {
  return [...carried, ...scalars].filter(binding => unit.shadow(binding) === 'cell');
}

/**
 * JavaScript that gives the numbers by which the nest is judged when it is entered: how often each loop runs, and for
 * each array that is stored to the first place and the distance of neighbouring iterations in each loop around the
 * store. Subscripts are affine in the counters, so differences tell all. The same for loads, where they are.
 *
 * @returns undefined where the subscript of a store is not affine
 */
export function shapeCode(nest: Nest): string | undefined {
  const { unit, loops, arrays } = nest;
  const text = (node: Node) => unit.text(node);
  const init = ({ node }: NestLoop): Node => node.init.declarations[0].init;
  const trips = loops.map(loop => {
    const { test, update } = loop.node;
    const range = `((${text(test.right)}) - (${text(init(loop))})) / ${stepOf(update)}`;
    return `Math.max(0, ${test.operator === '<' ? `Math.ceil(${range})` : `Math.floor(${range}) + 1`})`;
  });
  const names = [...arrays.map(({ binding }) => binding), ...nest.scalars, ...nest.carried].map(({ name }) => name);
  /** Code for where an access is, undefined where its subscript is not affine. */
  const access = (array: number, node: Node, subscript: Node): string | undefined => {
    const around = loops.filter(loop => isInside(node, loop.node.body));
    const index = expanded(nest, subscript);
    if (!index || degree(nest, subscript) === undefined) return undefined;
    const counters = around.map(({ counter }) => counter.name);
    const starts = around.map(loop => `(${text(init(loop))})`);
    const places = around.map(
      (loop, k) =>
        `f(${starts.map((start, other) => (other === k ? `${start} + ${stepOf(loop.node.update)}` : start)).join(', ')}) - o`,
    );
    return `(() => { const f = (${counters.join(', ')}) => ${index}; const o = f(${starts.join(', ')}); return { array: ${array}, first: o, loops: [${around.map(loop => loops.indexOf(loop)).join(', ')}], steps: [${places.join(', ')}] }; })()`;
  };
  const stores = arrays.flatMap(({ stores: nodes }, at) => nodes.map(node => access(at, node, node.left.property)));
  if (stores.includes(undefined)) return undefined;
  const loads = arrays.map(({ loads: nodes }, at) => nodes.map(node => access(at, node, node.property)));
  const scattered = loads.flatMap((places, at) => (places.includes(undefined) ? [at] : []));
  const affine = loads.flat().filter(place => place !== undefined);
  return `'use strict'; return ({ ${names.join(', ')} }) => ({ trips: [${trips.join(', ')}], stores: [${stores.join(', ')}], loads: () => [${affine.join(', ')}], scattered: [${scattered.join(', ')}] });`;
}

/** The expression with the nest's own constants put in. */
function expanded(nest: Nest, node: Node): string | undefined {
  const { unit, root } = nest;
  if (node.type === 'Literal') return unit.text(node);
  if (unit.slice.isIndexLike(node) && node.type === 'MemberExpression') return unit.text(node);
  if (node.type === 'BinaryExpression') {
    const [left, right] = [expanded(nest, node.left), expanded(nest, node.right)];
    return left && right ? `(${left} ${node.operator} ${right})` : undefined;
  }
  if (node.type !== 'Identifier') return undefined;
  const binding = unit.binding(node);
  if (!binding) return undefined;
  if (!isInside(binding.declared, root) || nest.loops.some(({ counter }) => counter === binding)) return node.name;
  const init = unit.scopes.parent.get(binding.declared)?.init as Node | undefined;
  return init && isConstant(binding) ? expanded(nest, init) : undefined;
}

const isConstant = (binding: Binding): boolean =>
  binding.references.every(({ access, node }) => access === 'read' || node === binding.declared);

/** 0 for what the nest leaves alone, 1 for what is affine in its counters, undefined for the rest. */
function degree(nest: Nest, node: Node): 0 | 1 | undefined {
  const { unit, root, loops, carried } = nest;
  if (node.type === 'Literal') return 0;
  if (node.type === 'MemberExpression' && !node.computed) return 0;
  if (node.type === 'Identifier') {
    const binding = unit.binding(node);
    if (!binding || carried.includes(binding)) return undefined;
    if (loops.some(({ counter }) => counter === binding)) return 1;
    if (!isInside(binding.declared, root)) return 0;
    const init = unit.scopes.parent.get(binding.declared)?.init as Node | undefined;
    return init && isConstant(binding) ? degree(nest, init) : undefined;
  }
  if (node.type !== 'BinaryExpression') return undefined;
  const [left, right] = [degree(nest, node.left), degree(nest, node.right)];
  if (left === undefined || right === undefined) return undefined;
  if (node.operator === '+' || node.operator === '-') return left === 1 || right === 1 ? 1 : 0;
  if (node.operator === '*') return left === 1 && right === 1 ? undefined : left === 1 || right === 1 ? 1 : 0;
  return undefined;
}
