import type { CountedProgram, RegionOperations } from '../../census/operations/index.ts';
import type { HotLine } from '../../profile/types.ts';

/** Sampled time by line, and where the program's functions and loops lie. */
interface Sampled {
  readonly lines: readonly HotLine[];
  readonly program: CountedProgram;
  readonly regions: readonly RegionOperations[];
}

/**
 * Share of the sampled time of the user's own lines that a loop takes, with what it calls: lines between its first and
 * its last, and of other functions as much of their time as their calls from inside the loop are of all their calls.
 */
export function timeShare(loop: RegionOperations, { lines, program, regions }: Sampled): number | null {
  const functions = regions.filter(({ kind }) => kind === 'function');
  const whole = lines.reduce((sum, { self }) => sum + self.milliseconds, 0);
  if (whole === 0) return null;
  const around = (file: string, line: number): RegionOperations | undefined =>
    functions
      .filter(each => each.file === file && each.line <= line && line <= each.endLine)
      .sort((a, b) => a.endLine - a.line - (b.endLine - b.line))[0];
  const own = around(loop.file, loop.line);
  let inside = 0;
  for (const { file, line, self } of lines) {
    const owner = around(file, line);
    if (owner === own) {
      if (file === loop.file && loop.line <= line && line <= loop.endLine) inside += self.milliseconds;
    } else if (owner) inside += self.milliseconds * callsFrom(loop, owner, program);
  }
  return inside / whole;
}

/** Of all calls of a function, those that happen while the loop runs. */
function callsFrom(loop: RegionOperations, callee: RegionOperations, { files, run }: CountedProgram): number {
  const all = files.flatMap(({ plan }) => plan.regions.map(region => ({ region, file: plan.parsed.file })));
  const numberOf = (wanted: RegionOperations): number | undefined =>
    all.find(
      ({ region, file }) =>
        file === wanted.file &&
        region.kind === wanted.kind &&
        region.line === wanted.line &&
        region.column === wanted.column,
    )?.region.number;
  const [outer, unit] = [numberOf(loop), numberOf(callee)];
  if (outer === undefined || unit === undefined) return 0;
  let calls = 0;
  let within = 0;
  for (const { regions, counters } of run.sets)
    for (const [number, counts] of counters) {
      if (number !== unit) continue;
      calls += counts[0]!;
      if (regions.includes(outer)) within += counts[0]!;
    }
  return calls === 0 ? 0 : within / calls;
}
