import type { Instruction } from '../bytecode/parse-dump.ts';
import { registersIn } from './constants.ts';
import type { FlowGraph } from './flow.ts';
import type { IterationFacts, IterationSite } from './iterations.ts';
import type { Equation } from './linear.ts';

/** What is known of one place where something was iterated. */
export interface KnownIteration {
  readonly site: IterationSite;
  readonly facts: IterationFacts;
}

/**
 * What V8's counters do not tell of an iteration: whether a loop that is left early finds a `return` method to call,
 * and after how many elements a pattern finds the iterator at its end.
 *
 * @param instructions with positions in the file itself
 */
export function iterationEquations(
  instructions: readonly Instruction[],
  graph: FlowGraph,
  known: readonly KnownIteration[],
): Equation[] {
  return known.flatMap(({ site, facts }) => {
    const { withReturn, withoutReturn, unknown } = facts;
    const begin = iteratorOf(instructions, site);
    if (begin < 0) return [];
    const found: Equation[] = [];
    const iteration = iterationAt(instructions, begin);
    if (unknown === 0 && withReturn === 0)
      for (const jump of iteration.returnJumps) found.push(edgesOf(graph, jump, false, 0));
    if (unknown === 0 && withoutReturn === 0)
      for (const jump of iteration.returnJumps) found.push(edgesOf(graph, jump, true, 0));
    if (site.elements !== undefined && facts.lengths)
      for (const [element, jump] of iteration.doneJumps.entries())
        if (element < site.elements) found.push(edgesOf(graph, jump, true, facts.lengths.get(element) ?? 0));
        else found.push(edgesOf(graph, jump, false, restElements(facts.lengths, site.elements)));
    const { inner } = site;
    const innerBegin =
      inner && facts.innerFilled
        ? instructions.findIndex(
            each =>
              each.opcode === 'GetIterator' &&
              each.position !== undefined &&
              each.position >= inner.start &&
              each.position < inner.end,
          )
        : -1;
    if (innerBegin >= 0) {
      const taken = iterationAt(instructions, innerBegin);
      // Arrays: their iterators have no `return`, and they do not end before the pattern does.
      for (const jump of taken.returnJumps) found.push(edgesOf(graph, jump, false, 0));
      for (const jump of taken.doneJumps.slice(0, inner?.elements.filter(each => each?.type !== 'RestElement').length))
        found.push(edgesOf(graph, jump, true, 0));
    }
    return found;
  });
}

/**
 * The `GetIterator` of an expression. It has no position of its own where the one before it has the same; of those
 * that stand within the expression the last is its own, the others are of spreads in it.
 */
function iteratorOf(instructions: readonly Instruction[], { iterated, pattern }: IterationSite): number {
  let position = -1;
  const stands = instructions.map(each => {
    position = each.position ?? position;
    return each.opcode === 'GetIterator' ? position : -1;
  });
  const own = stands.findLastIndex(at => at >= iterated.start && at <= iterated.end);
  return own >= 0 || !pattern ? own : stands.findIndex(at => at >= pattern.start && at <= pattern.end);
}

const restElements = (lengths: ReadonlyMap<number, number>, taken: number): number =>
  [...lengths].reduce((sum, [length, times]) => sum + times * Math.max(0, length - taken), 0);

interface Iteration {
  /** Jumps over the call of `return` where there is none. */
  readonly returnJumps: readonly number[];
  /** Jumps that are taken when `next` says that it is done, in order. */
  readonly doneJumps: readonly number[];
}

/** The bytecodes of V8's iteration protocol that belong to one `GetIterator`: those that name its register. */
function iterationAt(instructions: readonly Instruction[], begin: number): Iteration {
  const store = instructions[begin + 1];
  const iterator = store?.opcode === 'Star' ? store.operands : undefined;
  const returnJumps: number[] = [];
  const doneJumps: number[] = [];
  if (iterator === undefined) return { returnJumps, doneJumps };
  for (let index = begin + 2; index < instructions.length; index++) {
    const { opcode, operands } = instructions[index] as Instruction;
    const registers = registersIn(operands);
    if (opcode === 'GetIterator' && instructions[index + 1]?.operands === iterator) break;
    if (
      opcode === 'GetNamedProperty' &&
      registers[0] === iterator &&
      /^JumpIfUndefinedOrNull/.test(instructions[index + 1]?.opcode ?? '')
    )
      returnJumps.push(index + 1);
    if (opcode === 'CallProperty0' && registers[1] === iterator) {
      const done = instructions.findIndex(
        (each, at) => at > index && at < index + 8 && /^JumpIfToBooleanTrue/.test(each.opcode),
      );
      // The call of `return` has no such test after it.
      const isNext = instructions
        .slice(index, done < 0 ? index : done)
        .some(each => each.opcode === 'GetNamedProperty');
      if (done >= 0 && isNext) doneJumps.push(done);
    }
  }
  return { returnJumps, doneJumps };
}

/** Σ of a jump's edges, taken or not, in all states. */
function edgesOf({ edges, nodes }: FlowGraph, jump: number, taken: boolean, value: number): Equation {
  const terms = new Map<number, number>();
  for (const [edge, { kind, from, to }] of edges.entries())
    if (kind === 'flow' && nodes[from]?.last === jump && (nodes[to]?.first !== jump + 1) === taken) terms.set(edge, 1);
  return { terms, value: terms.size === 0 ? 0 : value };
}
