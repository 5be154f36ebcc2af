import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { parseFile } from '../../src/target/parse.ts';
import { fingerprint } from '../../src/trace/fingerprint.ts';
import { traceTarget } from '../../src/trace/run.ts';
import { type Observed, type Plan, Session } from '../../src/trace/session.ts';
import type { CostModel, LoopResult, TraceOptions, TraceResult } from '../../src/trace/types.ts';
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

/** Of the fast tiers, in the run that was compared: entries and iterations of nests, calls by clones; and void runs before it. */
export interface Tiers {
  readonly entries: number;
  readonly iterations: number;
  readonly clones: number;
  readonly voided: number;
}

const folder = mkdtempSync(join(tmpdir(), 'pgram-trace-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
let counter = 0;

const comparable = ({ work, span, spanReassociated, loops, functions, output }: Run) => ({
  ...{ work, span, spanReassociated, functions, output },
  loops: loops.map(({ memory, ...loop }) => loop),
});

interface Finished {
  readonly seen: Run;
  readonly taken: Omit<Tiers, 'voided'>;
}

/** A run that ended, or the nest that must not run in the next one (−1: none may), or the update that is of no chain. */
type Attempt = Finished | { readonly wrong: number } | { readonly update: string };

/** A module of its own for each text, so that nothing is shared between runs. */
function load(code: string): Promise<Module> {
  const file = join(folder, `program-${counter++}.mjs`);
  writeFileSync(file, code);
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

interface Traced {
  readonly name?: string;
  readonly size?: number;
  readonly seed?: number;
  readonly lanes?: number;
  readonly cost?: CostModel;
  readonly chargeMemory?: boolean;
  /** That tier alone, without a comparison. */
  readonly only?: 'general';
}

/** Traces a function of a source text in this process: fast enough for hundreds of programs. */
export async function traceSource(
  source: string,
  { name = 'run', size = 8, seed = 1, lanes = 24, cost = 'unit', chargeMemory = true, only }: Traced = {},
): Promise<Run & { readonly tiers: Tiers }> {
  const parsed = parseFile('/program.ts', source);
  const plain = await load(parsed.code);
  const plainOutput = fingerprint(await plain[name]!(...argumentsOf(plain, name, { size, seed })));
  const run = async (plan: Partial<Plan>): Promise<Attempt> => {
    // The tiers must draw the same numbers.
    const random = createRandom(seed);
    Math.random = () => random.next();
    const session = new Session({ lanes, chargeMemory, cost, ...plan });
    const module = await load(session.transform(parsed));
    const args = argumentsOf(module, name, { size, seed });
    session.begin();
    const { nests, slots, kit } = session.tracer;
    let output: string | null = null;
    try {
      output = fingerprint(await module[name]!(...args));
    } catch (error) {
      if (!kit.state.lost) throw error;
    }
    // As `run.ts` does: a run that found that it must not go on is void, whatever the program made of that.
    const { entangled } = session.tracer;
    if (entangled !== undefined) return { update: entangled };
    if (kit.state.lost) return { wrong: nests.wrong };
    return { seen: { ...session.observed(), output, plainOutput }, taken: { ...nests.taken, clones: slots.entries } };
  };
  const strict: string[] = [];
  let slow = await run({ tier: 'general', memory: true });
  while ('update' in slow) {
    strict.push(slow.update);
    slow = await run({ tier: 'general', memory: true, strict });
  }
  const { seen: general } = slow as Finished;
  if (only) return { ...general, tiers: { entries: 0, iterations: 0, clones: 0, voided: 0 } };
  // Every test is one of the tiers as well: what nests give is what the general tier gives, to the last witness.
  const without: number[] = [];
  let fast = await run({ strict });
  while ('wrong' in fast && fast.wrong >= 0) {
    without.push(fast.wrong);
    fast = await run({ without, strict });
  }
  if ('update' in fast) throw new Error('only the tier for nests finds that an update is of no chain');
  if ('wrong' in fast)
    return { ...general, tiers: { entries: 0, iterations: 0, clones: 0, voided: without.length + 1 } };
  const tiers = { ...fast.taken, voided: without.length };
  if (!fast.seen.wantsGeneral) expect(comparable(fast.seen)).toEqual(comparable(general));
  return { ...general, tiers };
}

const argumentsOf = (module: Module, name: string, { size, seed }: { size: number; seed: number }): unknown[] =>
  module.inputs?.[name]?.(size, seed) ?? [size];

/** The loops of one function, in source order. */
export const loopsOf = (result: { readonly loops: readonly LoopResult[] }, name: string): LoopResult[] =>
  result.loops.filter(loop => loop.function === name);
