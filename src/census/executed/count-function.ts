import type { CompiledFunction } from '../bytecode/dump.ts';
import type { Instruction } from '../bytecode/parse-dump.ts';
import { alignListings, isCounter } from './align.ts';
import { blockEquations } from './blocks.ts';
import { fixedByBounds } from './bounds.ts';
import { type ConstructorFacts, constructorEquations } from './classes.ts';
import type { PassingExceptions } from './exceptions.ts';
import { alwaysThrows, type FlowGraph, flowGraph } from './flow.ts';
import { resumptionEquations } from './generators.ts';
import { iterationEquations, type KnownIteration } from './iteration-equations.ts';
import { Contradiction, type Equation, solveCounts } from './linear.ts';

/** What is known about a function besides its coverage. */
export interface FunctionFacts {
  readonly exceptions: PassingExceptions;
  /** The top level of a module whose evaluation ended: suspended once before its body, and resumed. */
  readonly evaluatedModule: boolean;
  /** From positions in the counted text to those in the file. */
  readonly toOriginal: (position: number) => number;
  /** How often `return` was called on generators that stood at a position of the counted text; undefined where nobody looked. */
  readonly forcedReturns: ReadonlyMap<number, number> | undefined;
  /** Of a constructor. */
  readonly constructed: ConstructorFacts | undefined;
  /** What was iterated in its file. */
  readonly iterations: readonly KnownIteration[];
}

/** How often each bytecode of a function's plain listing ran; undefined where coverage does not tell. */
export interface FunctionCounts {
  readonly executed: readonly (number | undefined)[];
  /** Why some are undefined. */
  readonly reason?: string;
}

const neverRan = ({ plain }: CompiledFunction): FunctionCounts => ({ executed: plain.instructions.map(() => 0) });

const notKnown = ({ plain }: CompiledFunction, reason: string): FunctionCounts => ({
  executed: plain.instructions.map(() => undefined),
  reason,
});

/**
 * Counts every bytecode that a function executed: the coverage counters anchor the flow graph, conservation of flow
 * gives the rest.
 *
 * @param counters what the function's coverage counters hold, as far as it is known; the first is its calls
 */
export function countFunction(
  compiled: CompiledFunction,
  counters: readonly (number | undefined)[],
  { exceptions, evaluatedModule, toOriginal, iterations, forcedReturns, constructed }: FunctionFacts,
): FunctionCounts {
  if (!compiled.covered && counters[0] === undefined)
    return notKnown(
      compiled,
      'V8 reports no calls of a constructor that is not in the source, and this one has no fields whose initialisation would tell',
    );
  if (counters[0] === 0) return neverRan(compiled);
  const { counted } = compiled;
  const { instructions } = counted;
  const { raised, passed } = exceptions;
  try {
    const original = instructions.map(each =>
      each.position === undefined ? each : { ...each, position: toOriginal(each.position) },
    );
    const throwing = new Set([...raised.keys(), ...passed.keys()]);
    const graph = flowGraph(counted, throwing);
    const equations = [
      ...conservation(graph),
      ...anchors(compiled, graph, counters),
      ...(compiled.covered ? [] : entries(graph, counters[0] as number)),
      ...throws(instructions, graph, { raised, passed }),
      ...(constructed ? constructorEquations(instructions, graph, constructed) : []),
      ...iterationEquations(original, graph, iterations),
      ...(forcedReturns || evaluatedModule ? resumptionEquations(instructions, graph, forcedReturns ?? new Map()) : []),
      ...(evaluatedModule ? evaluation(instructions, graph) : []),
    ];
    const fixed = [...fixedByBounds([...equations, ...blockEquations(graph, equations)])].map(([edge, value]) => ({
      terms: new Map([[edge, 1]]),
      value,
    }));
    const solution = solveCounts([...equations, ...fixed]);
    const executions = instructions.map((instruction, index) =>
      solution.evaluate(visits(graph, { instruction, index })),
    );
    return transfer(compiled, { original, executions, throwing, constructed });
  } catch (error) {
    if (error instanceof Contradiction)
      return notKnown(compiled, `its counters contradict its flow graph: ${error.message}`);
    throw error;
  }
}

/** Σ edges into the nodes that hold a bytecode; a generator's dispatch is passed at every resumption as well. */
function visits(
  graph: FlowGraph,
  { instruction, index }: { instruction: Instruction; index: number },
): Map<number, number> {
  const terms = new Map<number, number>();
  for (const node of graph.nodesOf[index] as readonly number[])
    for (const edge of graph.nodes[node]?.incoming ?? []) terms.set(edge, (terms.get(edge) ?? 0) + 1);
  if (instruction.opcode === 'SwitchOnGeneratorState')
    for (const [edge, { kind }] of graph.edges.entries())
      if (kind === 'resume') terms.set(edge, (terms.get(edge) ?? 0) + 1);
  return terms;
}

function conservation({ nodes }: FlowGraph): Equation[] {
  return nodes.map(({ incoming, outgoing }) => {
    const terms = new Map<number, number>();
    for (const edge of incoming) terms.set(edge, (terms.get(edge) ?? 0) + 1);
    for (const edge of outgoing) {
      const next = (terms.get(edge) ?? 0) - 1;
      if (next === 0) terms.delete(edge);
      else terms.set(edge, next);
    }
    return { terms, value: 0 };
  });
}

function anchors(
  { counted: { instructions } }: CompiledFunction,
  graph: FlowGraph,
  counters: readonly (number | undefined)[],
): Equation[] {
  return instructions.flatMap((instruction, index) => {
    if (!isCounter(instruction)) return [];
    const value = counters[Number(/\[(\d+)\]/.exec(instruction.operands)?.[1])];
    return value === undefined ? [] : [{ terms: visits(graph, { instruction, index }), value }];
  });
}

/** A function without counters of its own, whose calls are known from elsewhere. */
const entries = ({ edges }: FlowGraph, value: number): Equation[] => [
  {
    terms: new Map([...edges.entries()].filter(([, { kind }]) => kind === 'entry').map(([edge]) => [edge, 1])),
    value,
  },
];

/** Exceptions leave a bytecode as often as the debugger saw them, and no bytecode that it did not see. */
function throws(
  instructions: readonly Instruction[],
  graph: FlowGraph,
  { raised, passed }: { raised: ReadonlyMap<number, number>; passed: ReadonlyMap<number, number> },
): Equation[] {
  const terms = new Map<number, Map<number, number>>();
  for (const [edge, { kind, from }] of graph.edges.entries()) {
    if (kind !== 'exception') continue;
    const index = graph.nodes[from]?.last as number;
    terms.set(index, (terms.get(index) ?? new Map<number, number>()).set(edge, 1));
  }
  return [...terms].flatMap(([index, edges]) => {
    const instruction = instructions[index] as Instruction;
    // The debugger is silent about what is raised again, such as at the end of a `finally`.
    if (instruction.opcode === 'ReThrow' || passed.has(index)) return [];
    if (raised.has(index)) return [{ terms: edges, value: raised.get(index) as number }];
    return alwaysThrows(instruction) ? [{ terms: edges, value: 0 }] : [];
  });
}

/** A module's body is never abandoned before it begins. */
function evaluation(instructions: readonly Instruction[], { edges, nodes }: FlowGraph): Equation[] {
  return [...edges.entries()].flatMap(([edge, { kind, from }]) => {
    const initial = kind === 'abandon' && instructions[nodes[from]?.last ?? -1]?.operands.endsWith('[0]');
    return initial ? [{ terms: new Map([[edge, 1]]), value: 0 }] : [];
  });
}

/**
 * From the listing with counters to the plain one, which is what runs when nobody counts. Where the two differ by more
 * than the counters, the plain flow graph has to agree with the counts that were carried over, and gives the others.
 */
function transfer(
  { plain, counted }: CompiledFunction,
  {
    original,
    executions,
    throwing,
    constructed,
  }: {
    original: readonly Instruction[];
    executions: readonly (number | undefined)[];
    throwing: ReadonlySet<number>;
    constructed: ConstructorFacts | undefined;
  },
): FunctionCounts {
  const paired = alignListings(plain.instructions, original);
  const executed: (number | undefined)[] = paired.map(index => (index === undefined ? undefined : executions[index]));
  const same =
    paired.every(index => index !== undefined) &&
    paired.length === counted.instructions.filter(each => !isCounter(each)).length;
  if (!same) {
    const graph = flowGraph(plain, new Set([...paired.keys()].filter(index => throwing.has(paired[index] ?? -1))));
    const terms = plain.instructions.map((instruction, index) => visits(graph, { instruction, index }));
    // Loops that begin at the same place share one back edge unless a counter keeps them apart, so jumps are found anew.
    for (const [index, { opcode }] of plain.instructions.entries())
      if (/^Jump(Loop|Constant)?$/.test(opcode)) executed[index] = undefined;
    // One count for each straight line is enough.
    const lines = new Map<string, number>();
    for (const [index, nodes] of graph.nodesOf.entries())
      if (executed[index] !== undefined && !lines.has(nodes.join())) lines.set(nodes.join(), index);
    const known = [...lines.values()].map(index => ({
      terms: terms[index] as Map<number, number>,
      value: executed[index] as number,
    }));
    const facts = constructed ? constructorEquations(plain.instructions, graph, constructed) : [];
    const solution = solveCounts([...conservation(graph), ...known, ...facts]);
    for (const [index, each] of terms.entries()) executed[index] ??= solution.evaluate(each);
  }
  const lost = [...executed.keys()].filter(index => executed[index] === undefined);
  return lost.length === 0
    ? { executed }
    : {
        executed,
        reason: `${lost.length} of ${plain.instructions.length} bytecodes: ${causeOf(plain.instructions, lost)}`,
      };
}

/** Why coverage does not tell. */
function causeOf(plain: readonly Instruction[], lost: readonly number[]): string {
  const among = (pattern: RegExp): boolean =>
    lost.some(index => pattern.test(`${plain[index]?.opcode} ${plain[index]?.operands}`));
  if (among(/^ForIn/)) return 'a for-in loop skips keys that were deleted meanwhile, and no counter sees it';
  if (among(/^SuspendGenerator/))
    return 'an `await` at the top level or a `yield*` was resumed, and no counter sees how often';
  if (among(/^(ResumeGenerator|InvokeIntrinsic \[_GeneratorGetResumeMode)/))
    return 'a generator or an async function was left before its end, and no counter sees whether it was resumed to return';
  if (among(/^JumpIfJSReceiver/))
    return 'no counter sees after how many elements a pattern, a spread or a loop left its iterator, nor what kind of iterator it was';
  if (among(/^(Throw|ReThrow|SetPendingMessage)/)) return 'an exception came through, and no counter sees how far';
  return 'it does not follow from the coverage and the conservation of flow';
}
