import {
  countOperations,
  type OperationClass,
  type OperationMix,
  type Place,
  type RegionOperations,
  workOf,
} from '../census/operations/index.ts';
import type { Confinement, ProgramSpec } from '../target/index.ts';
import { targetLabel } from '../target/resolve.ts';
import { fitGrowth } from '../trace/growth.ts';
import { untracedShare } from '../trace/ranking.ts';
import { traceTarget } from '../trace/run.ts';
import type { LoopResult, MemoryResult, TraceResult, Verdict } from '../trace/types.ts';
import { TargetError } from '../workload/load.ts';
import type { WorkModel } from '../workload/types.ts';
import { computesWithBigInts } from './engine-work.ts';
import { literalDivisors } from './literal-divisors.ts';
import { transcendentals } from './transcendentals.ts';
import type { Kept, OperationCounts, ParallelRegion, ProgramShape } from './types.ts';

export interface ShapeOptions {
  readonly confinement?: Confinement;
  /** What the workload says of itself at this size; its transfers are taken from it. */
  readonly work?: WorkModel;
  readonly timeoutMs?: number;
  /** Operations at this very size, where somebody has counted them already. */
  readonly counted?: OperationMix;
  /** Time that one plain call takes at this size: decides whether it can be counted as it is. */
  readonly plainSeconds: number;
}

/** Counting costs a few times the plain run; beyond this the counts are extrapolated. */
const countablePlainSeconds = 0.4;
/** Work up to which smaller sizes are counted, and up to which one is traced (about a second each). */
const countedWork = 3e6;
const tracedWork = 4e5;

/** Verdicts under which iterations may be given to lanes, cores and invocations as they are, or after a known rewrite. */
const divisible: readonly Verdict[] = ['parallel', 'parallel-after-renaming', 'reduction', 'scan'];

/** The largest share of an iteration's span that may lie on what the iterations of a divisible `doacross` loop hand on. */
const smallChain = 0.05;

/**
 * A `doacross` loop that hands on something small, such as a counter, which a kernel computes from its index or
 * beforehand. Its span is in the latency term all the same. Of I iterations of span s that each hand on c, the loop's
 * span is s + (I − 1)·c, so SP = I·s / (s + (I − 1)·c), and c/s = (I/SP − 1) / (I − 1), whatever the size. A wavefront, too,
 * has a short chain beside its long rows, but hands on every element of them: as many values as a share of its work.
 */
export function isDivisible({
  verdict,
  selfParallelism,
  iterations,
  entries,
  work,
  carried,
}: Pick<LoopResult, 'verdict' | 'selfParallelism' | 'iterations' | 'entries' | 'work' | 'carried'>): boolean {
  if (verdict !== 'doacross') return divisible.includes(verdict ?? 'unknown');
  const each = iterations / entries;
  const handedOn = carried
    .filter(({ kind }) => kind === 'RAW' || kind === 'control')
    .reduce((sum, { count }) => sum + count, 0);
  if (handedOn > smallChain * work) return false;
  return each >= 4 && selfParallelism !== null && (each / selfParallelism - 1) / (each - 1) <= smallChain;
}

/**
 * What a program does at a size: operations counted there, or at smaller sizes and extrapolated by their growth;
 * dependences, spans and footprints traced at small sizes.
 *
 * @throws TargetError where the target does nothing that could be counted
 */
export async function shapeOf(spec: ProgramSpec, options: ShapeOptions): Promise<ProgramShape> {
  const size = spec.size ?? null;
  const counts = await countSizes(spec, options);
  const { traces, followed } = await traceSome(spec, counts, options);
  const total = counts.at(-1)!.mix.total;
  if (workOf(total) + total.loads + total.stores === 0)
    throw new TargetError(`${targetLabel(spec.target)}: nothing was computed, so there is nothing to forecast.`);
  const at = size ?? 1;
  const growth = growthOf(counts, at);
  const whole = growth.of(
    ({ total: { loads, stores, ...rest } }) => workOf({ loads, stores, ...rest }) + loads + stores,
  );
  const loops = traces.at(-1)!.result.loops.filter(({ iterations }) => iterations > 0);
  const isInside = nesting(counts.at(-1)!.mix);
  const candidates = loops.flatMap(loop => {
    const region = regionOf(loop, { growth, traces, followed, at, whole, isInside });
    return region ? [{ loop, region, engine: engineWork(loop, counts, growth) }] : [];
  });
  const uncountedShare = uncounted(traces.at(-1)!.result, { whole, plainSeconds: options.plainSeconds });
  const countedSeconds = options.plainSeconds * (1 - uncountedShare);
  const canDivide = ({ loop, region, engine }: Candidate): boolean =>
    isDivisible(loop) && engine === undefined && !isTooShort(region, countedSeconds);
  const regions = disjoint(candidates.filter(canDivide), isInside);
  const covered = regions.reduce((sum, { share }) => sum + share, 0);
  const bytes = transfersOf(followed, { at, work: options.work });
  return {
    target: targetLabel(spec.target),
    size,
    regions,
    kept: keptOf(candidates, { chosen: regions, plainSeconds: countedSeconds, isInside }),
    serialShare: Math.max(0, 1 - covered * (1 - uncountedShare)),
    uncountedShare,
    ...bytes,
    countedAt: counts.map(count => count.size),
    tracedAt: traces.map(trace => trace.size),
    extrapolated: !counts.some(count => count.size === at),
    growthError: growth.error(),
  };
}

/** No operation takes longer, even where a script runs once, and nothing of it is compiled (V8's interpreter: some ns a bytecode). */
const slowestOperation = 200e-9;
/** Less than this in native calls is as much noise of the clock. */
const noticeable = 0.05;

/**
 * Share of the plain time that no counted operation explains: what the trace saw go into native calls; and of a script,
 * whose time has loading and compiling in it, what is left when each operation took as long as one can.
 */
function uncounted(
  result: TraceResult,
  { whole, plainSeconds }: { readonly whole: number; readonly plainSeconds: number },
): number {
  const dark = untracedShare(result);
  const starting = result.size === null ? 1 - (whole * slowestOperation) / plainSeconds : 0;
  const share = Math.max(dark, starting);
  return share >= noticeable ? Math.min(1, share) : 0;
}

interface Counted {
  readonly size: number;
  readonly mix: OperationMix;
}
interface Traced {
  readonly size: number;
  readonly result: TraceResult;
}

/** Counts at the size itself where that is quick enough, and at smaller ones where it is not. */
async function countSizes(
  spec: ProgramSpec,
  { plainSeconds, confinement, timeoutMs, counted: known }: ShapeOptions,
): Promise<Counted[]> {
  if (known) return [{ size: spec.size ?? 1, mix: known }];
  const limits = { ...(confinement ? { confinement } : {}), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const count = async (size: number | undefined): Promise<Counted> => ({
    size: size ?? 1,
    // A second call: the plain code is timed warm, when tables of a first one are there.
    mix: await countOperations(size === undefined ? spec : { ...spec, size }, { ...limits, warm: true }),
  });
  if (spec.size === undefined || plainSeconds <= countablePlainSeconds) return [await count(spec.size)];
  const counted: Counted[] = [];
  for (let size = Math.min(8, spec.size); size < spec.size; size *= 2) {
    counted.push(await count(size));
    if (workOf(counted.at(-1)!.mix.total) > countedWork / 4) break;
    if (workOf(counted.at(-1)!.mix.total) < countedWork / 256) size *= 2;
  }
  return counted;
}

/** Traces at the largest power of two whose work is small enough, and at half of it: other sizes of the program share it. */
async function traceSome(
  spec: ProgramSpec,
  counts: readonly Counted[],
  options: ShapeOptions,
): Promise<Pick<Scaling, 'traces' | 'followed'>> {
  const { confinement, timeoutMs } = options;
  const trace = async (size: number | undefined): Promise<Traced> => {
    const at = size === undefined ? spec : { ...spec, size };
    const limits = { ...(confinement ? { confinement } : {}), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    return {
      size: size ?? 1,
      result: await traceOnce(JSON.stringify(at), () => traceTarget(spec.target, { ...at, ...limits })),
    };
  };
  if (spec.size === undefined) {
    const traces = [await trace(undefined)];
    return { traces, followed: traces };
  }
  const { mix, size: countedSize } = counts.at(-1)!;
  const weight = workOf(mix.total) + mix.total.loads + mix.total.stores;
  // Work grows at least linearly in every size that means an amount; what grows faster ends up smaller, which is safe.
  const exponent = counts.length < 2 ? 1.6 : Math.max(1, growthExponent(counts));
  const wanted = Math.max(1, countedSize * (tracedWork / Math.max(1, weight)) ** (1 / exponent));
  const large = Math.min(spec.size, Math.max(1, 2 ** Math.floor(Math.log2(wanted))));
  const small = Math.floor(large / 2);
  // Nothing is timed here: one core each.
  const traces = await Promise.all((small >= 2 ? [small, large] : [large]).map(trace));
  const { size, result } = traces.at(-1)!;
  const followed = traces.filter(isFollowed);
  const shorter = 2 ** Math.floor(Math.log2((size * (result.memoryOperations ?? 0)) / Math.max(1, result.work)));
  if (followed.includes(traces.at(-1)!) || shorter < 2)
    return { traces, followed: followed.length > 0 ? followed : traces };
  const again = (await Promise.all([shorter / 2, shorter].map(trace))).filter(isFollowed);
  return { traces, followed: again.length > 0 ? again : traces };
}

/** The trace follows memory for so many operations only: of a run that is longer the footprints are too small. */
const isFollowed = ({ result }: Traced): boolean => (result.memoryOperations ?? result.work) >= result.work;

const traced = new Map<string, Promise<TraceResult>>();

/** Forecasts of one program at several sizes trace it at the same small sizes: each of them once in this process. */
export function traceOnce(key: string, trace: () => Promise<TraceResult>): Promise<TraceResult> {
  let running = traced.get(key);
  if (!running) {
    running = trace();
    traced.set(key, running);
  }
  return running;
}

function growthExponent(counts: readonly Counted[]): number {
  const [a, b] = counts.slice(-2) as [Counted, Counted];
  return Math.log(workOf(b.mix.total) / Math.max(1, workOf(a.mix.total))) / Math.log(b.size / a.size);
}

interface GrowthReader {
  of(pick: (mix: OperationMix) => number): number;
  /** Largest relative error of the laws that were asked for so far. */
  error(): number;
}

/** Any count at the size that is asked about: as counted there, or by the law of its growth. */
function growthOf(counts: readonly Counted[], at: number): GrowthReader {
  let error = 0;
  return {
    of(pick) {
      const exact = counts.find(({ size }) => size === at);
      if (exact) return pick(exact.mix);
      // The smallest sizes show a law's first steps and the cost of starting; four are enough to contradict one.
      const samples = counts.slice(-4).map(({ size, mix }) => ({ size, value: pick(mix) }));
      if (samples.every(({ value }) => value === 0)) return 0;
      if (samples.length < 2) return ((samples[0]?.value ?? 0) * at) / (samples[0]?.size ?? 1);
      const fit = fitGrowth(samples);
      error = Math.max(error, fit.error);
      return Math.max(0, fit.at(at).mid);
    },
    error: () => error,
  };
}

interface Scaling {
  readonly growth: GrowthReader;
  readonly traces: readonly Traced[];
  /** Those whose memory was followed to the end, at smaller sizes where the others' was not. */
  readonly followed: readonly Traced[];
  readonly at: number;
  readonly whole: number;
  readonly isInside: Nesting;
}

/** Whether a loop always runs inside of another, of its own function or of one that calls it. */
type Nesting = (loop: Place, outer: Place) => boolean;

function nesting({ regions }: OperationMix): Nesting {
  const keyOf = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
  const around = new Map(
    regions.filter(({ kind }) => kind === 'loop').map(region => [keyOf(region), new Set(region.around.map(keyOf))]),
  );
  return (loop, outer) => around.get(keyOf(loop))?.has(keyOf(outer)) ?? false;
}

const samePlace =
  (loop: LoopResult) =>
  (other: { file: string; line: number; column: number }): boolean =>
    other.file === loop.file && other.line === loop.line && other.column === loop.column;

function regionOf(
  loop: LoopResult,
  { growth, traces, followed, at, whole, isInside }: Scaling,
): ParallelRegion | undefined {
  const counted = (mix: OperationMix): RegionOperations | undefined =>
    mix.regions.find(region => region.kind === 'loop' && samePlace(loop)(region));
  const of = (pick: (region: RegionOperations) => number): number =>
    growth.of(mix => {
      const region = counted(mix);
      return region ? pick(region) : 0;
    });
  const operation = (name: OperationClass) => of(({ inclusive }) => inclusive.classes[name]);
  const divisions = of(({ inclusive }) => inclusive.specials.divide ?? 0);
  // A division by a literal is a multiplication by its reciprocal in every kernel that is written for speed.
  const constant = divisions * literalDivisors(loop.file);
  const functions = of(({ inclusive }) => transcendentals(inclusive.specials));
  const operations: OperationCounts = {
    fp32: operation('fp32'),
    fp64: operation('fp64') + constant,
    int32: operation('int32'),
    logic: operation('logic'),
    special: operation('special') - constant - functions,
    ...(functions > 0 ? { transcendental: functions } : {}),
    products: of(({ inclusive }) => inclusive.products) + constant,
    compare: operation('compare'),
  };
  const loadsAndStores = of(({ inclusive }) => inclusive.loads + inclusive.stores);
  // What an iteration makes and drops again lives in registers on any hardware.
  const accesses = loadsAndStores * lasting(loop);
  const work = of(({ inclusive }) => workOf(inclusive));
  if (work + loadsAndStores === 0) return undefined;
  const law = tracedGrowth(traces, at, loop);
  const memoryLaw = tracedGrowth(followed, at, loop);
  const entries = Math.max(
    1,
    of(region => region.entries),
  );
  // What is entered so many times as often has its share of the data each time, not all of it.
  const oftener = entries / Math.max(1, loop.entries);
  const footprintBytes = memoryLaw(
    found => arraysOf(found).reduce((sum, array) => sum + array.footprintBytes, 0),
    ratio => Math.max(1, ratio / Math.max(1, oftener)),
  );
  const arrays = arraysOf(loop);
  const seen = arrays.reduce((sum, array) => sum + touches(array), 0);
  const part = (pick: (array: MemoryResult) => boolean): number =>
    seen > 0 ? (accesses * arrays.filter(pick).reduce((sum, array) => sum + touches(array), 0)) / seen : 0;
  const nest = traces.at(-1)!.result.loops.filter(inner => inner === loop || isInside(inner, loop));
  const isIndirect = (of: MemoryResult): boolean =>
    of.stride === 'indirect' &&
    !nest.some(
      inner =>
        inner !== loop &&
        isDivisible(inner) &&
        inner.memory.some(array => identity(array) === identity(of) && array.stride !== 'indirect'),
    );
  const isRepeated = (of: MemoryResult): boolean =>
    nest.some(
      inner =>
        divisible.includes(inner.verdict ?? 'unknown') &&
        inner.iterations > inner.entries &&
        inner.memory.some(array => identity(array) === identity(of) && array.stride === 'none'),
    );
  return {
    function: loop.function,
    file: loop.file,
    line: loop.line,
    verdict: loop.verdict ?? 'unknown',
    operations,
    accesses,
    indirect: part(isIndirect),
    reusable: part(array => !isIndirect(array) && isRepeated(array)),
    packing:
      loadsAndStores === 0 ? 1 : Math.min(1, of(({ inclusive }) => inclusive.packedBytes) / (4 * loadsAndStores)),
    footprintBytes,
    trafficBytes: Math.min(accesses * 4, footprintBytes * entries),
    // What runs side by side has the span of one, whatever their number.
    span: law(
      found => found.spanReassociated,
      () => 1,
    ),
    entries,
    width: Math.max(1, of(region => region.iterations) / entries),
    divergence: loop.divergence,
    conditional: Math.min(1, of(({ conditional }) => conditional) / (work + loadsAndStores)),
    share: (work + loadsAndStores) / whole,
  };
}

/**
 * Arrays of a loop that outlive an iteration. One that begins at the same index in every iteration, but whose elements
 * are touched less often than there are iterations, is another array each time: made in an iteration and dropped, it
 * never leaves the cache, or its registers.
 */
const arraysOf = ({ memory, iterations }: LoopResult): MemoryResult[] =>
  memory.filter(array => {
    const elements = array.footprintBytes / 8;
    const isPrivate = array.stride === 'none' && iterations >= 4 && touches(array) / elements < iterations / 2;
    return touches(array) > 0 && !isPrivate;
  });

/** Share of a loop's accesses that go to arrays which outlive an iteration. */
function lasting(loop: LoopResult): number {
  const sum = (arrays: readonly MemoryResult[]): number => arrays.reduce((total, array) => total + touches(array), 0);
  const all = sum(loop.memory);
  return all === 0 ? 1 : sum(arraysOf(loop)) / all;
}

const touches = ({ reads, writes }: MemoryResult): number => reads + writes;

/** What was traced at two sizes, at another: by a power law between them, or by `alone` (in proportion) where there is one. */
function tracedGrowth(traces: readonly Traced[], at: number, loop: LoopResult) {
  return (pick: (loop: LoopResult) => number, alone: (ratio: number) => number = ratio => ratio): number => {
    const samples = traces.flatMap(({ size, result }) => {
      const found = result.loops.find(samePlace(loop));
      return found && found.iterations > 0 ? [{ size, value: pick(found) }] : [];
    });
    const last = samples.at(-1);
    if (!last || last.value === 0) return 0;
    if (last.size === at) return last.value;
    const first = samples[0]!;
    if (samples.length < 2 || first.value <= 0) return last.value * alone(at / last.size);
    // No demand falls with the size, and none that could be traced at two sizes rises faster than its fourth power.
    const exponent = Math.min(4, Math.max(0, Math.log(last.value / first.value) / Math.log(last.size / first.size)));
    return last.value * (at / last.size) ** exponent;
  };
}

/** No device starts a kernel in less; a loop that is entered often for a shorter time is part of what is around it. */
const shortestLaunch = 2e-6;
const often = 100;

const isTooShort = ({ entries, share }: ParallelRegion, plainSeconds: number): boolean =>
  entries >= often && (plainSeconds * share) / entries < shortestLaunch;

interface Candidate {
  readonly loop: LoopResult;
  readonly region: ParallelRegion;
  /** What of it only a JavaScript engine can do, where that is too much. */
  readonly engine: string | undefined;
}

/** Less of it may be a message now and then. */
const noticeableEngineWork = 0.05;

/** Strings, BigInts, Maps and native functions take an engine: no lane and no GPU has them, and what they take is not in their number. */
function engineWork(loop: LoopResult, counts: readonly Counted[], growth: GrowthReader): string | undefined {
  const regionIn = ({ regions }: OperationMix) => regions.find(each => each.kind === 'loop' && samePlace(loop)(each));
  const of = (pick: (operations: RegionOperations['inclusive']) => number): number =>
    growth.of(mix => {
      const found = regionIn(mix);
      return found ? pick(found.inclusive) : 0;
    });
  const region = regionIn(counts.at(-1)!.mix);
  if (region && computesWithBigInts(region)) return 'it computes with BigInts';
  const work = of(workOf);
  const strings = of(({ specials }) => specials.string ?? 0);
  const natives = of(({ specials }) => specials.native ?? 0);
  const lookUps = growth.of(mix => regionIn(mix)?.hashed ?? 0);
  const share = work + lookUps === 0 ? 0 : (strings + natives + lookUps) / (work + lookUps);
  if (share < noticeableEngineWork) return undefined;
  const kinds = { strings, 'calls of native functions': natives, 'look-ups in Maps and Sets': lookUps };
  const what = Object.entries(kinds).flatMap(([kind, count]) => (count > 0 ? [kind] : []));
  return `${Math.round(100 * share)} % of its operations are ${what.join(' and ')}`;
}

/** The heaviest first; a loop inside a chosen one, or more than what is left, is part of what was chosen. */
function disjoint(candidates: readonly Candidate[], isInside: Nesting): ParallelRegion[] {
  const chosen: Candidate[] = [];
  let left = 1.0001;
  const ordered = [...candidates].sort((a, b) => b.region.share - a.region.share || a.loop.depth - b.loop.depth);
  for (const candidate of ordered) {
    const { loop, region } = candidate;
    if (region.share > left || chosen.some(({ loop: outer }) => isInside(loop, outer))) continue;
    chosen.push(candidate);
    left -= region.share;
  }
  return chosen.map(({ region }) => region);
}

interface Choice {
  readonly chosen: readonly ParallelRegion[];
  readonly plainSeconds: number;
  readonly isInside: Nesting;
}

/** Loops that hold a tenth of the work or more and cannot be divided, outside of what was chosen. */
function keptOf(candidates: readonly Candidate[], { chosen, plainSeconds, isInside }: Choice): Kept[] {
  const parallel = new Set(chosen);
  const sequential = candidates
    .filter(({ loop, region }) => region.share >= 0.1 && !parallel.has(region) && !isDivisible(loop))
    .filter(({ loop }) => !candidates.some(({ loop: outer, region }) => parallel.has(region) && isInside(loop, outer)))
    // A sequential loop around a parallel one is a loop of launches, not a loop that is kept.
    .filter(({ region }) => !chosen.some(({ share, entries }) => entries > 1 && share <= region.share))
    .map(({ loop, region }) => ({
      function: loop.function,
      line: loop.line,
      verdict: loop.verdict ?? 'unknown',
      reason: loop.reason,
      share: region.share,
    }));
  const short = candidates
    .filter(
      ({ loop, region, engine }) =>
        region.share >= 0.1 && isDivisible(loop) && !engine && isTooShort(region, plainSeconds),
    )
    .map(({ loop, region }) => ({
      function: loop.function,
      line: loop.line,
      verdict: loop.verdict ?? 'unknown',
      reason: `could be divided, but is entered ${Math.round(region.entries)} times for ${((plainSeconds * region.share * 1e6) / region.entries).toPrecision(2)} µs each: starting it elsewhere takes longer`,
      share: region.share,
      divisible: true as const,
    }));
  const foreign = candidates
    .filter(({ loop, region, engine }) => region.share >= 0.1 && isDivisible(loop) && engine !== undefined)
    .filter(({ loop }) => !candidates.some(other => other.engine !== undefined && isInside(loop, other.loop)))
    .map(({ loop, region, engine }) => ({
      function: loop.function,
      line: loop.line,
      verdict: loop.verdict ?? 'unknown',
      reason: `could be divided, but ${engine}, which no lane and no GPU has`,
      share: region.share,
      divisible: true as const,
    }));
  return [...sequential, ...foreign, ...(chosen.length === 0 ? short : [])];
}

/** Loops may know one array by different names. */
const identity = ({ array, variable }: MemoryResult): string => array ?? variable;

/** Stated by the workload; else what is read before it is written, and what is written, of all arrays of the trace. */
function transfersOf(
  traces: readonly Traced[],
  { at, work }: { at: number; work: WorkModel | undefined },
): Pick<ProgramShape, 'bytesToDevice' | 'bytesFromDevice' | 'bytesSource'> {
  if (work)
    return {
      bytesToDevice: work.bytesToDevice,
      bytesFromDevice: work.bytesFromDevice,
      bytesSource: 'stated by the workload',
    };
  const side = (pick: (array: MemoryResult) => boolean): number => {
    const { result, size } = traces.at(-1)!;
    const largest = new Map<string, { bytes: number; loop: LoopResult }>();
    for (const loop of result.loops)
      for (const array of loop.memory.filter(pick)) {
        if (array.footprintBytes > (largest.get(identity(array))?.bytes ?? 0))
          largest.set(identity(array), { bytes: array.footprintBytes, loop });
      }
    const bytes = [...largest.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    return result.size === null ? bytes : (bytes * at) / size;
  };
  return {
    bytesToDevice: side(({ reads }) => reads > 0),
    bytesFromDevice: side(({ writes }) => writes > 0),
    bytesSource: 'distinct bytes of the arrays that the trace saw read, and written',
  };
}
