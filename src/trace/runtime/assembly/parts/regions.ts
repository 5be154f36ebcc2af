import {
  aBases,
  aBegun,
  aChildSpans,
  aChildWork,
  activationBytes,
  activationsEnd,
  aEntered,
  aFinished,
  aFirstStart,
  aHolds,
  aIterationBases,
  aIterationStart,
  aLane,
  aLanedBelow,
  aLoopBelow,
  aOwnsLane,
  aPartials,
  aPathCount,
  aPathStart,
  aPending,
  aRecord,
  aWork,
  basesFrom,
  chargingAt,
  clockAt,
  controlAt,
  endAt,
  familyMAt,
  familyRAt,
  highsFrom,
  iterationsAt,
  iterationStartAt,
  lanesAt,
  lanesUpdatesFrom,
  loopAt,
  mostHolds,
  mostLanesAt,
  mostStarts,
  never,
  outermostAt,
  pathAt,
  pathEventsAt,
  rActive,
  rEntries,
  rIdle,
  rIsLoop,
  rIterations,
  rParts,
  rPaths,
  rSpans,
  rWork,
  startedAt,
  startsFrom,
  topAt,
  updatesAt,
  usedAt,
  workAt,
} from '../../core';
import { carryControl } from './edges';
import { exhausted, stop, tick as slowTick } from './host';
import { addPath, pathSince } from './paths';

// What `regions.ts` does, for regions of functions on numbers. An activation's address lies in a word of the function's frame.

// @ts-ignore: decorator
@inline
function add(at: i32, by: i32): void {
  store<i32>(at, load<i32>(at) + by);
}

// @ts-ignore: decorator
@inline
function tick(): void {
  const iterations = load<i32>(iterationsAt) + 1;
  store<i32>(iterationsAt, iterations);
  if ((iterations & 1023) == 0) slowTick();
}

/** Whether control is as late as anything in the innermost lane, and nothing in it is told apart by a chain. */
function isFresh(): bool {
  const lane = (load<i32>(lanesAt) - 1) << 2;
  if (load<i32>(updatesAt) != load<i32>(lanesUpdatesFrom + lane)) return false;
  const control = load<i32>(controlAt) + lane;
  if (load<i32>(control) != load<i32>(highsFrom + lane)) return false;
  const r = load<i32>(familyRAt);
  if (r >= 0 && load<i32>(control + r) != load<i32>(highsFrom + lane + r)) return false;
  const m = load<i32>(familyMAt);
  return m < 0 || load<i32>(chargingAt) == 0 || load<i32>(control + m) == load<i32>(highsFrom + lane + m);
}

// @ts-ignore: decorator
@inline
function readHighs(lane: i32, into: i32): void {
  const highs = highsFrom + (lane << 2);
  store<i32>(into, load<i32>(highs));
  const r = load<i32>(familyRAt);
  if (r >= 0) store<i32>(into, load<i32>(highs + r), 4);
  const m = load<i32>(familyMAt);
  if (m >= 0) store<i32>(into, load<i32>(highs + m), 8);
}

/** Adds what a lane's high-water mark has risen by. */
// @ts-ignore: decorator
@inline
function addSince(lane: i32, bases: i32, sums: i32): void {
  const highs = highsFrom + (lane << 2);
  add(sums, load<i32>(highs) - load<i32>(bases));
  const r = load<i32>(familyRAt);
  if (r >= 0) add(sums + 4, load<i32>(highs + r) - load<i32>(bases, 4));
  const m = load<i32>(familyMAt);
  if (m >= 0) add(sums + 8, load<i32>(highs + m) - load<i32>(bases, 8));
}

/** A region begins. @returns the lane that begins with it, or −1 */
function open(word: i32, record: i32, count: i32): i32 {
  const below = load<i32>(topAt);
  const made = below + activationBytes;
  if (made >= activationsEnd) stop();
  store<i32>(word, made);
  store<i32>(made, record, aRecord);
  store<i32>(made, -1, aLane);
  store<i32>(made, 0, aOwnsLane);
  store<i32>(made, load<i32>(workAt), aWork);
  store<i32>(made, 0, aChildWork);
  store<i64>(made, 0, aChildSpans);
  store<i32>(made, 0, aChildSpans + 8);
  store<i32>(made, 0, aBegun);
  store<i32>(made, 0, aFinished);
  store<i32>(made, 0, aPending);
  store<i32>(made, 0, aHolds);
  store<i32>(made, 0, aPartials);
  store<i32>(made, load<i32>(below, aLane) >= 0 ? below : load<i32>(below, aLanedBelow), aLanedBelow);
  add(record + rEntries, 1);
  if (load<i32>(record, rIdle) != 0) add(chargingAt, 1);
  const active = load<i32>(record, rActive);
  store<i32>(record, active + 1, rActive);
  let begins = -1;
  if (active == 0) {
    const fresh = isFresh();
    const lanes = load<i32>(lanesAt);
    const lane = fresh ? lanes - 1 : lanes;
    if (lane + count > load<i32>(mostLanesAt)) exhausted();
    store<i32>(made, lane, aLane);
    store<i32>(lanesAt, lane + count);
    readHighs(lane, made + aBases);
    if (!fresh) {
      store<i32>(made, 1, aOwnsLane);
      store<i32>(lanesUpdatesFrom + (lane << 2), load<i32>(updatesAt));
      begins = lane;
    }
  }
  store<i32>(topAt, made);
  return begins;
}

export function openFunction(word: i32, record: i32, end: i32): i32 {
  // Frames of what it calls begin there, with the arguments.
  const needed = end + 256;
  if (needed > load<i32>(endAt)) stop();
  if (needed > load<i32>(usedAt)) store<i32>(usedAt, needed);
  const lane = open(word, record, 1);
  tick();
  return lane;
}

export function openLoop(word: i32, record: i32): i32 {
  return open(word, record, 2);
}

/** The first iteration of a loop begins, or only its test. @returns the lane of iterations, or −1 */
export function firstIteration(word: i32): i32 {
  const loop = load<i32>(word);
  const clock = load<i32>(clockAt) + 1;
  const below = load<i32>(loopAt);
  store<i32>(loop, clock, aEntered);
  store<i32>(loop, load<i32>(startedAt), aFirstStart);
  store<i32>(loop, below, aLoopBelow);
  if (below == 0) store<i32>(outermostAt, clock);
  store<i32>(loopAt, loop);
  return begin(loop, load<i32>(loop, aLane), clock + 1);
}

/** Ends an iteration, and begins the next. @returns the lane of iterations, or −1 */
export function nextIteration(word: i32): i32 {
  const loop = load<i32>(word);
  const lane = load<i32>(loop, aLane);
  while (load<i32>(topAt) != loop) pop();
  endIteration(loop, lane);
  carryControls(loop);
  return begin(loop, lane, load<i32>(clockAt) + 1);
}

// @ts-ignore: decorator
@inline
function begin(loop: i32, lane: i32, clock: i32): i32 {
  const started = load<i32>(startedAt);
  if (started >= mostStarts) stop();
  store<i32>(startsFrom + (started << 2), clock);
  store<i32>(startedAt, started + 1);
  add(loop + aBegun, 1);
  store<i32>(clockAt, clock);
  store<i32>(loop, clock, aIterationStart);
  store<i32>(iterationStartAt, clock);
  store<i32>(loop, load<i32>(pathAt), aPathStart);
  store<i32>(loop, load<i32>(pathEventsAt), aPathCount);
  if (lane >= 0) {
    store<i32>(lanesUpdatesFrom + ((lane + 1) << 2), load<i32>(updatesAt));
    readHighs(lane + 1, loop + aIterationBases);
  }
  tick();
  return lane < 0 ? -1 : lane + 1;
}

/** Later iterations of a loop wait for one more condition on data. */
export function hold(loop: i32, site: i32): void {
  const held = load<i32>(loop, aPending);
  const end = loop + (held << 2);
  for (let at = loop; at < end; at += 4) if (load<i32>(at, aHolds) == site) return;
  if (held == mostHolds) stop();
  store<i32>(end, site, aHolds);
  store<i32>(loop, held + 1, aPending);
}

// @ts-ignore: decorator
@inline
function carryControls(loop: i32): void {
  const end = loop + (load<i32>(loop, aPending) << 2);
  for (let at = loop; at < end; at += 4)
    carryControl(load<i32>(loop, aRecord), load<i32>(at, aHolds), load<i32>(loop, aBegun));
}

// @ts-ignore: decorator
@inline
function endIteration(loop: i32, lane: i32): void {
  const record = load<i32>(loop, aRecord);
  if (lane >= 0) addSince(lane + 1, loop + aIterationBases, record + rParts);
  if (load<i32>(loop, aFinished) != 0) return;
  add(record + rIterations, 1);
  addPath(record + rPaths, load<i32>(pathEventsAt) == load<i32>(loop, aPathCount) ? 0 : pathSince(loop));
}

function pop(): void {
  const top = load<i32>(topAt);
  const record = load<i32>(top, aRecord);
  const lane = load<i32>(top, aLane);
  store<i32>(topAt, top - activationBytes);
  add(record + rActive, -1);
  if (load<i32>(record, rIdle) != 0) add(chargingAt, -1);
  const isLoop = load<i32>(record, rIsLoop) != 0;
  if (isLoop) {
    // A condition on data ended it: there is no next iteration because of this one.
    if (load<i32>(top, aFinished) == 0) carryControls(top);
    endIteration(top, lane);
    const below = load<i32>(top, aLoopBelow);
    store<i32>(loopAt, below);
    store<i32>(iterationStartAt, below == 0 ? never : load<i32>(below, aIterationStart));
    if (below == 0) store<i32>(outermostAt, never);
    store<i32>(startedAt, load<i32>(top, aFirstStart));
  } else add(record + rIterations, 1);
  if (lane < 0) return;
  vacate(load<i32>(top, aOwnsLane) != 0 ? lane : lane + 1);
  const work = load<i32>(workAt) - load<i32>(top, aWork);
  add(record + rWork, work);
  addSince(lane, top + aBases, record + rSpans);
  const parent = load<i32>(top, aLanedBelow);
  if (parent != 0) {
    add(parent + aChildWork, work);
    addSince(lane, top + aBases, parent + aChildSpans);
  }
  if (isLoop) return;
  const own = work - load<i32>(top, aChildWork);
  for (let family = 0; family < 12; family += 4)
    add(record + rParts + family, load<i32>(top + aChildSpans + family) + own);
}

/** No region has the lanes from here on: a chain that is updated meanwhile belongs to none that will have them. */
// @ts-ignore: decorator
@inline
function vacate(from: i32): void {
  const r = load<i32>(familyRAt);
  if (r >= 0)
    for (let lane = load<i32>(lanesAt) - 1; lane >= from; lane--) store<i32>(basesFrom + (lane << 2) + r, -1);
  store<i32>(lanesAt, from);
}

/** Leaves a region, and whatever is still active inside it. @returns whether it had begun */
export function leave(word: i32): i32 {
  const wanted = load<i32>(word);
  if (wanted == 0) return 0;
  store<i32>(word, 0);
  while (load<i32>(topAt) != wanted) pop();
  pop();
  return 1;
}

/** Leaves all above one. */
export function unwind(to: i32): void {
  while (load<i32>(topAt) > to) pop();
}
