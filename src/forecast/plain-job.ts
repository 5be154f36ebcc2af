import { type ChildContext, openProgram, type ProgramSpec } from '../target/index.ts';

/** What one plain call takes, repeated until it no longer gets faster. */
export interface PlainTime {
  /** Lower quartile of the later half of the calls, in seconds: what else runs on the machine only ever adds. */
  readonly seconds: number;
  /** Of the first call, which compiles. */
  readonly firstSeconds: number;
  readonly calls: number;
  /** How far the median of the later calls lies above it, as a share. */
  readonly spread: number;
}

const budgetMs = 400;
const fewestCalls = 3;

/** Runs a target as it is, in a process of its own. A script runs once: it cannot be asked again. */
export default async function plain(spec: ProgramSpec, context: ChildContext): Promise<PlainTime> {
  // The watchdog compiles a script for every call, which takes longer than many a call: whoever started this process
  // ends it when its time is over.
  const program = await openProgram(spec, { ...context, limited: run => run() });
  const times: number[] = [];
  const start = performance.now();
  for (;;) {
    const begun = performance.now();
    await program.run();
    times.push((performance.now() - begun) / 1e3);
    const isEnough = performance.now() - start > budgetMs && times.length >= fewestCalls;
    if (isEnough || program.renew === undefined || performance.now() - start > 4 * budgetMs) break;
    await program.renew();
  }
  const later = times.slice(Math.floor(times.length / 2)).sort((a, b) => a - b);
  const at = (share: number): number => later[Math.min(later.length - 1, Math.floor(share * later.length))]!;
  const seconds = at(0.25);
  return {
    seconds,
    firstSeconds: times[0]!,
    calls: times.length,
    spread: seconds > 0 ? (at(0.5) - seconds) / seconds : 0,
  };
}
