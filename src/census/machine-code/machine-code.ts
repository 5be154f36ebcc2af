import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildOutcome, closed, type ProgramSpec, parseFile, runInChild } from '../../target/index.ts';
import type { CompiledFunction } from '../bytecode/dump.ts';
import type { CountOptions } from '../executed/executed.ts';
import { categorise, type FunctionCensus, type Layer, layerOf, type Unsolved } from '../types.ts';
import { isPacked, machineCategory } from './categories.ts';
import type { HotRun } from './hot-job.ts';
import { type OptimisedCode, parseOptimisedCode } from './parse-code.ts';

/** A function of the user's own with the last code that V8 made for it. */
export interface OptimisedFunction {
  readonly file: string;
  readonly line: number;
  readonly code: OptimisedCode;
  /** How often each tier compiled it in this run. */
  readonly compilations: { readonly maglev: number; readonly turbofan: number };
  /** Instructions that compute on several lanes at once, over all. */
  readonly packed: number;
  /** Checks that its code still makes, by V8's reason. */
  readonly checks: Readonly<Record<string, number>>;
}

export interface MachineCode {
  readonly functions: readonly OptimisedFunction[];
  readonly layer: Layer;
  readonly outcome: ChildOutcome<HotRun>;
}

/**
 * The layer `machine-code`: each instruction of the optimised code of the user's own functions once, as V8 itself
 * disassembles it. What stayed in the interpreter or in baseline code has no row. Nothing is executed more often in it
 * than elsewhere: it is a mix, as the listing has it.
 */
export async function readMachineCode(
  spec: ProgramSpec,
  compiled: readonly CompiledFunction[],
  options: CountOptions = {},
): Promise<MachineCode> {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-code-'));
  const listing = join(folder, 'listing');
  try {
    const outcome = await runInChild<HotRun>(new URL('./hot-job.ts', import.meta.url), spec, {
      file: spec.target.file,
      confinement: options.confinement ?? closed,
      execArgv: ['--print-opt-code', '--print-maglev-code', '--code-comments', '--no-concurrent-recompilation'],
      stdoutFile: listing,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    });
    const functions = ownFunctions(parseOptimisedCode(readFileSync(listing, 'utf8')), compiled);
    return { functions, layer: machineLayer(functions), outcome };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One compilation of a function of the user's own. */
export interface OwnCode {
  readonly file: string;
  readonly line: number;
  readonly code: OptimisedCode;
}

/**
 * V8 prints no file. TurboFan's code is the user's where one of the user's files has its very text at its position;
 * Maglev's where exactly one of the user's functions has its name.
 */
export function ownCode(codes: readonly OptimisedCode[], compiled: readonly CompiledFunction[]): OwnCode[] {
  const parsed = [...new Set(compiled.map(({ file }) => file))].map(file => parseFile(file));
  return codes.flatMap(code => {
    const { name, place } = code;
    const file =
      place && place.source !== '' && parsed.find(each => each.code.startsWith(place.source, place.position));
    if (file) return [{ file: file.file, line: file.code.slice(0, place.position).split('\n').length, code }];
    const named = place ? [] : compiled.filter(each => each.name === name && name !== '');
    const [only] = named;
    return only && named.length === 1 ? [{ file: only.file, line: only.line, code }] : [];
  });
}

/** The last code of each function, of the best tier that it reached. */
function ownFunctions(codes: readonly OptimisedCode[], compiled: readonly CompiledFunction[]): OptimisedFunction[] {
  const groups = Map.groupBy(ownCode(codes, compiled), ({ file, line, code }) => `${file}:${line}:${code.name}`);
  return [...groups.values()].map(group => {
    const best = group.findLast(({ code }) => code.tier === 'turbofan') ?? group.at(-1);
    const { file, line, code } = best as OwnCode;
    const checks: Record<string, number> = {};
    for (const reason of code.checks) checks[reason] = (checks[reason] ?? 0) + 1;
    return {
      file,
      line,
      code,
      compilations: {
        maglev: group.filter(each => each.code.tier === 'maglev').length,
        turbofan: group.filter(each => each.code.tier === 'turbofan').length,
      },
      packed: code.instructions.filter(isPacked).length,
      checks,
    };
  });
}

function machineLayer(functions: readonly OptimisedFunction[]): Layer {
  const unsolved: Unsolved[] = [];
  const censuses = functions.map(({ file, line, code }): FunctionCensus => {
    const opcodes: Record<string, number> = {};
    for (const each of code.instructions) {
      const opcode = opcodeOf(each);
      opcodes[opcode] = (opcodes[opcode] ?? 0) + 1;
    }
    return {
      name: `${code.name} (${code.tier})`,
      file,
      line,
      opcodes,
      counts: categorise(opcodes, machineCategory),
      flops: null,
    };
  });
  return layerOf('machine-code', { functions: censuses, unsolved, categoryOf: machineCategory });
}

/** The mnemonic, marked where an operand lies in memory. */
export function opcodeOf(instruction: string): string {
  const [name = ''] = instruction.split(/\s+/, 1);
  return instruction.includes('[') ? `${name} mem` : name;
}
