import { childrenOf } from '../../target/parse.ts';
import { boundNames, type Node } from '../../target/scope.ts';
import { isInside, isUnused } from '../../target/syntax.ts';
import { setTime } from './assignments.ts';
import { access, expression, sealed, unnamed } from './expressions.ts';
import type { Code, Unit } from './unit.ts';

/** A pattern whose parts are compiled, and code that sets the times of what it binds. */
export interface CompiledPattern {
  readonly text: string;
  /** One assignment or declaration of a shadow for each bound name. */
  readonly shadows: readonly Shadowed[];
  /** Assignments to run before, each with a comma: what an earlier iteration's defaults left is forgotten. */
  readonly resets: string;
}

export interface Shadowed {
  readonly target: Node;
  readonly time: string;
  /** Of a member: the object and key that were assigned to. */
  readonly object?: string;
  readonly key?: string;
}

/**
 * Compiles a destructuring pattern. Values are taken apart natively; times follow the same path through the shadows
 * of the objects, without touching any property again (a getter or iterator runs once).
 *
 * @param source code of the value that is taken apart, safe to repeat
 * @param time when that value is ready
 */
export function compilePattern(unit: Unit, pattern: Node, source: string, time: string): CompiledPattern {
  const parts: (readonly [Node, string])[] = [];
  const shadows: Shadowed[] = [];
  const defaults: string[] = [];
  const around = unit.inPattern;
  const own = boundNames(pattern).flatMap(name => {
    const binding = unit.binding(name);
    return binding && isInside(binding.declared, pattern) ? [binding] : [];
  });
  unit.inPattern = new Set([...around, ...own]);
  walk(unit, pattern, { source, time, parts, shadows, defaults });
  unit.inPattern = around;
  const resets = defaults.map(name => `${name} = undefined, `).join('');
  return { text: unit.patch(pattern, parts), shadows, resets };
}

interface Walk {
  readonly source: string;
  readonly time: string;
  readonly parts: (readonly [Node, string])[];
  readonly shadows: Shadowed[];
  /** Names that keep the times of defaults that were taken. */
  readonly defaults: string[];
}

function walk(unit: Unit, pattern: Node, at: Walk): void {
  switch (pattern.type) {
    case 'Identifier':
      at.shadows.push({ target: pattern, time: at.time });
      return;
    case 'MemberExpression':
      memberTarget(unit, pattern, at);
      return;
    case 'AssignmentPattern': {
      if (uses(unit, pattern.right))
        unit.unknown(pattern, 'a default uses names of its own pattern as if they were ready at once');
      const code = expression(unit, pattern.right);
      if (code.time === null) at.parts.push([pattern.right, code.value]);
      else {
        // Which of the two was taken shows only in the value; the later of both is safe.
        const kept = unit.temporary();
        at.defaults.push(kept);
        at.parts.push([pattern.right, unit.call('V', unnamed(code), `${kept} = ${code.time}`)]);
        walk(unit, pattern.left, { ...at, time: unit.call('J', at.time, `(${kept} ?? ${unit.zero})`) });
        return;
      }
      walk(unit, pattern.left, at);
      return;
    }
    case 'RestElement':
      walk(unit, pattern.argument, { ...at, time: unit.call('pr', at.source, at.time), source: 'undefined' });
      return;
    case 'ArrayPattern':
      for (const [place, element] of (pattern.elements as (Node | null)[]).entries()) {
        if (element === null) continue;
        walk(unit, element, step(unit, pattern, { ...at, key: String(place) }));
      }
      return;
    case 'ObjectPattern':
      for (const property of pattern.properties as Node[]) {
        if (property.type === 'RestElement') {
          walk(unit, property, at);
          continue;
        }
        let key = JSON.stringify(property.key.name ?? String(property.key.value));
        if (property.computed) {
          const code = sealed(unit, expression(unit, property.key));
          key = unit.temporary();
          at.parts.push([property.key, `${key} = ${unit.call('pk', code.value)}`]);
        }
        const inner: Walk = { ...step(unit, pattern, { ...at, key }), parts: [] };
        walk(unit, property.value, inner);
        if (property.shorthand && inner.parts.length > 0)
          at.parts.push([property, `${property.key.name} = ${inner.parts[0]![1]}`]);
        else at.parts.push(...inner.parts);
      }
  }
}

const uses = (unit: Unit, node: Node): boolean => {
  const binding = node.type === 'Identifier' ? unit.binding(node) : undefined;
  return (
    (binding !== undefined && unit.inPattern.has(binding)) ||
    (childrenOf(node) as Node[]).some(child => uses(unit, child))
  );
};

/** One step into an object: the time of a field, and the field's own value if it can be had without running code. */
function step(unit: Unit, pattern: Node, { key, ...at }: Walk & { key: string }): Walk {
  const site = String(unit.site(pattern, '{…}'));
  return {
    ...at,
    source: unit.call('pp', at.source, key),
    time: unit.call('pl', at.source, key, at.time, site),
  };
}

function memberTarget(unit: Unit, target: Node, at: Walk): void {
  if (target.object.type === 'Super') return;
  const place = access(unit, target, [{ value: '', time: null, pure: false, simple: false }]);
  at.parts.push([target, place.place]);
  at.shadows.push({ target, time: at.time, object: place.object, key: place.key });
}

/** `[a, b] = [b, a]` and its like, as an expression. */
export function assignPattern(unit: Unit, node: Node): Code {
  const right = sealed(unit, expression(unit, node.right));
  const source = unit.temporary();
  const { text, shadows, resets } = compilePattern(unit, node.left, source, unit.timeOf(right));
  const sets: string[] = [];
  const kept: string[] = [];
  for (const { target, time, object, key } of shadows) {
    const binding = target.type === 'Identifier' ? unit.binding(target) : undefined;
    const site = String(unit.site(target, unit.text(target.type === 'Identifier' ? target : target.object)));
    if (object === undefined && (!binding || unit.shadow(binding) === 'none')) continue;
    const name = unit.temporary();
    kept.push(`${name} = ${time}`);
    // Values are stored by now, so a store cannot be compared with what was there.
    if (object === undefined) sets.push(setTime(unit, binding!, name, site)!);
    else sets.push(unit.call('sp', object, key!, name, site));
  }
  const value = unit.temporary();
  const result = isUnused(node, unit.scopes.parent) ? source : value;
  return {
    value: `(${source} = ${unnamed(right)}, ${resets}${[`${value} = (${text} = ${source})`, ...kept, ...sets].join(', ')}, ${result})`,
    time: right.time,
    pure: false,
    simple: false,
  };
}
