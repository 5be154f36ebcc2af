import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { categorise, type FunctionCensus, type Layer, layerOf } from '../types.ts';
import { bytecodeCategory } from './categories.ts';
import type { CompiledFunction } from './dump.ts';

/** The layer `bytecode`: each bytecode of each function once, whether it is ever called or not. */
export function bytecodeLayer(functions: readonly CompiledFunction[]): Layer {
  const censuses = functions.map(({ name, file, line, plain }): FunctionCensus => {
    const opcodes: Record<string, number> = {};
    for (const { opcode } of plain.instructions) opcodes[opcode] = (opcodes[opcode] ?? 0) + 1;
    return { name, file, line, opcodes, counts: categorise(opcodes, bytecodeCategory), flops: null };
  });
  return layerOf('bytecode', { functions: censuses, categoryOf: bytecodeCategory });
}

/**
 * Writes the disassembly of each function to a file of its own: `<file>.<line>.<function>.txt`.
 *
 * @returns the files' paths
 */
export function saveDisassembly(functions: readonly CompiledFunction[], folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const taken = new Map<string, number>();
  return functions.map(({ name, file, line, plain }) => {
    const stem = `${basename(file)}.${line}.${name.replace(/[^\w$]+/g, '_')}`;
    const again = taken.get(stem) ?? 0;
    taken.set(stem, again + 1);
    const path = join(folder, `${stem}${again === 0 ? '' : `.${again + 1}`}.txt`);
    writeFileSync(path, `${plain.text}\n`);
    return path;
  });
}
