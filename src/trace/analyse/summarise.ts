import { variableOf } from '../runtime/names.ts';
import type { Carried, RegionRecord } from '../runtime/regions.ts';
import type { Site } from '../runtime/sites.ts';
import type { Family } from '../runtime/times.ts';
import type { CarriedResult, LoopResult } from '../types.ts';
import { judge } from './verdict.ts';

/** What one region's record says, in the form of the contract. */
export function summarise(
  record: RegionRecord,
  sites: readonly Site[],
  families: readonly Family[],
): Omit<LoopResult, 'memory'> {
  const { site } = record;
  record.paths.flush();
  dropInduction(record, sites);
  const isLoop = site.kind === 'loop';
  const carried = listCarried(record, sites);
  const ordered = selfParallelism(record, 's');
  const rebalanced = families.includes('r') ? selfParallelism(record, 'r') : ordered;
  const { verdict, reason } = isLoop
    ? judge(record, sites, { selfParallelism: ordered, reassociated: rebalanced })
    : { verdict: null, reason: '' };
  const { total, agreeing } = record.paths;
  return {
    function: site.functionName,
    file: site.file,
    line: site.line,
    column: site.column,
    depth: site.depth,
    entries: record.entries,
    iterations: record.iterations,
    work: record.work,
    span: record.spans.s,
    spanReassociated: families.includes('r') ? record.spans.r : record.spans.s,
    selfParallelism: ordered,
    selfParallelismReassociated: rebalanced,
    verdict,
    evidence: isLoop ? (site.proven ? 'proven' : 'observed') : null,
    reason,
    divergence: total === 0 ? 0 : 1 - agreeing / total,
    carried,
  };
}

/** What an inner loop steps by a fixed amount is an induction variable there, though a loop around hands it on. */
function dropInduction({ carried, site: { id } }: RegionRecord, sites: readonly Site[]): void {
  for (const [key, { kind, from, to }] of carried)
    if (kind !== 'control' && [from, to].every(at => sites[at]!.counts?.includes(id))) carried.delete(key);
}

/**
 * Sum of the iterations' spans over the span of the loop, both summed over entries: 1 for a chain, the trip count for
 * independent iterations. Where nothing in a loop costs, loads and stores count 1. For a function, Kremlin's general form: the
 * spans of the regions directly below it plus its own work, over its span (Garcia et al., PLDI 2011, §3).
 *
 * @returns a ratio ≥ 1, or null for what was never entered or took no time
 */
export function selfParallelism(record: RegionRecord, family: 's' | 'r'): number | null {
  if (record.spans[family] > 0) return record.parts[family] / record.spans[family];
  // A function's own loads and stores are no work of it, so there is nothing to hold against its span.
  return record.site.kind === 'loop' && record.spans.m > 0 ? record.parts.m / record.spans.m : null;
}

/** One entry for each kind, variable, from-line and to-line: the smallest distance with its first witness. */
function listCarried(record: RegionRecord, sites: readonly Site[]): CarriedResult[] {
  const merged = new Map<string, CarriedResult>();
  for (const edge of record.carried.values()) {
    const result = describe(edge, sites);
    const key = [result.kind, result.variable, result.from.line, result.to.line].join('|');
    const known = merged.get(key);
    if (!known) {
      merged.set(key, result);
      continue;
    }
    const nearer = earlier(known, result);
    merged.set(key, { ...nearer, count: known.count + result.count, silent: known.silent && result.silent });
  }
  return [...merged.values()].sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.from.line - b.from.line || a.to.line - b.to.line,
  );
}

const order = ['RAW', 'control', 'WAR', 'WAW'];

function earlier(a: CarriedResult, b: CarriedResult): CarriedResult {
  if (a.distance !== b.distance) return a.distance < b.distance ? a : b;
  return a.to.iteration <= b.to.iteration ? a : b;
}

function describe(edge: Carried, sites: readonly Site[]): CarriedResult {
  const [from, to] = [sites[edge.from]!, sites[edge.to]!];
  const isControl = edge.kind === 'control';
  return {
    kind: edge.kind,
    variable: isControl ? to.name : variableOf(edge.cell),
    cell: isControl ? to.name : edge.cell,
    distance: edge.distance,
    from: { line: from.line, iteration: edge.fromIteration },
    to: { line: to.line, iteration: edge.toIteration },
    count: edge.count,
    silent: edge.silent,
  };
}
