import { relative } from 'node:path';
import { takeCensus } from '../../census/census.ts';
import {
  type Operations,
  operationMix,
  type RegionOperations,
  runCounted,
  workOf,
} from '../../census/operations/index.ts';
import type { CalibrationCell } from '../../forecast/calibration.ts';
import { type Mined, minedOf } from '../../forecast/custom/index.ts';
import { freezeGroup } from '../../forecast/freeze.ts';
import { traceOnce } from '../../forecast/shape.ts';
import type { ProgramShape } from '../../forecast/types.ts';
import type { Ceilings } from '../../hardware/ceilings.ts';
import { hotLines } from '../../profile/cpu-profile.ts';
import { watchTarget } from '../../profile/watch.ts';
import type { PlannedGroup } from '../../results/manifest.ts';
import { type CsvRow, schemaVersion } from '../../results/schema.ts';
import { ownFolder, type ProgramSpec, resolveTarget, toolRoot } from '../../target/index.ts';
import { traceTarget } from '../../trace/run.ts';
import type { LoopResult } from '../../trace/types.ts';
import { formatParameters } from '../../workload/parameters.ts';
import { columnOf } from './columns.ts';
import { timeShare } from './time-shares.ts';

export interface GatherOptions {
  /** Null where nothing can be forecast. */
  readonly ceilings: Ceilings | null;
  readonly cells: readonly CalibrationCell[];
  readonly seed: number;
  /** Leaves the census of other layers out. */
  readonly quick: boolean;
}

/** A loop is hot from this share of the time or of the work on, … */
const hotShare = 0.05;
/** … and of a workload's loops so many are listed. */
const mostLoops = 6;
/** What is traced where no forecast has chosen a size. */
const fallbackSize = 8;

/** What is known of each hot loop of a workload before any variant is measured. */
export async function gather(group: PlannedGroup, options: GatherOptions): Promise<CsvRow[]> {
  const { target, size, parameters } = group;
  const { ceilings, cells, seed, quick } = options;
  const spec: ProgramSpec = { target: resolveTarget(target), size, seed, parameters };
  // Only the plain time is a timing, and it comes first, alone; then counting, tracing and sampling share the cores.
  let counting: ReturnType<typeof runCounted> | undefined;
  const counted = () => (counting ??= runCounted(spec));
  const sampled = () => watchTarget(spec, { mode: 'time' }, {});
  let sampling: ReturnType<typeof sampled> | undefined;
  const freezing = ceilings
    ? freezeGroup(group, {
        ceilings,
        cells,
        seed,
        processes: quick ? 1 : 3,
        counted: async () => {
          sampling = sampled();
          return operationMix(await counted());
        },
      })
    : undefined;
  const frozen = await freezing;
  const [program, profiled] = await Promise.all([counted(), sampling ?? sampled()]);
  const mix = operationMix(program);
  const mined = minedOf(program, { top: 6 });
  const { profile, repetitions = 1 } = profiled.result ?? {};
  const ownership = { root: ownFolder(spec.target.file), include: [] };
  const lines = profile ? hotLines([profile], ownership, repetitions) : [];
  const tracedSize = frozen?.shape.tracedAt.at(-1) ?? Math.min(size, fallbackSize);
  const at = { ...spec, size: tracedSize };
  const trace = await traceOnce(JSON.stringify(at), () => traceTarget(spec.target, at));
  const layers = quick ? {} : await otherLayers(group, spec);
  const total = workOf(mix.total) + mix.total.loads + mix.total.stores;
  const loops = mix.regions
    .filter(({ kind }) => kind === 'loop')
    .map(loop => ({
      loop,
      time: timeShare(loop, { lines, program, regions: mix.regions }),
      weight: (workOf(loop.inclusive) + loop.inclusive.loads + loop.inclusive.stores) / Math.max(1, total),
    }))
    .filter(({ time, weight }) => (time ?? 0) >= hotShare || weight >= hotShare)
    .sort((a, b) => (b.time ?? b.weight) - (a.time ?? a.weight))
    .slice(0, mostLoops);
  const samples = profile?.samples?.length ?? 0;
  return loops.map(({ loop, time }) => ({
    schema_version: schemaVersion,
    workload: group.workload,
    size,
    parameters: formatParameters(parameters),
    file: relative(toolRoot, loop.file),
    function: loop.function,
    line: loop.line,
    depth: loop.depth,
    ...(time === null ? {} : { time_share: time, time_samples: samples }),
    work_share: workOf(loop.inclusive) / Math.max(1, workOf(mix.total)),
    entries: loop.entries,
    iterations: loop.iterations,
    ...operationCells(loop.inclusive),
    ...layers,
    traced_size: tracedSize,
    ...traceCells(find(trace.loops, loop)),
    ...(frozen ? forecastCells(loop, frozen) : {}),
    ...patternCells(loop, mined),
  }));
}

/** A loop's operations, as columns of opportunities.csv. */
export const operationCells = ({ classes, specials, loadBytes, storeBytes }: Operations): CsvRow => ({
  flops_javascript: classes.fp32 + classes.fp64 + classes.special - notFlops(specials),
  integer_operations: classes.int32 + classes.logic,
  comparisons: classes.compare,
  load_bytes: loadBytes,
  store_bytes: storeBytes,
});

const notFlops = ({ string = 0, native = 0 }: Operations['specials']): number => string + native;

const find = (loops: readonly LoopResult[], { file, line, column }: RegionOperations): LoopResult | undefined =>
  loops.find(loop => loop.file === file && loop.line === line && loop.column === column);

const traceCells = (loop: LoopResult | undefined): CsvRow =>
  loop === undefined
    ? { reason: 'not reached at the traced size' }
    : {
        work: loop.work,
        span: loop.span,
        span_reassociated: loop.spanReassociated,
        ...(loop.selfParallelism === null ? {} : { self_parallelism: loop.selfParallelism }),
        verdict: loop.verdict ?? '',
        reason: loop.reason,
      };

/** The forecast is of the program with its parallel regions on the device: it belongs to those loops. */
function forecastCells(loop: RegionOperations, frozen: { shape: ProgramShape; rows: readonly CsvRow[] }): CsvRow {
  const isRegion = frozen.shape.regions.some(({ file, line }) => file === loop.file && line === loop.line);
  if (!isRegion) return { offloaded: 'no' };
  return Object.fromEntries([
    ['offloaded', 'yes'],
    ...frozen.rows.flatMap(({ forecast_device, speedup_low, speedup_forecast, speedup_high }) => {
      const name = `forecast_${columnOf(String(forecast_device))}`;
      return [
        [`${name}_low`, speedup_low],
        [name, speedup_forecast],
        [`${name}_high`, speedup_high],
      ];
    }),
  ]);
}

function patternCells(
  { file, line, endLine, function: name }: RegionOperations,
  { customInstructions }: Mined,
): CsvRow {
  const inLoop = customInstructions.find(({ places }) =>
    places.some(place => place.file === file && place.line >= line && place.line <= endLine),
  );
  const found =
    inLoop ??
    customInstructions.find(({ places }) => places.some(place => place.file === file && place.function === name));
  if (!found) return {};
  return {
    pattern: found.pattern,
    pattern_share: found.share,
    ...(found.coveredBy === null ? {} : { pattern_covered_by: found.coveredBy }),
  };
}

/** Flops of whole variants on the layers that the census knows; what a variant lacks or cannot tell stays empty. */
async function otherLayers({ variants }: PlannedGroup, spec: ProgramSpec): Promise<CsvRow> {
  const wanted = [
    ['naive', 'executed-bytecode', 'flops_executed_bytecode'],
    ['simd', 'webassembly', 'flops_webassembly'],
    ['webgpu-tuned', 'gpu-kernel', 'flops_gpu_kernel'],
  ] as const;
  const cells: Record<string, number> = {};
  for (const [variant, layer, column] of wanted) {
    if (!variants.includes(variant)) continue;
    const census = await takeCensus({ ...spec, variant }, {}).catch(() => undefined);
    const flops = census?.layers.find(each => each.layer === layer)?.flops;
    if (flops !== undefined && flops !== null) cells[column] = flops;
  }
  return cells;
}
