import {
  type CountedProgram,
  type Operations,
  operationMix,
  runCounted,
  workOf,
} from '../../census/operations/index.ts';
import type { Segment } from '../../census/operations/plan.ts';
import type { ProgramSpec } from '../../target/index.ts';
import { canonical } from './canonical.ts';
import { dataflow } from './dataflow.ts';
import { enumerateParts } from './enumerate.ts';
import { type Block, type DataNode, isNode } from './graph.ts';
import { known } from './known.ts';

/** A recurring pattern that could be one instruction. */
export interface CustomInstruction {
  /** `(a * b) + c`; see `canonical` for the letters. */
  readonly pattern: string;
  /** What people call it, where the table of instructions has it. */
  readonly idiom: string | null;
  /** The existing instruction that does it; null where none of the table does. */
  readonly coveredBy: string | null;
  readonly source: string | null;
  /** Times it ran, where occurrences overlap neither each other nor those of earlier patterns of the list. */
  readonly executed: number;
  /** Operations, loads and stores of one occurrence. */
  readonly operations: number;
  /** Part of all operations, loads and stores that it covers; the shares of the list add up to 1 at most. */
  readonly share: number;
  readonly operationsSaved: number;
  /** Steps by which the longest dependence chains of straight-line code become shorter. */
  readonly pathSaved: number;
  /** Where it runs most. */
  readonly places: readonly {
    readonly file: string;
    readonly function: string;
    readonly line: number;
    readonly executed: number;
  }[];
}

export interface Mined {
  readonly customInstructions: readonly CustomInstruction[];
  /** Operations, loads and stores of elements: what shares are of. */
  readonly instructions: number;
  /** With all of the list added. */
  readonly instructionsAfter: number;
  /** The trace's work, and that of it which the dataflow holds. */
  readonly work: number;
  readonly workInFlow: number;
  /** Longest chains of straight-line code, times their executions, before and after. */
  readonly path: number;
  readonly pathAfter: number;
  /** Blocks too large to be looked at in full. */
  readonly cut: number;
}

/**
 * Mines a program's executed dataflow for patterns that would be worth an instruction. Parts of each block are
 * enumerated, brought into one form, weighed by how often they ran, and chosen greedily by operations saved, each
 * choice taking what it covers away from the next (the selection of Clark, Zhong, Mahlke, "Processor acceleration
 * through automated instruction set customization", MICRO 2003, §4, with operations for cycles).
 *
 * @param top at most so many patterns; fewer where what is left saves less than 0.5 %
 * @throws TargetError where the target throws or does not load
 */
export async function mineInstructions(spec: ProgramSpec, { top = 8 }: { top?: number } = {}): Promise<Mined> {
  return minedOf(await runCounted(spec), { top });
}

/** The same of a run that was counted already. */
export function minedOf(program: CountedProgram, { top }: { top: number }): Mined {
  const counts = new Map<string, number>();
  for (const { counters } of program.run.sets)
    for (const [unit, values] of counters)
      for (const [counter, count] of values.entries())
        if (count > 0) counts.set(`${unit}:${counter}`, (counts.get(`${unit}:${counter}`) ?? 0) + count);
  const countOf = ({ unit, counter }: Segment): number => counts.get(`${unit.region.number}:${counter}`) ?? 0;
  const blocks = program.files.flatMap(({ plan, values }) => dataflow({ plan, values, countOf }));
  return mineBlocks(blocks, { total: operationMix(program).total, top });
}

interface Occurrence {
  readonly part: readonly DataNode[];
  readonly executed: number;
}

function mineBlocks(blocks: readonly Block[], { total, top }: { total: Operations; top: number }): Mined {
  const nodes = blocks.flatMap(block => block.nodes);
  const instructions = nodes.reduce((sum, node) => sum + node.count * node.weight, 0);
  const { patterns, cut } = collect(blocks);
  const taken = new Set<DataNode>();
  const path = blocks.reduce((sum, block) => sum + pathOf(block, new Map()), 0);
  const owner = new Map<DataNode, readonly DataNode[]>();
  const chosen: CustomInstruction[] = [];
  let before = path;
  while (chosen.length < top) {
    const best = bestOf(patterns, taken);
    if (!best || best.saved < 0.005 * instructions) break;
    for (const { part } of best.occurrences)
      for (const node of part) {
        taken.add(node);
        owner.set(node, part);
      }
    const after = blocks.reduce((sum, block) => sum + pathOf(block, owner), 0);
    const executed = best.occurrences.reduce((sum, each) => sum + each.executed, 0);
    const operations = sizeOf(best.occurrences[0]!.part);
    const existing = known(best.pattern);
    chosen.push({
      pattern: best.pattern,
      idiom: existing?.idiom ?? null,
      coveredBy: existing?.coveredBy ?? null,
      source: existing?.source ?? null,
      executed,
      operations,
      share: (executed * operations) / instructions,
      operationsSaved: best.saved,
      pathSaved: before - after,
      places: placesOf(best.occurrences),
    });
    before = after;
    patterns.delete(best.pattern);
  }
  const saved = chosen.reduce((sum, { operationsSaved }) => sum + operationsSaved, 0);
  return {
    customInstructions: chosen,
    instructions,
    instructionsAfter: instructions - saved,
    work: workOf(total),
    workInFlow: nodes.reduce((sum, node) => (node.kind === 'operation' ? sum + node.count * node.weight : sum), 0),
    path,
    pathAfter: before,
    cut,
  };
}

/** All parts of all blocks by their form. */
function collect(blocks: readonly Block[]): { patterns: Map<string, Occurrence[]>; cut: number } {
  const patterns = new Map<string, Occurrence[]>();
  let cut = 0;
  for (const block of blocks) {
    const result = enumerateParts(block, part => {
      const executed = Math.min(...part.map(({ count }) => count));
      if (executed === 0 || sizeOf(part) < 2) return;
      const form = canonical(part);
      const known = patterns.get(form);
      if (known) known.push({ part, executed });
      else patterns.set(form, [{ part, executed }]);
    });
    if (result.cut) cut++;
  }
  return { patterns, cut };
}

/** A choice between two values is free at unit cost, and so in a pattern. */
const sizeOf = (part: readonly DataNode[]): number => part.reduce((sum, { weight }) => sum + weight, 0);

function bestOf(patterns: ReadonlyMap<string, readonly Occurrence[]>, taken: ReadonlySet<DataNode>) {
  let best: { pattern: string; occurrences: Occurrence[]; saved: number } | undefined;
  for (const [pattern, all] of patterns) {
    const size = sizeOf(all[0]!.part);
    if (best && all.reduce((sum, { executed }) => sum + executed, 0) * (size - 1) <= best.saved) continue;
    const own = new Set<DataNode>();
    const occurrences = all.filter(({ part }) => {
      if (part.some(node => taken.has(node) || own.has(node))) return false;
      for (const node of part) own.add(node);
      return true;
    });
    const saved = occurrences.reduce((sum, { executed }) => sum + executed, 0) * (size - 1);
    if (saved > 0 && (!best || saved > best.saved)) best = { pattern, occurrences, saved };
  }
  return best;
}

/** The longest chain of a block, with what is one instruction as one step, times its executions. */
function pathOf({ nodes }: Block, owner: ReadonlyMap<DataNode, readonly DataNode[]>): number {
  const own = new Set(nodes);
  const done = new Map<DataNode, number>();
  const open = new Set<DataNode>();
  const ready = (node: DataNode): number => {
    const known = done.get(node);
    if (known !== undefined || open.has(node)) return known ?? 0;
    open.add(node);
    const part = owner.get(node)?.filter(each => own.has(each)) ?? [node];
    let start = 0;
    for (const member of part)
      for (const input of member.inputs)
        if (isNode(input) && own.has(input) && !part.includes(input)) start = Math.max(start, ready(input));
    const end = start + (part.some(({ weight }) => weight > 0) ? 1 : 0);
    for (const member of part) done.set(member, end);
    return end;
  };
  const longest = nodes.reduce((most, node) => Math.max(most, ready(node)), 0);
  return longest * Math.max(0, ...nodes.map(({ count }) => count));
}

function placesOf(occurrences: readonly Occurrence[]): CustomInstruction['places'] {
  const places = new Map<string, CustomInstruction['places'][number]>();
  for (const { part, executed } of occurrences) {
    const { block, line } = part[0]!;
    const key = `${block.file}:${line}`;
    const before = places.get(key)?.executed ?? 0;
    places.set(key, { file: block.file, function: block.function, line, executed: before + executed });
  }
  return [...places.values()].sort((a, b) => b.executed - a.executed).slice(0, 3);
}
