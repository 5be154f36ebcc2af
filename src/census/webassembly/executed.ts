import { categorise, type FunctionCensus, type Layer, layerOf, type Unsolved } from '../types.ts';
import { instrumentModule } from './instrument.ts';
import { wasmCategory, wasmFlops } from './opcodes.ts';
import type { WatchedModule } from './watch.ts';

/**
 * The layer `webassembly` as executed: every instruction of every module that the program instantiated, exactly as
 * often as it ran; lanes and fused multiply-adds (as two) are in the flops.
 */
export function executedWasmLayer(modules: readonly WatchedModule[]): Layer {
  const unsolved: Unsolved[] = [];
  const functions = modules.flatMap(({ bytes, counts, reason }, number): FunctionCensus[] => {
    const file = `module ${number + 1}`;
    if (!counts) {
      unsolved.push({ function: '(all)', file, line: 0, reason: reason ?? 'its counters were not read' });
      return [{ name: '(all)', file, line: 0, opcodes: {}, counts: categorise({}, wasmCategory), flops: null }];
    }
    const { blocks, functionName } = instrumentModule(bytes, { number, file });
    const byFunction = new Map<number, Record<string, number>>();
    for (const [index, { function: owner, opcodes }] of blocks.entries()) {
      const ran = counts[index] ?? 0;
      if (ran === 0) continue;
      const sum = byFunction.get(owner) ?? {};
      byFunction.set(owner, sum);
      for (const [opcode, count] of Object.entries(opcodes)) sum[opcode] = (sum[opcode] ?? 0) + count * ran;
    }
    return [...byFunction].map(([owner, opcodes]) => ({
      name: functionName(owner),
      file,
      line: 0,
      opcodes,
      counts: categorise(opcodes, wasmCategory),
      flops: Object.entries(opcodes).reduce((sum, [opcode, count]) => sum + count * wasmFlops(opcode), 0),
    }));
  });
  return layerOf('webassembly', { functions, unsolved, categoryOf: wasmCategory });
}
