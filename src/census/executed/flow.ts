import type { Instruction, ListedFunction } from '../bytecode/parse-dump.ts';
import { accumulator, afterFallThrough, decided, type Environment, execute } from './constants.ts';
import { type LiveTokens, liveTokens } from './tokens.ts';

/**
 * Part of a function that runs from its first bytecode to its last without a way in or out between, in one state of
 * knowledge about the registers that decide branches. A bytecode can lie in several nodes.
 */
export interface FlowNode {
  /** Indices of bytecodes, inclusive. */
  readonly first: number;
  readonly last: number;
  readonly incoming: number[];
  readonly outgoing: number[];
}

export type EdgeKind =
  | 'flow'
  /** The call of the function. */
  | 'entry'
  /** Return, or an exception that leaves the function. */
  | 'exit'
  /** From a suspension to what runs when it is resumed. */
  | 'resume'
  /** A suspension that is never resumed. */
  | 'abandon'
  /** An exception raised by the node's last bytecode, to its handler or out of the function. */
  | 'exception';

export interface FlowEdge {
  readonly kind: EdgeKind;
  /** Node indices; −1 is outside. */
  readonly from: number;
  readonly to: number;
}

export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  /** Nodes that hold a bytecode, by its index. */
  readonly nodesOf: readonly (readonly number[])[];
}

/** Bytecodes after which nothing comes but the handler. */
export const alwaysThrows = (instruction: Instruction): boolean =>
  instruction.opcode === 'Throw' ||
  instruction.opcode === 'ReThrow' ||
  (instruction.opcode === 'CallRuntime' && /^\[Throw/.test(instruction.operands));

/** Nodes beyond which knowledge about registers is given up for a function: its branches multiply. */
const mostNodes = 20_000;

/**
 * The flow graph of a function.
 *
 * @param throwing indices of bytecodes that raised an exception in this run, besides those that always do
 */
export function flowGraph(listed: ListedFunction, throwing: ReadonlySet<number>): FlowGraph {
  const skeleton = layOut(listed, throwing);
  const live = liveTokens(listed, skeleton.successors);
  return (
    expand(skeleton, live) ??
    expand(
      skeleton,
      listed.instructions.map(() => new Set<string>()),
    ) ??
    fail(listed)
  );
}

function fail({ name }: ListedFunction): never {
  throw new Error(`the flow graph of ${name} has more than ${mostNodes} nodes`);
}

/** Successors of every bytecode, before knowledge about registers is taken into account. */
interface Skeleton {
  readonly instructions: readonly Instruction[];
  readonly indexAt: ReadonlyMap<number, number>;
  readonly successors: readonly (readonly number[])[];
  readonly leaders: ReadonlySet<number>;
  /** The bytecode that handles what this one raises, −1 outside; undefined where it raises nothing. */
  readonly handlerOf: readonly (number | undefined)[];
  /** Where a suspension goes on, by its number. */
  readonly resumeAt: ReadonlyMap<number, number>;
}

const endsFlow = /^(Return|Throw|ReThrow|Abort|SuspendGenerator|Jump|JumpConstant|JumpLoop)$/;

function layOut({ instructions, handlers }: ListedFunction, throwing: ReadonlySet<number>): Skeleton {
  const indexAt = new Map(instructions.map(({ offset }, index) => [offset, index]));
  const at = (offset: number): number => {
    const index = indexAt.get(offset);
    if (index === undefined) throw new Error(`the listing has no bytecode at ${offset}`);
    return index;
  };
  const dispatch = instructions.find(({ opcode }) => opcode === 'SwitchOnGeneratorState');
  const resumeAt = new Map([...(dispatch?.cases ?? [])].map(([id, offset]) => [id, at(offset)]));
  const leaders = new Set<number>([0, ...resumeAt.values()]);
  const handlerOf: (number | undefined)[] = [];
  const successors = instructions.map((instruction, index) => {
    const found: number[] = [];
    const { opcode, target, cases } = instruction;
    const leaves = alwaysThrows(instruction);
    if (leaves || throwing.has(index)) {
      // Inner ranges are listed after outer ones.
      const handler = handlers.findLast(({ from, to }) => instruction.offset >= from && instruction.offset < to);
      handlerOf[index] = handler ? at(handler.handler) : -1;
      if (handler) found.push(at(handler.handler));
      leaders.add(index + 1);
      if (handler) leaders.add(at(handler.handler));
    }
    if (target !== undefined) found.push(at(target));
    if (cases && opcode !== 'SwitchOnGeneratorState') found.push(...[...cases.values()].map(at));
    if (opcode === 'SuspendGenerator')
      found.push(...[resumeAt.get(suspensionOf(instruction))].filter(next => next !== undefined));
    if (target !== undefined || cases || endsFlow.test(opcode)) {
      for (const next of found) leaders.add(next);
      leaders.add(index + 1);
    }
    if (!leaves && !endsFlow.test(opcode) && index + 1 < instructions.length) found.push(index + 1);
    return found;
  });
  return { instructions, indexAt, successors, leaders, handlerOf, resumeAt };
}

const suspensionOf = ({ operands }: Instruction): number => Number(/\[(\d+)\]$/.exec(operands)?.[1]);

/** One node per leader and state; undefined where they become too many. */
function expand(skeleton: Skeleton, live: LiveTokens): FlowGraph | undefined {
  const { instructions, leaders } = skeleton;
  const nodes: FlowNode[] = [];
  const edges: FlowEdge[] = [];
  const known = new Map<string, number>();
  const pending: { node: number; environment: Environment }[] = [];

  const nodeFor = (index: number, environment: Environment): number => {
    const kept = new Map(
      [...environment].filter(([register]) => live[index]?.has(register)).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    const value = environment.get(accumulator);
    if (value !== undefined && leaders.has(index)) kept.set(accumulator, value);
    const key = `${index}|${[...kept].join(';')}`;
    const existing = known.get(key);
    if (existing !== undefined) return existing;
    let last = index;
    while (!leaders.has(last + 1) && last + 1 < instructions.length) last++;
    nodes.push({ first: index, last, incoming: [], outgoing: [] });
    known.set(key, nodes.length - 1);
    pending.push({ node: nodes.length - 1, environment: kept });
    return nodes.length - 1;
  };
  const connect = (kind: EdgeKind, from: number, to: number): void => {
    edges.push({ kind, from, to });
    nodes[from]?.outgoing.push(edges.length - 1);
    nodes[to]?.incoming.push(edges.length - 1);
  };

  connect('entry', -1, nodeFor(0, new Map()));
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (nodes.length > mostNodes) return undefined;
    const { first, last } = nodes[next.node] as FlowNode;
    let environment = next.environment;
    let before = environment;
    for (let index = first; index <= last; index++) {
      before = environment;
      environment = execute(instructions[index] as Instruction, environment);
    }
    leave(skeleton, { index: last, before, after: environment }, (kind, target, state) =>
      connect(kind, (next as { node: number }).node, target < 0 ? -1 : nodeFor(target, state)),
    );
  }
  const nodesOf: number[][] = instructions.map(() => []);
  for (const [number, { first, last }] of nodes.entries())
    for (let index = first; index <= last; index++) (nodesOf[index] as number[]).push(number);
  return { nodes, edges, nodesOf };
}

type Connect = (kind: EdgeKind, target: number, state: Environment) => void;

/** All ways out of a node's last bytecode. */
function leave(
  { instructions, indexAt, handlerOf, resumeAt }: Skeleton,
  { index, before, after }: { index: number; before: Environment; after: Environment },
  connect: Connect,
): void {
  const instruction = instructions[index] as Instruction;
  const { opcode, target, cases } = instruction;
  const handler = handlerOf[index];
  if (handler !== undefined) connect('exception', handler, withoutAccumulator(before));
  if (alwaysThrows(instruction)) return;
  if (opcode === 'Return' || opcode === 'Abort') {
    connect('exit', -1, after);
    return;
  }
  if (opcode === 'SuspendGenerator') {
    const resumed = resumeAt.get(suspensionOf(instruction));
    if (resumed !== undefined) connect('resume', resumed, withoutAccumulator(after));
    connect('abandon', -1, after);
    return;
  }
  if (cases && opcode !== 'SwitchOnGeneratorState') {
    const value = after.get(accumulator);
    const chosen = value === undefined ? undefined : (cases.get(Number(value)) ?? 'fallthrough');
    for (const [, offset] of cases) if (chosen === undefined || chosen === offset) connectOnce(offset);
    if (chosen === undefined || chosen === 'fallthrough') connect('flow', index + 1, after);
    return;
  }
  if (target !== undefined) {
    const taken = opcode.startsWith('JumpIf') ? decided(instruction, after.get(accumulator)) : true;
    if (taken !== false) connectOnce(target);
    if (taken !== true) connect('flow', index + 1, afterFallThrough(instruction, after));
    return;
  }
  if (index + 1 < instructions.length) connect('flow', index + 1, after);

  function connectOnce(offset: number): void {
    connect('flow', indexAt.get(offset) as number, after);
  }
}

const withoutAccumulator = (environment: Environment): Environment => {
  const kept = new Map(environment);
  kept.delete(accumulator);
  return kept;
};
