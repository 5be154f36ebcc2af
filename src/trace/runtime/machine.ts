import { latencies } from '../latencies.ts';
import type { LevelCount } from '../levels.ts';
import type { Tracer } from './runtime.ts';
import type { Chain, Family, TimeKit, Times } from './times.ts';

/**
 * Gives a tracer's operations the latencies that they are called with, and its loads theirs: the cost model `machine`.
 * The arithmetic is that of the unit cost with a number in place of 1, written for any layout instead of generated for
 * one, so that runs at unit cost are not slowed down by it.
 */
export function chargeLatencies(tracer: Tracer, levels?: LevelCount): void {
  const { kit, memory } = tracer;
  kit.keepApart();
  const operation = operationsOf(kit, levels);
  Object.assign(kit, {
    op1: (a: Times, cost = latencies.library) => operation([a], cost),
    op2: (a: Times, b: Times, cost = latencies.library) => operation([a, b], cost),
    op3: (a: Times, b: Times, c: Times, cost = latencies.library) => operation([a, b, c], cost),
    extend: chainsOf(kit, operation),
  });
  const plain = memory.load.bind(memory);
  memory.load = (object, key, site, address) => {
    const times = plain(object, key, site, address);
    if (object === null || (typeof object !== 'object' && typeof object !== 'function')) return times;
    const isFloat = object instanceof Float64Array || object instanceof Float32Array;
    const loaded = operation([times], isFloat ? latencies.loadFloat : latencies.load);
    return times.chain === undefined || loaded === kit.zero ? loaded : kit.chained(loaded, times.chain);
  };
}

type Operation = (operands: readonly Times[], cost: number, rebalanced?: readonly number[]) => Times;

/** The latest operand (and control) plus the cost, in every lane; `rebalanced` gives the lanes of family `r` instead. */
function operationsOf(kit: TimeKit, levels: LevelCount | undefined): Operation {
  const { lanes, families } = kit.layout;
  const fields = Array.from({ length: kit.width }, () => new Int32Array(1));
  return (operands, cost, rebalanced) => {
    const { state } = kit;
    if (!state.active) return kit.zero;
    state.work += cost;
    for (const [at, family] of families.entries())
      for (let lane = 0; lane < lanes; lane++) {
        const time =
          rebalanced && family === 'r' ? rebalanced[lane]! : latestOf(kit, operands, { family, lane }) + cost;
        if (time > kit.high(family, lane)) kit.raise(family, lane, time);
        fields[at * lanes + lane]![0] = time;
      }
    // It is in flight until its result is ready: so the area of the picture is the work.
    if (levels) for (let cycle = 0; cycle < cost; cycle++) levels.add(fields[0]![0]! - cycle);
    return kit.gather(fields, 0);
  };
}

function latestOf(
  kit: TimeKit,
  operands: readonly Times[],
  { family, lane }: { family: Family; lane: number },
): number {
  let latest = kit.lane(kit.state.control, family, lane);
  for (const operand of operands) latest = Math.max(latest, kit.lane(operand, family, lane));
  return latest;
}

/** An update of a chain: in source order an operation; rebalanced, the latest operand and one operation a level. */
function chainsOf(kit: TimeKit, operation: Operation) {
  return (previous: Times, operand: Times, group: number, cost: number = latencies.library): Times => {
    const { state } = kit;
    if (!state.active) return kit.zero;
    if (!kit.layout.families.includes('r')) return operation([previous, operand], cost);
    state.updates++;
    const before = previous.chain?.group === group ? previous.chain : undefined;
    const chain = { group, latest: [], updates: [], inOrder: [], since: [] } satisfies Chain as Open<Chain>;
    const times: number[] = [];
    for (let lane = 0; lane < kit.layout.lanes; lane++) {
      const since = kit.base('r', lane);
      const own = latestOf(kit, [operand], { family: 'r', lane });
      const goesOn = before?.since[lane] === since;
      const latest = Math.max(own, goesOn ? before.latest[lane]! : kit.lane(previous, 'r', lane));
      const updates = goesOn ? before.updates[lane]! + 1 : 1;
      const inOrder = goesOn ? Math.max(before.inOrder[lane]!, own) + cost : latest + cost;
      times.push(Math.min(inOrder, latest + cost * Math.ceil(Math.log2(updates + 1))));
      chain.latest.push(latest);
      chain.updates.push(updates);
      chain.inOrder.push(inOrder);
      chain.since.push(since);
    }
    return kit.chained(operation([previous, operand], cost, times), chain);
  };
}

/** While it is being made. */
type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly number[] ? number[] : T[K] };
