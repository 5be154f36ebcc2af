import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { operationMix } from '../../../src/census/operations/count.ts';
import { costOfCalls } from '../../../src/census/operations/natives.ts';
import { offsetsAfter, planFile } from '../../../src/census/operations/plan.ts';
import type { CountedProgram } from '../../../src/census/operations/run.ts';
import { Recorder, recorderName } from '../../../src/census/operations/runtime.ts';
import type { OperationMix } from '../../../src/census/operations/types.ts';
import { workOf } from '../../../src/census/operations/types.ts';
import { Values } from '../../../src/census/operations/values.ts';
import { parseFile } from '../../../src/target/parse.ts';
import type { LoopResult } from '../../../src/trace/types.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-operations-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const recorder = new Recorder(costOfCalls());
Object.defineProperty(globalThis, recorderName, { value: recorder });
let offsets = { regions: 0, watches: 0 };
let files = 0;

type Module = Record<string, (...args: unknown[]) => unknown> & {
  inputs?: Record<string, (size: number, seed: number) => unknown[]>;
};

/** Counts a function of a source text in this process, as the child process does. */
export async function runSource(
  source: string,
  { name = 'run', size = 8 }: { name?: string; size?: number } = {},
): Promise<CountedProgram & { output: unknown }> {
  const plan = planFile(parseFile('/program.ts', source), offsets);
  offsets = offsetsAfter(plan, offsets);
  for (const { region, counters } of plan.units) recorder.declare(region.number, counters);
  const file = join(folder, `program-${files++}.mjs`);
  writeFileSync(file, plan.code);
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Module;
  const given = module.inputs?.[name]?.(size, 1) ?? [size];
  recorder.reset();
  const output = await module[name]!(...given);
  const own = new Set(plan.units.map(({ region }) => region.number));
  const sets = recorder
    .sets()
    .map(({ counters, ...set }) => ({ ...set, counters: counters.filter(([unit]) => own.has(unit)) }))
    .filter(({ counters, hashed }) => counters.length > 0 || hashed > 0);
  const { seen } = recorder;
  const run = { files: ['/program.ts'], sets, seen, passed: [...recorder.passed], milliseconds: 0, complete: true };
  return { files: [{ plan, values: new Values(plan, seen) }], run, stopped: undefined, output };
}

export const countSource = async (source: string, options?: { name?: string; size?: number }): Promise<OperationMix> =>
  operationMix(await runSource(source, options));

/**
 * Work, entries and iterations of each loop and function, as the trace sees them and as they were counted.
 */
export function sideBySide(
  traced: { readonly loops: readonly LoopResult[]; readonly functions: readonly LoopResult[] },
  mix: OperationMix,
): { traced: Record<string, number[]>; counted: Record<string, number[]> } {
  const found = { traced: {} as Record<string, number[]>, counted: {} as Record<string, number[]> };
  const add = (to: Record<string, number[]>, key: string, values: number[]) => {
    to[key] = values.map((value, at) => value + (to[key]?.[at] ?? 0));
  };
  const placeOf = (kind: string, { file, line, column }: { file: string; line: number; column: number }) =>
    `${kind} ${file}:${line}:${column}`;
  for (const each of traced.loops) add(found.traced, placeOf('loop', each), [each.work, each.entries, each.iterations]);
  for (const each of traced.functions) add(found.traced, placeOf('function', each), [each.work, each.entries]);
  for (const each of mix.regions) {
    const key = placeOf(each.kind, each);
    const work = workOf(each.inclusive);
    if (found.traced[key])
      add(found.counted, key, each.kind === 'loop' ? [work, each.entries, each.iterations] : [work, each.entries]);
  }
  return found;
}
