import { lowerExpression } from './expressions.ts';
import { emptyScope, type Lowering, type Scope } from './lowering.ts';
import type { Attribute, Expression } from './syntax.ts';
import { layOut, type Type, type TypeScope, typeOf } from './types.ts';

const caches = new WeakMap<Lowering, Map<string, Type>>();

/** The types that a module declares, worked out when first asked for. */
export function moduleTypes(low: Lowering, scope: Scope | undefined): TypeScope {
  const cache = caches.get(low) ?? new Map<string, Type>();
  caches.set(low, cache);
  const types: TypeScope = {
    named(name) {
      const known = cache.get(name);
      if (known) return known;
      const alias = low.module.aliases.find(each => each.name === name);
      const struct = low.module.structs.find(each => each.name === name);
      const type: Type | undefined = alias
        ? typeOf(alias.type, types)
        : struct && {
            kind: 'struct',
            name,
            members: layOut(
              struct.members.map(member => ({
                name: member.name,
                type: typeOf(member.type, types),
                ...attributed(low, member.attributes),
              })),
            ),
          };
      if (type) cache.set(name, type);
      return type;
    },
    constant: expression => constantOf(low, scope ?? low.moduleScope, expression),
  };
  return types;
}

function attributed(low: Lowering, attributes: readonly Attribute[]): { align?: number; size?: number } {
  const number = (name: string): number | undefined => {
    const value = attributes.find(each => each.name === name)?.args[0];
    return value && constantOf(low, low.moduleScope, value);
  };
  const [align, size] = [number('align'), number('size')];
  return { ...(align === undefined ? {} : { align }), ...(size === undefined ? {} : { size }) };
}

/** The number that an expression of constants is; undefined where it is none. */
export function constantOf(low: Lowering, scope: Scope | undefined, expression: Expression): number | undefined {
  let found: number | undefined;
  low.collect(() => {
    const { known } = lowerExpression(low, scope ?? emptyScope(), expression);
    const value = typeof known === 'string' ? Number(known) : Number.NaN;
    found = Number.isNaN(value) ? undefined : value;
  });
  return found;
}
