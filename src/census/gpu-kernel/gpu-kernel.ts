import { categorise, type FunctionCensus, type Layer, layerOf, type Unsolved } from '../types.ts';
import { type CountedKernel, countKernel, entryOf } from './kernel.ts';
import { opcodeCategories } from './lowering.ts';
import { parseWgsl } from './parse.ts';
import type { Dispatch } from './record.ts';
import { type Module, WgslError } from './syntax.ts';

/** The category of an instruction of a kernel by its name: what stands before the type. */
export const kernelCategory = (opcode: string) => opcodeCategories.get(opcode) ?? 'other';

/**
 * The layer `gpu-kernel`: every instruction of every invocation of every dispatch, counted from the kernels' source
 * with what they were given. What depends on data is listed under `unsolved`, with its bound, and not in the counts;
 * `flops` is null where floating-point work is among it.
 */
export function gpuKernelLayer(dispatches: readonly Dispatch[]): Layer {
  const modules = new Map<string, Module>();
  const unsolved: Unsolved[] = [];
  const functions = new Map<string, { census: Sum; dispatch: Dispatch }>();
  for (const dispatch of dispatches) {
    const { code, label, entry, inputs, times } = dispatch;
    const file = `wgsl:${label || entry || 'kernel'}`;
    try {
      const module = modules.get(code) ?? parseWgsl(code);
      modules.set(code, module);
      const found = entryOf(module, entry);
      const key = JSON.stringify([code, found.name, label]);
      const sum = functions.get(key)?.census ?? { name: found.name, file, line: found.line, opcodes: {}, flops: 0 };
      functions.set(key, { census: sum, dispatch });
      if (!inputs?.workgroups) {
        sum.flops = null;
        unsolved.push({
          function: found.name,
          file,
          line: found.line,
          reason: `${times} dispatches of as many workgroups as another kernel decided (indirect)`,
        });
        continue;
      }
      const counted = countKernel(module, { ...inputs, workgroups: inputs.workgroups }, entry);
      add(sum, counted, times);
      unsolved.push(...regionsOf(counted, { file, times }));
    } catch (error) {
      if (!(error instanceof WgslError)) throw error;
      unsolved.push({
        function: entry ?? '(entry)',
        file,
        line: error.line,
        reason: `its WGSL is not counted: ${error.message}`,
      });
      functions.set(JSON.stringify([code, entry, label]), {
        census: { name: entry ?? '(entry)', file, line: error.line, opcodes: {}, flops: null },
        dispatch,
      });
    }
  }
  const censuses = [...functions.values()].map(
    ({ census }): FunctionCensus => ({ ...census, counts: categorise(census.opcodes, kernelCategory) }),
  );
  return layerOf('gpu-kernel', { functions: censuses, unsolved: merged(unsolved), categoryOf: kernelCategory });
}

interface Sum {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly opcodes: Record<string, number>;
  flops: number | null;
}

function add(sum: Sum, { blocks, counts, flops }: CountedKernel, times: number): void {
  for (const [index, { region, opcodes }] of blocks.entries()) {
    const ran = (counts[index] ?? 0) * times;
    const work = flops[index] ?? 0;
    if (region !== 0) {
      if (work > 0 && ran > 0) sum.flops = null;
      continue;
    }
    if (sum.flops !== null) sum.flops += ran * work;
    if (ran > 0) for (const [opcode, count] of opcodes) sum.opcodes[opcode] = (sum.opcodes[opcode] ?? 0) + count * ran;
  }
}

/** What is not in the counts, region by region: how often it could have begun, and what it holds. */
function regionsOf(
  { blocks, counts, flops, regions }: CountedKernel,
  { file, times }: { file: string; times: number },
): Unsolved[] {
  return regions.flatMap(({ kind, line, asked }, region): Unsolved[] => {
    if (region === 0) return [];
    let instructions = 0;
    let work = 0;
    let owner = '';
    for (const [index, block] of blocks.entries()) {
      if (block.region !== region) continue;
      owner ||= block.function;
      const ran = (counts[index] ?? 0) * times;
      for (const count of block.opcodes.values()) instructions += ran * count;
      work += ran * (flops[index] ?? 0);
    }
    const begun = (counts[asked] ?? 0) * times;
    if (begun === 0 || instructions === 0) return [];
    const each = `${round(instructions / begun)} instructions and ${round(work / begun)} flops`;
    const reason = {
      branch: `a branch that data decide: taken at most ${begun} times, ${each} each time`,
      rest: `runs only where data did not end it before: at most ${begun} times, ${each} each time`,
      loop: `a loop whose trips depend on data: begun at most ${begun} times, ${each} per iteration`,
    }[kind];
    return [{ function: owner, file, line, reason }];
  });
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Dispatches with other parameters leave the same gaps; each is named once. */
function merged(unsolved: readonly Unsolved[]): Unsolved[] {
  const groups = Map.groupBy(unsolved, ({ function: name, file, line, reason }) => `${name}|${file}|${line}|${reason}`);
  return [...groups.values()].map(group => {
    const [first] = group as [Unsolved];
    return group.length === 1 ? first : { ...first, reason: `${first.reason} (in ${group.length} dispatches)` };
  });
}
