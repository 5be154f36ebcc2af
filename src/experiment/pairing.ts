import { isStandardVariantName } from '../backends/names.ts';
import { type Estimate, estimateRatio } from '../measure/statistics.ts';
import { type MeasuredPoint, measuredIn, type Subject } from '../report/rows.ts';
import type { CsvRow } from '../results/schema.ts';
import { type Cell, makeCell, timeKey } from './cell.ts';
import { cellKey } from './rows.ts';

/** Libraries' names among the standard ones; every name outside of that list is a package's. */
const libraries = ['gpujs', 'gpujs-webasm', 'tfjs-wasm', 'tfjs-webgpu', 'tfjs-node-gpu', 'native'];

/** Whether somebody else wrote it: what a user would pick instead of our variants. */
export const isPeer = (variant: string): boolean => libraries.includes(variant) || !isStandardVariantName(variant);

/** What is compared: all of a call, or what stays when data lie where they are needed. */
export const scopes = { 'end to end': ['end_to_end'], 'device only': ['kernel', 'dispatch', 'compute'] } as const;
export type Scope = keyof typeof scopes;

export function cellsOf(samples: readonly CsvRow[], processes: readonly CsvRow[]): Map<string, Cell> {
  const own = Map.groupBy(samples, cellKey);
  const found = Map.groupBy(processes, cellKey);
  return new Map(
    [...found].map(([key, outcomes]) => [key, makeCell(String(outcomes[0]?.variant), outcomes, own.get(key) ?? [])]),
  );
}

/** A software adapter is compared with itself, one core with one core; a library's own driver names the GPU its way. */
export const placeKey = ({ device, ranOn }: MeasuredPoint): string => (ranOn === 'gpu' ? 'gpu' : `${ranOn} ${device}`);

/** The first phase of the scope that each variant has. */
export function inScope(subject: Subject, size: number, scope: Scope): MeasuredPoint[] {
  const chosen = new Map<string, MeasuredPoint>();
  for (const phase of scopes[scope])
    for (const point of measuredIn(subject.points, phase))
      if (point.size === size && !chosen.has(point.variant)) chosen.set(point.variant, point);
  return [...chosen.values()];
}

const keyed = ({ workload, size, parameters, variant }: MeasuredPoint): CsvRow => ({
  workload,
  size,
  parameters,
  variant,
});

export function ratioOf(
  cells: ReadonlyMap<string, Cell>,
  over: MeasuredPoint,
  under: MeasuredPoint,
): { ratio: Estimate; processes: number } | undefined {
  const timesOf = (point: MeasuredPoint) => cells.get(cellKey(keyed(point)))?.times.get(timeKey(point.phase, 'steady'));
  const [slow, fast] = [timesOf(over), timesOf(under)];
  if (!slow || !fast) return undefined;
  const common = [...slow.keys()].filter(process => fast.has(process));
  if (common.length === 0) return undefined;
  const pick = (times: NonNullable<typeof slow>) => common.map(process => times.get(process) ?? []);
  return { ratio: estimateRatio(pick(slow), pick(fast)), processes: common.length };
}
