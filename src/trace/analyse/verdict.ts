import type { RegionRecord } from '../runtime/regions.ts';
import type { Site } from '../runtime/sites.ts';
import type { Verdict } from '../types.ts';

/** Below this a loop gains nothing from running iterations side by side. */
const serial = 1.05;

const isWithin = ({ site }: RegionRecord, { file, start }: Site): boolean =>
  file === site.file && start >= site.start && start < site.end;

export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string;
}

/**
 * The first of the verdicts that applies, from what was carried between iterations.
 *
 * @param selfParallelism with sums in source order, null where nothing in the loop took time
 * @param reassociated with sums in any order
 */
export function judge(
  record: RegionRecord,
  sites: readonly Site[],
  { selfParallelism, reassociated }: { selfParallelism: number | null; reassociated: number | null },
): Judgement {
  const gains = (reassociated ?? 0) > serial * (selfParallelism ?? 0);
  const edges = [...record.carried.values()];
  if (record.site.suspends)
    return { verdict: 'unknown', reason: 'it waits (yield or await) between iterations, so others run in between' };
  if (record.hidden) return { verdict: 'unknown', reason: 'calls in it read or change state that cannot be seen' };
  if (edges.length === 0) return { verdict: 'parallel', reason: 'no iteration uses what another one wrote' };
  const flows = edges.filter(({ kind }) => kind === 'RAW' || kind === 'control');
  if (flows.length === 0)
    return {
      verdict: 'parallel-after-renaming',
      reason: `iterations share ${edges[0]!.cell}, but each only writes it before it reads it, or reads it before another writes it`,
    };
  const chains = new Set<number>();
  const running = new Set(
    flows.filter(({ from, to }) => sites[from]!.chain === sites[to]!.chain).map(({ from }) => sites[from]!.chain),
  );
  const breaking = flows.find(({ kind, from, to }) => {
    const [writer, reader] = [sites[from]!, sites[to]!];
    if (kind === 'control' || writer.chain === 0 || reader.feeds === writer.chain) return true;
    // What else the loop reads of a running result uses a partial one; that it does not come back is in `dependent`.
    // A result that does not run on in this loop is handed over like any other value.
    if (reader.chain !== writer.chain && !(running.has(writer.chain) && isWithin(record, reader))) return true;
    // Where the loop only calls what updates it, the text of the update cannot show what comes back through arguments:
    // then nothing is gained by another order.
    if (reader.chain !== writer.chain && !isWithin(record, writer) && !gains) return true;
    chains.add(writer.chain);
    return writer.dependent.includes(record.site.id);
  });
  if (breaking === undefined) {
    const kept = flows.some(
      ({ from, to }) => sites[from]!.scan || sites[to]!.scan || sites[to]!.chain !== sites[from]!.chain,
    );
    const used = [...chains].some(chain => record.partials.has(chain));
    return kept || used
      ? { verdict: 'scan', reason: `${flows[0]!.cell} is a running result whose partial values are used` }
      : { verdict: 'reduction', reason: `${flows[0]!.cell} only gathers one associative operation` };
  }
  const witness =
    breaking.kind === 'control'
      ? `whether an iteration runs is decided by data (line ${sites[breaking.from]!.line})`
      : `carried RAW on ${breaking.cell}, from line ${sites[breaking.from]!.line} to line ${sites[breaking.to]!.line}`;
  const chase = flows.find(({ to }) => record.site.chases.includes(sites[to]!.name));
  if (chase)
    return {
      verdict: 'sequential',
      reason: `a pointer chase: the next iteration's address comes out of ${chase.cell}`,
    };
  if (selfParallelism !== null && selfParallelism < serial)
    return { verdict: 'sequential', reason: `${witness}; self-parallelism ${selfParallelism.toFixed(2)}` };
  return { verdict: 'doacross', reason: witness };
}
