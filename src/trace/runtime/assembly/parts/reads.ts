import {
  aEntered,
  aIterationStart,
  aLoopBelow,
  clockAt,
  datesAt,
  freeListsAt,
  iterationStartAt,
  listSizes,
  lLength,
  loopAt,
  lReads,
  lRoom,
  outermostAt,
  sitesFrom,
  spaceBytes,
  sPlace,
} from '../../core';
import { stop } from './host';

/*
 * Lists of reads since a cell's last write, pairs of clock and site in ascending order: what `keepRead` and `prune` of
 * `dependences.ts` do, in a memory of their own. Sizes double from 8 pairs on; what is free is chained by size.
 */

const firstRoom = 16;
/** So many numbers add up before those that decide nothing are left out. */
const mostReads = 16;

// @ts-ignore: decorator
@inline
export function placeOf(site: i32): i32 {
  return load<i32>(sitesFrom + (site << 4), sPlace);
}

export function makeList(room: i32): i32 {
  const free = freeListsAt + (ctz(room >> 4) << 2);
  const known = load<i32>(free);
  if (known != 0) {
    store<i32>(free, load<i32>(known, lReads));
    store<i32>(known, 0, lLength);
    return known;
  }
  const list = load<i32>(datesAt);
  const next = <i64>list + 8 + 4 * <i64>room;
  if (next > <i64>spaceBytes || room >= 16 << listSizes) stop();
  store<i32>(datesAt, <i32>next);
  store<i32>(list, room, lRoom);
  store<i32>(list, 0, lLength);
  return list;
}

export function freeList(list: i32): void {
  const free = freeListsAt + (ctz(load<i32>(list, lRoom) >> 4) << 2);
  store<i32>(list, load<i32>(free), lReads);
  store<i32>(free, list);
}

// @ts-ignore: decorator
@inline
function push(list: i32, clock: i32, site: i32): void {
  const length = load<i32>(list, lLength);
  const at = list + (length << 2);
  store<i32>(at, clock, lReads);
  store<i32>(at, site, lReads + 4);
  store<i32>(list, length + 2, lLength);
}

/** A list of two reads. */
export function pairOf(clock: i32, site: i32, laterClock: i32, laterSite: i32): i32 {
  const list = makeList(firstRoom);
  push(list, clock, site);
  push(list, laterClock, laterSite);
  return list;
}

/** @returns the list, which may be another */
export function addRead(list: i32, site: i32): i32 {
  const clock = load<i32>(clockAt);
  const start = load<i32>(iterationStartAt);
  const length = load<i32>(list, lLength);
  const first = list + lReads;
  let at = first + (length << 2) - 8;
  if (load<i32>(at) >= start) {
    const place = placeOf(site);
    for (; at >= first && load<i32>(at) >= start; at -= 8) {
      const other = load<i32>(at, 4);
      if (other == site || placeOf(other) == place) return list;
    }
  } else if (
    length >= 4 &&
    load<i32>(at, 4) == site &&
    load<i32>(at - 8, 4) == site &&
    load<i32>(at - 8) >= load<i32>(load<i32>(loopAt), aEntered)
  ) {
    // What `prune` would do to a cell that the innermost loop reads in every iteration.
    store<i32>(at - 8, load<i32>(at));
    store<i32>(at, clock);
    return list;
  }
  if (length >= mostReads) prune(list);
  const room = load<i32>(list, lRoom);
  if (load<i32>(list, lLength) < room) {
    push(list, clock, site);
    return list;
  }
  const larger = makeList(2 * room);
  memory.copy(larger + lReads, first, room << 2);
  store<i32>(larger, room, lLength);
  freeList(list);
  push(larger, clock, site);
  return larger;
}

/** Keeps of the reads at one place of the source those that can be the nearest to a later write. */
export function prune(list: i32): void {
  const outermost = load<i32>(outermostAt);
  const first = list + lReads;
  const end = first + (load<i32>(list, lLength) << 2);
  let loop = load<i32>(loopAt);
  let from = end;
  for (let at = end - 8; at >= first && load<i32>(at) >= outermost; at -= 8) {
    const clock = load<i32>(at);
    while (clock < load<i32>(loop, aEntered)) loop = load<i32>(loop, aLoopBelow);
    // In the current iteration of this loop: so far carried by none.
    const isCarried = clock < load<i32>(loop, aIterationStart);
    const start = load<i32>(loop, aIterationStart);
    const place = placeOf(load<i32>(at, 4));
    let isNeeded = true;
    for (let later = from; later < end && isNeeded; later += 8)
      if (placeOf(load<i32>(later, 4)) == place) isNeeded = isCarried && load<i32>(later) >= start;
    if (!isNeeded) continue;
    from -= 8;
    store<i64>(from, load<i64>(at));
  }
  if (from == first) return;
  memory.copy(first, from, end - from);
  store<i32>(list, (end - from) >> 2, lLength);
}
