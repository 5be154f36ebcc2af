import type { Session } from 'node:inspector';
import type { Instruction } from '../bytecode/parse-dump.ts';
import type { FlowGraph } from './flow.ts';
import type { Equation } from './linear.ts';

/** Where a generator was suspended when it was told to return. Line and column count from 0. */
export interface ForcedReturn {
  readonly script: string;
  readonly line: number;
  readonly column: number;
  readonly count: number;
}

const held = Symbol.for('parallelogram.generator');

/**
 * Sees every call of `return` on a suspended generator, be it by a loop that is left early or by the program, and asks
 * the inspector where the generator stands: no coverage counter lies on that way out.
 */
export function watchGenerators(session: Session): { forced(): ForcedReturn[]; reset(): void } {
  const seen = new Map<string, Omit<ForcedReturn, 'count'> & { count: number }>();
  const kinds = [function* () {}, async function* () {}];
  for (const kind of kinds) {
    const prototype = Object.getPrototypeOf(kind).prototype as { return: (value: unknown) => unknown };
    const original = prototype.return;
    const replacement = {
      return(this: object, value: unknown): unknown {
        note(this);
        return Reflect.apply(original, this, [value]);
      },
    }.return;
    Object.defineProperty(prototype, 'return', {
      value: replacement,
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
  const note = (generator: object): void => {
    const place = locate(session, generator);
    if (!place) return;
    const key = `${place.script}:${place.line}:${place.column}`;
    const entry = seen.get(key) ?? { ...place, count: 0 };
    entry.count++;
    seen.set(key, entry);
  };
  return { forced: () => [...seen.values()], reset: () => seen.clear() };
}

/** Undefined for one that is running or has ended: nothing of it runs then. */
function locate(session: Session, generator: object): Omit<ForcedReturn, 'count'> | undefined {
  const holder = globalThis as { [held]?: object };
  holder[held] = generator;
  let place: Omit<ForcedReturn, 'count'> | undefined;
  session.post(
    'Runtime.evaluate',
    { expression: "globalThis[Symbol.for('parallelogram.generator')]", objectGroup: 'parallelogram' },
    (error, evaluated) => {
      const objectId = evaluated?.result.objectId;
      if (error || objectId === undefined) return;
      session.post('Runtime.getProperties', { objectId, ownProperties: true }, (failed, properties) => {
        if (failed) return;
        const internal = new Map(
          (properties.internalProperties ?? []).map(({ name, value }) => [name, value?.value as unknown]),
        );
        const location = internal.get('[[GeneratorLocation]]') as
          | { scriptId: string; lineNumber: number; columnNumber: number }
          | undefined;
        if (internal.get('[[GeneratorState]]') === 'suspended' && location)
          place = { script: location.scriptId, line: location.lineNumber, column: location.columnNumber };
      });
    },
  );
  session.post('Runtime.releaseObjectGroup', { objectGroup: 'parallelogram' });
  delete holder[held];
  return place;
}

/** JSGeneratorObject::ResumeMode::kReturn in V8. */
const resumeModeReturn = 1;

/**
 * A suspension is resumed to return as often as `return` was called while the generator stood there.
 *
 * @param forced how often, by position of the suspension in the counted text; undefined for modules, where it is never
 */
export function resumptionEquations(
  instructions: readonly Instruction[],
  { edges, nodes }: FlowGraph,
  forced: ReadonlyMap<number, number>,
): Equation[] {
  return [...instructions.entries()].flatMap(([index, { opcode, position }]) => {
    if (opcode !== 'SuspendGenerator') return [];
    // `ResumeGenerator; Star; _GeneratorGetResumeMode; SwitchOnSmiNoFeedback`: a plain `yield` or the initial one.
    const dispatch = index + 4;
    const returns =
      instructions[dispatch]?.opcode === 'SwitchOnSmiNoFeedback'
        ? instructions[dispatch]?.cases?.get(resumeModeReturn)
        : undefined;
    if (returns === undefined) return [];
    const terms = new Map<number, number>();
    for (const [edge, { from, to }] of edges.entries())
      if (nodes[from]?.last === dispatch && to >= 0 && instructions[nodes[to]?.first ?? -1]?.offset === returns)
        terms.set(edge, 1);
    return terms.size === 0 ? [] : [{ terms, value: (position === undefined ? undefined : forced.get(position)) ?? 0 }];
  });
}
