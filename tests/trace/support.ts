import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { parseFile } from '../../src/target/parse.ts';
import { fingerprint } from '../../src/trace/fingerprint.ts';
import { traceTarget } from '../../src/trace/run.ts';
import { type Observed, type Plan, Session } from '../../src/trace/session.ts';
import type { LoopResult, TraceOptions, TraceResult } from '../../src/trace/types.ts';
import { createRandom } from '../../src/workload/random.ts';

const fixtures = new URL('../fixtures/trace/', import.meta.url);
export const fixture = (file: string): string => fileURLToPath(new URL(file, fixtures));

/** As a user does: in a child process, confined, with a plain run beside it. */
export const traceFixture = (
  file: string,
  name: string,
  size: number,
  options: TraceOptions = {},
): Promise<TraceResult> => traceTarget({ kind: 'function', file: fixture(file), export: name }, { size, ...options });

type Module = Record<string, (...args: unknown[]) => unknown> & {
  inputs?: Record<string, (size: number, seed: number) => unknown[]>;
};

/** What a traced run in this process saw, and the fingerprints of its output and of a plain run's. */
export interface Run extends Observed {
  readonly output: string | null;
  readonly plainOutput: string | null;
}

const folder = mkdtempSync(join(tmpdir(), 'pgram-trace-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let counter = 0;

const comparable = ({ work, span, spanReassociated, loops, functions, output }: Run) => ({
  ...{ work, span, spanReassociated, functions, output },
  loops: loops.map(({ memory, ...loop }) => loop),
});

/** Undefined where a fast tier found that it must not be used. */
async function attempt<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && /^(ChainLost|UndatedAccess)$/.test(error.name)) return undefined;
    throw error;
  }
}

/** A module of its own for each text, so that nothing is shared between runs. */
function load(code: string): Promise<Module> {
  const file = join(folder, `program-${counter++}.mjs`);
  writeFileSync(file, code);
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

/** Traces a function of a source text in this process: fast enough for hundreds of programs. */
export async function traceSource(
  source: string,
  {
    name = 'run',
    size = 8,
    seed = 1,
    lanes = 24,
  }: { name?: string; size?: number; seed?: number; lanes?: number } = {},
): Promise<Run> {
  const parsed = parseFile('/program.ts', source);
  const plain = await load(parsed.code);
  const plainOutput = fingerprint(await plain[name]!(...argumentsOf(plain, name, { size, seed })));
  const run = async (plan: Partial<Plan>) => {
    // The tiers must draw the same numbers.
    const random = createRandom(seed);
    Math.random = () => random.next();
    const session = new Session({ lanes, chargeMemory: true, ...plan });
    const module = await load(session.transform(parsed));
    const args = argumentsOf(module, name, { size, seed });
    session.begin();
    const output = fingerprint(await module[name]!(...args));
    return { ...session.observed(), output, plainOutput };
  };
  const general = await run({ tier: 'general', memory: true });
  // Every test is one of the tiers as well: what nests give is what the general tier gives, to the last witness.
  const fast = await attempt(() => run({}));
  if (fast && !fast.wantsGeneral) expect(comparable(fast)).toEqual(comparable(general));
  return general;
}

const argumentsOf = (module: Module, name: string, { size, seed }: { size: number; seed: number }): unknown[] =>
  module.inputs?.[name]?.(size, seed) ?? [size];

/** The loops of one function, in source order. */
export const loopsOf = (result: { readonly loops: readonly LoopResult[] }, name: string): LoopResult[] =>
  result.loops.filter(loop => loop.function === name);
