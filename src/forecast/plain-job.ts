import { repetitionsFor } from '../measure/contender.ts';
import { protocols } from '../measure/protocol.ts';
import { median } from '../measure/statistics.ts';
import { isSteady } from '../measure/steady.ts';
import { type ChildContext, type OpenedProgram, openProgram, type ProgramSpec } from '../target/index.ts';
import { stirrer } from './stir.ts';

/** What one plain call takes in one process, warm. */
export interface PlainTime {
  /** Median of the samples, in seconds. */
  readonly seconds: number;
  /** Of the first call, which compiles. */
  readonly firstSeconds: number;
  readonly calls: number;
}

/**
 * Times a target as it is, in a process of its own, by the quick protocol of `bench`, so that a speed-up divides like by
 * like: warmed up until it no longer gets faster, then the median of single samples, short calls several together, with
 * other work between them, as its variants are there. A script runs once: it cannot be asked again.
 */
export default async function plain(spec: ProgramSpec, context: ChildContext): Promise<PlainTime> {
  // The watchdog compiles a script for every call, which takes longer than many a call: whoever started this process
  // ends it when its time is over.
  const program = await openProgram(spec, { ...context, limited: run => run() });
  const first = await sample(program, 1);
  if (program.renew === undefined) return { seconds: first / 1e9, firstSeconds: first / 1e9, calls: 1 };
  const { leastWarmupMs, warmupBudgetMs, minSamples, maxSamples, sampleBudgetMs } = protocols.quick;
  // Other arguments each time: a function may change them.
  const together = (ns: number): number => (program.kind === 'workload' ? repetitionsFor(ns) : 1);
  let repetitions = 1;
  let calls = 1;
  const take = async (): Promise<number> => {
    await program.renew?.();
    const ns = await sample(program, repetitions);
    calls += repetitions;
    repetitions = together(ns);
    return ns;
  };
  const warmUp: number[] = [first];
  for (let spent = first; spent < warmupBudgetMs * 1e6; ) {
    if (spent >= leastWarmupMs * 1e6 && isSteady(warmUp, warmupBudgetMs * 1e5)) break;
    spent += repetitions * warmUp[warmUp.push(await take()) - 1]!;
  }
  const samples: number[] = [];
  const stir = stirrer();
  for (let spent = 0; samples.length < minSamples || (samples.length < maxSamples && spent < sampleBudgetMs * 1e6); ) {
    const many = repetitions;
    stir();
    spent += many * samples[samples.push(await take()) - 1]!;
  }
  return { seconds: median(samples) / 1e9, firstSeconds: first / 1e9, calls };
}

/** Nanoseconds of one call, of so many together. */
async function sample(program: OpenedProgram, repetitions: number): Promise<number> {
  const start = process.hrtime.bigint();
  for (let repetition = 0; repetition < repetitions; repetition++) await program.run();
  return Number(process.hrtime.bigint() - start) / repetitions;
}
