import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countExactly } from '../../src/census/executed/executed.ts';
import { resolveTarget } from '../../src/target/index.ts';
import { traceTarget } from '../../src/trace/run.ts';
import { createRandom } from '../../src/workload/random.ts';
import { loadMain, moduleOf, randomFunction } from './programs.ts';
import type { Failure } from './run.ts';

/** What watches a program while it runs; each throws where the program did not come to its own end. */
export const watchers = {
  async trace(file: string) {
    const { sameOutput, stopped } = await traceTarget(resolveTarget(`${file}#main`), { size: 9 });
    if (sameOutput === false) throw new Error('tracing changed the output');
    if (stopped !== undefined) throw new Error(`tracing stopped: ${stopped}`);
  },
  async census(file: string) {
    const { outcome } = await countExactly({ target: resolveTarget(`${file}#main`), size: 9 });
    if (outcome.message !== 'ran to its end') throw new Error(`counting: ${outcome.message}`);
  },
} as const;
export type Watcher = keyof typeof watchers;

export interface ProgramRow {
  readonly watcher: Watcher;
  readonly cases: number;
  readonly failures: readonly Failure[];
}

const folder = mkdtempSync(join(tmpdir(), 'pgram-programs-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let modules = 0;

/** Writes functions as a module that knows what a plain run of it says. */
function writeModule(functions: readonly string[]): string {
  const file = join(folder, `${modules++}.mjs`);
  writeFileSync(file, moduleOf(functions, loadMain(moduleOf(functions))(9)));
  return file;
}

/**
 * Watches programs with seeds `from`, `from + 1`, …, `batch` of them in one process; a batch that fails is halved until
 * the guilty one stands alone.
 */
export async function fuzzPrograms(
  watcher: Watcher,
  { cases, from, batch = 50 }: { cases: number; from: number; batch?: number },
): Promise<ProgramRow> {
  const failures: Failure[] = [];
  for (let first = from; first < from + cases; first += batch) {
    const seeds = Array.from({ length: Math.min(batch, from + cases - first) }, (_, index) => first + index);
    await watch(watcher, seeds, failures);
  }
  return { watcher, cases, failures };
}

async function watch(watcher: Watcher, seeds: readonly number[], failures: Failure[]): Promise<void> {
  const functions = seeds.map((seed, index) => randomFunction(createRandom(seed), index));
  try {
    await watchers[watcher](writeModule(functions));
  } catch (error) {
    const { message, stack } = error as Error;
    if (seeds.length === 1)
      failures.push({ reader: watcher, seed: seeds[0] as number, message, input: functions[0], stack });
    else {
      const half = seeds.length >> 1;
      const before = failures.length;
      await watch(watcher, seeds.slice(0, half), failures);
      await watch(watcher, seeds.slice(half), failures);
      // Guilty only together: the batch itself is the case.
      if (failures.length === before)
        failures.push({
          reader: watcher,
          seed: seeds[0] as number,
          message: `${seeds.length} together: ${message}`,
          input: functions.join('\n'),
          stack,
        });
    }
  }
}
