import { childrenOf } from '../../target/parse.ts';
import { type Binding, isFunction, isLoop, type Node } from '../../target/scope.ts';
import { isInside } from '../../target/syntax.ts';
import { loop } from './loops.ts';
import { type Known, keepsToNumbers, outsideOf } from './number-rules.ts';
import { type CloneBody, cloneName, type Numeric, timeAround } from './numeric.ts';
import type { Unit } from './unit.ts';

/**
 * Loops on numbers and typed arrays in functions that also do other things (make arrays, call what is not on numbers):
 * each is compiled once more as the functions on numbers are (`numeric.ts`), as if it were one whose parameters are the
 * names that it uses. It assigns nothing that was there before it, so nothing comes back but elements of arrays.
 */
export interface Fragment extends Numeric {
  readonly owner: Node;
  /** Names whose values and times it is given when it begins. */
  readonly parameters: readonly Binding[];
}

/** The outermost loops of a file that may have clones of their own. */
export function findFragments(
  unit: Unit,
  { candidates, arrays }: Known,
  slotOf: (binding: Binding) => number,
): ReadonlyMap<Node, Fragment> {
  const found = new Map<Node, Fragment>();
  const visit = (node: Node, owner: Node): void => {
    if (isFunction(node)) {
      if (!node.async && !node.generator) for (const child of childrenOf(node) as Node[]) visit(child, node);
      return;
    }
    // A `case` may jump over the declaration of what its loop uses.
    if (/^Class|^SwitchCase$|^LabeledStatement$/.test(node.type)) return;
    const fragment = isLoop(node) ? fragmentOf(node, owner) : undefined;
    if (fragment) found.set(node, fragment);
    else for (const child of childrenOf(node) as Node[]) visit(child, owner);
  };
  const fragmentOf = (root: Node, owner: Node): Fragment | undefined => {
    const known: Known = { candidates, arrays: new Set(arrays), given: new Set() };
    // A name may be seen as a number before it is seen as an array.
    for (let size = -1; size < known.arrays.size; ) {
      size = known.arrays.size;
      if (!keepsToNumbers(unit, { root, owner }, known)) return undefined;
    }
    // What functions take for numbers stays what it is.
    for (const binding of known.arrays)
      if (!arrays.has(binding) && binding.owner !== owner && candidates.has(binding.owner)) return undefined;
    const parameters = [...known.given];
    const around = [...outsideOf(unit, { root, owner }, candidates, known.given)];
    const id =
      unit.table.numeric.push({
        parameters: parameters.map(binding => ({ isArray: known.arrays.has(binding), waitsForAll: false })),
        surroundings: around.map(binding => ({ isArray: known.arrays.has(binding), slot: slotOf(binding) })),
      }) - 1;
    return { id, around, owner, parameters };
  };
  for (const child of childrenOf(unit.scopes.program) as Node[]) visit(child, unit.scopes.program);
  return found;
}

/** The loop as it stands in general code: by its clone where that can be. */
export function orFragment(unit: Unit, node: Node, general: string): string {
  const fragment = unit.fragments.get(node);
  if (fragment === undefined) return general;
  const { prefix } = unit;
  const { id, parameters } = fragment;
  // Nests are faster, and found out by themselves where they do not pay.
  const nests = [...unit.wideNests].filter(([inner]) => inner !== node && isInside(inner, node));
  if (nests.length > 0)
    unit.table.nestsOf.set(
      id,
      nests.map(([, nest]) => nest),
    );
  const conditions = [`${prefix}nf[${id}] === 1`, ...nests.map(([, nest]) => `${prefix}no[${nest}] === 1`)];
  const values = parameters.map(({ name }) => name).join(', ');
  const times = [unit.zero, ...parameters.map(binding => timeAround(unit, binding))].join(', ');
  return `{ if (!(${conditions.join(' && ')} && ${unit.call('lr', String(id), `[${values}]`, `[${times}]`)})) ${general} }`;
}

/** The function that a loop's clone is, before its blocks are gathered. */
export function fragmentText(unit: Unit, node: Node, { id, owner, parameters }: Fragment, clone: CloneBody): string {
  const { prefix } = unit;
  unit.body = {
    ...{ node: owner, temporaries: [], frame: undefined, self: undefined, loops: new Map() },
    ...{ generator: false, async: false, deferred: false, getter: false },
  };
  const text = loop(unit, node, '');
  const declared = [`${prefix}none`, ...unit.body.temporaries].join(', ');
  const names = [`${prefix}frame`, ...parameters.map(({ name }) => name)].join(', ');
  return `function ${cloneName(unit, id)}(${names}) { const ${prefix}end = ${prefix}frame + ${clone.size}; let ${declared}; ${text} }`;
}
