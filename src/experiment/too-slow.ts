import type { PlannedGroup } from '../results/manifest.ts';
import type { CsvRow } from '../results/schema.ts';
import { formatParameters } from '../workload/parameters.ts';

/** Hopeless is what would take so many times the limit, as for a first call that may compile. */
const margin = 2;

interface Known {
  readonly samples: readonly CsvRow[];
  readonly processes: readonly CsvRow[];
  /** Groups of the same plan. */
  readonly plan: readonly PlannedGroup[];
}

/**
 * Why a variant need not be tried at a size: what one of its calls took at a smaller size in this run, times the growth
 * of the work, is far beyond what the protocol measures. Trying would only find the same out, a minute later.
 *
 * @returns the reason for its row, or undefined where it is to be measured
 */
export function tooSlowFor(
  group: PlannedGroup,
  variant: string,
  { samples, processes, plan, limitMs, protocol }: Known & { readonly limitMs: number; readonly protocol: string },
): string | undefined {
  const parameters = formatParameters(group.parameters);
  for (const smaller of plan) {
    if (smaller.workload !== group.workload || smaller.size >= group.size) continue;
    if (formatParameters(smaller.parameters) !== parameters) continue;
    const isCell = (row: CsvRow): boolean =>
      row.workload === group.workload &&
      row.size === smaller.size &&
      (row.parameters ?? '') === parameters &&
      row.variant === variant;
    const seconds = callSeconds(samples.filter(isCell), processes.filter(isCell));
    if (seconds === undefined) continue;
    const growth = group.work.operations / smaller.work.operations;
    const expected = seconds * growth;
    if (expected * 1000 < margin * limitMs) continue;
    const said = (value: number) => value.toPrecision(2);
    return `one call takes ${said(seconds)} s at size ${smaller.size}, and this is ${said(growth)} times the work: about ${said(expected)} s; the ${protocol} protocol measures up to ${limitMs / 1000} s`;
  }
  return undefined;
}

/** The fastest call that was seen, or what a variant was retired with. */
function callSeconds(samples: readonly CsvRow[], processes: readonly CsvRow[]): number | undefined {
  const times = samples.filter(({ phase }) => phase === 'end_to_end' || phase === 'compute');
  if (times.length > 0) return Math.min(...times.map(({ time_ns }) => Number(time_ns))) / 1e9;
  for (const { status, reason } of processes) {
    const retired = status === 'skipped' ? /^right, but one call takes ([\d.e+]+) s;/.exec(String(reason)) : null;
    if (retired) return Number(retired[1]);
  }
  return undefined;
}
