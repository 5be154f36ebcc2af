import type { CompiledFunction } from '../bytecode/dump.ts';
import { machineCategory } from '../machine-code/categories.ts';
import { type OwnCode, opcodeOf, ownCode } from '../machine-code/machine-code.ts';
import type { OptimisedCode } from '../machine-code/parse-code.ts';
import { categorise, type FunctionCensus, type Layer, layerOf, sumOpcodes, type Unsolved } from '../types.ts';
import type { CallgrindFile } from './callgrind-file.ts';
import { markedParts } from './symbols.ts';

/**
 * The layer `machine-code` as executed: each instruction of the optimised code of the user's own functions, as often as
 * callgrind saw it run. A function that ran in the interpreter or in baseline code meanwhile has only its optimised part
 * here. Where code was laid over other code, or instructions ran that the listing does not have, the function is
 * unsolved and in no sum.
 */
export function executedMachineCode(
  files: readonly CallgrindFile[],
  codes: readonly OptimisedCode[],
  compiled: readonly CompiledFunction[],
): Layer {
  const executed = new Map<number, number>();
  for (const { made } of markedParts(files).work)
    for (const [address, count] of made) executed.set(address, (executed.get(address) ?? 0) + count);
  const places = codes.flatMap(code => extentOf(code) ?? []);
  const groups = Map.groupBy(ownCode(codes, compiled), ({ file, line, code }) => `${file}:${line}:${nameOf(code)}`);
  const functions: FunctionCensus[] = [];
  const unsolved: Unsolved[] = [];
  for (const group of groups.values()) {
    const { file, line, code } = group[0] as OwnCode;
    const name = nameOf(code);
    const reason = group.map(each => doubt(each.code, executed, places)).find(each => each !== undefined);
    if (reason !== undefined) {
      unsolved.push({ function: name, file, line, reason });
      continue;
    }
    const opcodes = sumOpcodes(group.map(each => executedOpcodes(each.code, executed)));
    if (Object.keys(opcodes).length > 0)
      functions.push({ name, file, line, opcodes, counts: categorise(opcodes, machineCategory), flops: null });
  }
  return layerOf('machine-code', { functions, unsolved, categoryOf: machineCategory });
}

const nameOf = ({ name, tier }: OptimisedCode): string => `${name} (${tier})`;

interface Extent {
  readonly from: number;
  /** Of the last instruction. */
  readonly to: number;
}

const extentOf = ({ addresses }: OptimisedCode): Extent | undefined => {
  const [from, to] = [addresses[0], addresses.at(-1)];
  return from === undefined || to === undefined ? undefined : { from, to };
};

/** Why the counts in a listing's place may not be its own; undefined where they are. */
function doubt(
  code: OptimisedCode,
  executed: ReadonlyMap<number, number>,
  places: readonly Extent[],
): string | undefined {
  const extent = extentOf(code);
  if (!extent) return undefined;
  if (places.filter(({ from, to }) => from <= extent.to && to >= extent.from).length > 1)
    return 'its code was laid over other optimised code, and the two cannot be told apart';
  const listed = new Set(code.addresses);
  const foreign = [...executed.keys()].some(at => at >= extent.from && at <= extent.to && !listed.has(at));
  return foreign ? 'instructions ran in its place that its listing does not have' : undefined;
}

function executedOpcodes(
  { instructions, addresses }: OptimisedCode,
  executed: ReadonlyMap<number, number>,
): Record<string, number> {
  const opcodes: Record<string, number> = {};
  for (const [index, instruction] of instructions.entries()) {
    const count = executed.get(addresses[index] as number) ?? 0;
    if (count > 0) opcodes[opcodeOf(instruction)] = (opcodes[opcodeOf(instruction)] ?? 0) + count;
  }
  return opcodes;
}
