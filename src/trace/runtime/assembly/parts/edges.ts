import {
  aBegun,
  aEntered,
  aFirstStart,
  aIterationStart,
  aLoopBelow,
  aPartials,
  aRecord,
  edgesFrom,
  gCode,
  gCount,
  gDistance,
  gFrom,
  gRecord,
  gSilent,
  loopAt,
  mostEdges,
  rPartials,
  sChain,
  sFeeds,
  sitesFrom,
  startsFrom,
} from '../../core';
import { newControl, newFlow, newPair } from './host';

export const RAW = 0;
export const WAR = 1;
export const WAW = 2;
const control = 3;

// @ts-ignore: decorator
@inline
export function chainOf(site: i32): i32 {
  return load<i32>(sitesFrom + (site << 4), sChain);
}

/** The loop of whose current entry an earlier iteration ran when the clock showed a stamp; 0 for none. */
export function carrierOf(stamp: i32): i32 {
  let loop = load<i32>(loopAt);
  while (loop != 0) {
    if (stamp >= load<i32>(loop, aIterationStart)) return 0;
    if (stamp >= load<i32>(loop, aEntered)) return loop;
    loop = load<i32>(loop, aLoopBelow);
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function placeOf(record: i32, from: i32, code: i32): i32 {
  return edgesFrom + (((from * 31 + code * 7 + (record >> 6)) & (mostEdges - 1)) << 5);
}

// @ts-ignore: decorator
@inline
function isKnown(edge: i32, record: i32, from: i32, code: i32): bool {
  return load<i32>(edge, gRecord) == record && load<i32>(edge, gFrom) == from && load<i32>(edge, gCode) == code;
}

// @ts-ignore: decorator
@inline
function count(edge: i32): void {
  store<i32>(edge, load<i32>(edge, gCount) + 1, gCount);
}

/**
 * A pair that a loop carries. One that is known, not silent where this is not, and no farther than this is only counted.
 *
 * @param from, to sites, below 0 where the value stayed as it was
 */
export function pair(loop: i32, kind: i32, stamp: i32, from: i32, to: i32, handle: i32, key: i32): void {
  const by = abs(from);
  const code = abs(to) * 4 + kind;
  const record = load<i32>(loop, aRecord);
  const edge = placeOf(record, by, code);
  if (isKnown(edge, record, by, code)) {
    const isSilent = kind == WAR ? to < 0 : from < 0;
    if (isSilent || load<i32>(edge, gSilent) == 0) {
      const distance = load<i32>(edge, gDistance);
      if (distance == 1) {
        count(edge);
        return;
      }
      // Not nearer: it was before the iteration so far back had ended.
      const first = load<i32>(loop, aFirstStart);
      const next = first + load<i32>(loop, aBegun) - distance;
      if (next > first && stamp < load<i32>(startsFrom + (next << 2))) {
        count(edge);
        return;
      }
    }
  }
  newPair(kind, stamp, from, to, handle, key, edge);
}

/** An iteration runs, or does not, because of a condition in the one before. */
export function carryControl(record: i32, site: i32, iteration: i32): void {
  const code = site * 4 + control;
  const edge = placeOf(record, site, code);
  if (isKnown(edge, record, site, code)) count(edge);
  else newControl(record, site, iteration, edge);
}

/** `Dependences.flow`: RAW against a write, and use of a chain's partial result. @param writer below 0 for a silent one */
export function flow(written: i32, writer: i32, site: i32, handle: i32, key: i32): void {
  const chain = chainOf(abs(writer));
  if (chain != 0) {
    const own = sitesFrom + (site << 4);
    const isOther = load<i32>(own, sChain) != chain;
    const isFed = load<i32>(own, sFeeds) == chain && written >= load<i32>(load<i32>(loopAt), aEntered);
    if (isFed || (isOther && chain >= 31)) {
      newFlow(written, writer, site, handle, key);
      return;
    }
    if (isOther) markPartial(written, 1 << chain);
  }
  const carrier = carrierOf(written);
  if (carrier != 0) pair(carrier, RAW, written, writer, site, handle, key);
}

/** A partial result is read, in all loops that were active when it was written. */
function markPartial(written: i32, bit: i32): void {
  let loop = load<i32>(loopAt);
  while (loop != 0 && written >= load<i32>(loop, aEntered)) {
    const partials = load<i32>(loop, aPartials);
    // Where it is known, those around know as well.
    if ((partials & bit) != 0) return;
    store<i32>(loop, partials | bit, aPartials);
    const record = load<i32>(loop, aRecord);
    store<i32>(record, load<i32>(record, rPartials) | bit, rPartials);
    loop = load<i32>(loop, aLoopBelow);
  }
}
