import { count, percent, significant } from '../report/format.ts';
import { isOpen, shareOf, untracedShare, widthOf } from '../trace/ranking.ts';
import type { LoopResult, MemoryResult, TraceResult } from '../trace/types.ts';

/** What a trace means for the three kinds of hardware that a program may be moved to: a sentence each. */
export interface HardwareMeaning {
  readonly cores: string;
  readonly simd: string;
  readonly gpu: string;
}

/** 128-bit vectors of 32-bit numbers, the narrowest in use (WebAssembly SIMD, NEON, SSE). */
const lanes = 4;
/** Operations under way at once that a large GPU needs to be busy: an H100 holds 132 × 2048 threads, a small one some ten thousand. */
const gpuWide = 10_000;
/** A loop with less of the work than this decides nothing. */
const minor = 0.05;

/** Reads a result as an engineer would: everything said follows from its numbers. */
export function meaningForHardware(result: TraceResult): HardwareMeaning {
  const outer = outermost(result);
  return { cores: cores(result, outer), simd: simd(result), gpu: gpu(result, outer) };
}

export const placeOf = ({ function: name, line }: LoopResult): string => `${name || '(module)'}:${line}`;

const entered = ({ loops }: TraceResult): LoopResult[] => loops.filter(({ iterations }) => iterations > 0);

/** The loop to share out: open, at least two wide, and the one that holds most of the work; of those the outermost. */
function outermost(result: TraceResult): LoopResult | undefined {
  return entered(result)
    .filter(loop => isOpen(loop) && widthOf(loop) >= 2 && shareOf(loop, result) >= minor)
    .sort((a, b) => b.work - a.work || a.entries - b.entries || a.depth - b.depth)[0];
}

function cores(result: TraceResult, outer: LoopResult | undefined): string {
  const { parallelism } = result;
  const most = parallelism === null ? '' : `; the whole program allows ${significant(parallelism)}×`;
  const gain = (loop: LoopResult) => shareOf(loop, result) * widthOf(loop);
  const [obstacle] = entered(result)
    .filter(loop => !isOpen(loop) && loop.work > 0)
    .sort((a, b) => gain(b) - gain(a) || b.work - a.work);
  const blocked =
    obstacle && (!outer || gain(obstacle) > gain(outer))
      ? `${placeOf(obstacle)} holds ${percent(shareOf(obstacle, result))} of the work and has self-parallelism ${significant(widthOf(obstacle))}, but is ${obstacle.verdict}: ${obstacle.reason}`
      : undefined;
  if (!outer) return `no loop can be shared out as it stands${blocked ? `: ${blocked}` : ''}${most}.`;
  const rest = 1 - shareOf(outer, result);
  const each = outer.work / outer.entries;
  const entries =
    outer.entries === 1
      ? ''
      : `, in ${count(outer.entries)} entries of ${count(each)} operations${each < worthHandingOver ? ', too short to hand to another core' : ''}`;
  const serial = rest >= 0.01 ? `; the ${percent(rest)} outside it stay as they are` : '';
  const open = `share out ${placeOf(outer)}: ${percent(shareOf(outer, result))} of the work, ${change(outer)}, ${significant(widthOf(outer))} wide${entries}${serial}`;
  return blocked ? `${blocked}; as it stands, ${open}${most}.` : `${open}${most}.`;
}

/** Operations that take some 10 µs on a core, what waking a thread costs. */
const worthHandingOver = 10_000;

/** What must be done to the loop before its iterations may run side by side. */
function change({ verdict }: LoopResult): string {
  if (verdict === 'reduction') return 'a reduction whose partial results must be combined';
  if (verdict === 'scan') return 'a scan that must be rebuilt as a tree';
  if (verdict === 'parallel-after-renaming') return 'parallel once each iteration has its own copy of what they share';
  return 'parallel';
}

function simd(result: TraceResult): string {
  const inner = innermostByWork(result);
  if (!inner || shareOf(inner, result) < minor)
    return 'no innermost loop holds enough of the work to be worth vector instructions.';
  const name = `${placeOf(inner)} (${percent(shareOf(inner, result))} of the work)`;
  const trips = inner.iterations / Math.max(1, inner.entries);
  const other = laneLoop(inner, result);
  const across = other
    ? `; put the iterations of ${placeOf(other)} (${other.verdict}, ${significant(widthOf(other))} wide) into the lanes instead${other.divergence > 0.01 ? `, ${percent(other.divergence)} of which leave their group's path` : ''}`
    : '';
  if (!isOpen(inner))
    return `${name} is ${inner.verdict}: ${inner.reason}${across || '; lanes have nothing to do there'}.`;
  if (trips < lanes)
    return `${name} runs ${significant(trips, 2)} iterations an entry, fewer than ${lanes} lanes${across}.`;
  const form =
    inner.verdict === 'reduction' || inner.verdict === 'scan'
      ? `is a ${inner.verdict}: lanes need its sums in another order (width ${significant(widthOf(inner))} then, ${significant(inner.selfParallelism ?? 1)} in source order)`
      : `is ${inner.verdict}, ${significant(widthOf(inner))} wide`;
  const branches =
    inner.divergence > 0.01
      ? `; ${percent(inner.divergence)} of its iterations leave their group's path, so lanes are masked`
      : '';
  return `${name} ${form}${access(inner.memory)}${branches}.`;
}

/** The widest loop around `inner` whose iterations are independent: each can have a lane of its own. */
function laneLoop(inner: LoopResult, result: TraceResult): LoopResult | undefined {
  return entered(result)
    .filter(
      loop =>
        (loop.verdict === 'parallel' || loop.verdict === 'parallel-after-renaming') &&
        loop !== inner &&
        loop.work >= inner.work &&
        widthOf(loop) >= lanes,
    )
    .sort((a, b) => widthOf(b) - widthOf(a))[0];
}

/** How the arrays of a loop meet vector loads. */
function access(memory: readonly MemoryResult[]): string {
  const touched = memory.filter(({ reads, writes, stride }) => reads + writes > 0 && stride !== 'none');
  if (touched.length === 0) return '';
  const awkward = touched.filter(
    ({ stride, strideElements }) => stride === 'indirect' || (stride === 'constant' && strideElements !== 1),
  );
  if (awkward.length === 0) return '; it walks its arrays one element at a time, as vector loads do';
  const says = awkward.map(({ variable, strideElements }) =>
    strideElements === null
      ? `${variable} at addresses that come from data`
      : `${variable} at a stride of ${strideElements}`,
  );
  return `; it reads ${says.join(' and ')}: gathers, or another layout`;
}

function gpu(result: TraceResult, outer: LoopResult | undefined): string {
  const { parallelism, spanReassociated, work } = result;
  const rebalanced = spanReassociated > 0 ? work / spanReassociated : null;
  if (parallelism === null) return 'nothing waits for anything: as wide as its data.';
  const width = significant(parallelism);
  const sums =
    rebalanced !== null && rebalanced > 1.5 * parallelism ? ` (${significant(rebalanced)} with sums reassociated)` : '';
  const atSize = result.size === null ? '' : ` at size ${count(result.size)}`;
  const dark = untracedShare(result);
  const unseen = dark > minor ? `; ${percent(dark)} of the time was not traced through and may change this` : '';
  if (parallelism < 64)
    return `${width} operations are ready at once on average${sums}${atSize}: a GPU, which wants ten thousand and more, would stand idle${unseen}.`;
  const divergence =
    outer && outer.divergence > 0.01
      ? `; in ${placeOf(outer)} ${percent(outer.divergence)} of the iterations leave their warp's path`
      : '; neighbouring iterations take the same path';
  const enough =
    parallelism >= gpuWide ? 'enough to fill a GPU' : 'too few to fill a GPU, which wants ten thousand and more';
  return `${width} operations are ready at once on average${sums}${atSize}, ${enough}${outer ? divergence : ''}${unseen}.`;
}

/**
 * The innermost loop with the most work. One without a loop inside it in the source may call a function that has one: two
 * that hold more than the whole work between them cannot lie side by side, so the one that is entered more often lies in
 * the other.
 */
function innermostByWork(result: TraceResult): LoopResult | undefined {
  const candidates = innermost(entered(result));
  let inner = largest(candidates);
  for (let outer = inner; outer; ) {
    inner = outer;
    const { work, entries } = outer;
    outer = largest(
      candidates.filter(other => other !== inner && other.work + work > result.work && other.entries > entries),
    );
  }
  return inner;
}

/** Loops with no other loop inside them in the source. */
const innermost = (loops: readonly LoopResult[]): LoopResult[] =>
  loops.filter((loop, k) => {
    const next = loops[k + 1];
    return !next || next.file !== loop.file || next.function !== loop.function || next.depth <= loop.depth;
  });

/** Of loops in each other's calls the most entered one is the inner one. */
const largest = (loops: readonly LoopResult[]): LoopResult | undefined =>
  [...loops].sort((a, b) => b.work - a.work || b.entries - a.entries)[0];
