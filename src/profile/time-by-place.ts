import type { Ownership } from '../target/own.ts';
import { classifyTick, type TickPlace } from './classify-tick.ts';
import type { ProfileRun } from './profile-job.ts';
import { workMarks } from './repeat.ts';
import { type Boundary, type Place, type PlaceTime, places, type TimeByPlace } from './types.ts';
import { readLog } from './v8-log/read-log.ts';

/** A tick and the time that it stands for. */
export interface WeighedTick extends TickPlace {
  /**
   * Microseconds: half of what lies between it and each neighbour. On a busy machine ticks come late, and one after a
   * pause stands for more than one of many in a row.
   */
  readonly weight: number;
}

/** The ticks of one isolate: its main thread or one of its workers. */
export interface TickedIsolate {
  readonly main: boolean;
  readonly ticks: readonly WeighedTick[];
}

/** Reads V8's log of one isolate; of the main thread only what lies between the marks around the program's work. */
export function readTicks(file: string, ownership: Ownership): TickedIsolate {
  const ticks: { at: number; place: TickPlace }[] = [];
  let begin: number | undefined;
  let end = Number.POSITIVE_INFINITY;
  readLog(file, {
    tick: tick => ticks.push({ at: tick.at, place: classifyTick(tick, ownership) }),
    code({ name }, at) {
      if (name.includes(workMarks.begin)) begin ??= at;
      if (name.includes(workMarks.end)) end = Math.min(end, at);
    },
  });
  const from = begin ?? ticks[0]?.at ?? 0;
  const until = Number.isFinite(end) ? end : (ticks.at(-1)?.at ?? 0);
  const during = ticks.filter(({ at }) => at >= from && at <= until);
  return {
    main: begin !== undefined,
    ticks: during.map(({ place }, index) => ({
      ...place,
      weight: ((during[index + 1]?.at ?? until) - (during[index - 1]?.at ?? from)) / 2,
    })),
  };
}

/**
 * Time by where it is spent, all from one process, so that nothing is compared across runs. Behind a boundary it is the
 * clock's, less the share of the ticks under that clock which fell into functions that the boundary called back. What is left of the run is divided as the other ticks, by the time that each stands for; what fell into the
 * tool's own code (the time limit around every repetition) is left out and said apart.
 */
export function timeByPlace(
  { milliseconds, repetitions, boundaries = [] }: ProfileRun,
  isolates: readonly TickedIsolate[],
): TimeByPlace {
  const ticks = isolates.find(({ main }) => main)?.ticks ?? [];
  const clocked = boundaries
    .filter(({ kind }) => kind !== 'gc')
    .map(boundary => clockedTime(boundary, ticks))
    .filter(time => time.milliseconds > 0);
  const left = Math.max(0, milliseconds - clocked.reduce((sum, time) => sum + time.milliseconds, 0));
  const all = [
    ...clocked,
    ...sampledTimes(
      ticks.filter(({ inBoundary }) => !inBoundary),
      left,
    ),
  ];
  const tool = all.filter(({ place }) => place === 'tool').reduce((sum, time) => sum + time.milliseconds, 0);
  const program = milliseconds - tool;
  const times = all
    .filter(({ place }) => place !== 'tool')
    .map(time => ({
      ...time,
      milliseconds: time.milliseconds / repetitions,
      share: program > 0 ? time.milliseconds / program : 0,
      standardError: program > 0 ? time.standardError / program : 0,
    }));
  return {
    times: times.sort((a, b) => order(a.place) - order(b.place) || b.share - a.share),
    runMilliseconds: milliseconds,
    toolShare: milliseconds > 0 ? tool / milliseconds : 0,
    repetitions,
    ticks: ticks.length,
    workers: isolates
      .filter(({ main, ticks: its }) => !main && its.length > 0)
      .map(worker => ({ ticks: worker.ticks.length, shares: sharesOf(worker.ticks) })),
  };
}

/** Milliseconds of the whole run, and their standard error. */
type WholeTime = Omit<PlaceTime, 'share'>;

/** Fewer ticks in functions that were called back are no evidence of any: now and then V8 misreads a stack. */
const leastEvidence = 3;

function clockedTime({ name, kind, milliseconds, callsBack }: Boundary, ticks: readonly WeighedTick[]): WholeTime {
  const under = callsBack ? ticks.filter(tick => tick.boundary === name) : [];
  const own = under.filter(({ inBoundary }) => inBoundary);
  const evident = under.length - own.length >= leastEvidence;
  const { share, standardError } = evident ? shareOf(own, under) : { share: 1, standardError: 0 };
  return {
    place: kind === 'wasm' ? 'webassembly' : 'native',
    name,
    milliseconds: milliseconds * share,
    measuredBy: 'clock',
    standardError: milliseconds * standardError,
  };
}

/**
 * The share of some ticks among all, and its standard error: binomial, with the number of equally heavy ticks that
 * would tell as much, (Σw)²/Σw² (Kish, Survey Sampling, 1965).
 */
function shareOf(some: readonly WeighedTick[], all: readonly WeighedTick[]): { share: number; standardError: number } {
  const sum = (ticks: readonly WeighedTick[], power: 1 | 2): number =>
    ticks.reduce((total, { weight }) => total + weight ** power, 0);
  const whole = sum(all, 1);
  if (whole === 0) return { share: 0, standardError: 0 };
  const share = sum(some, 1) / whole;
  const effective = whole ** 2 / sum(all, 2);
  return { share, standardError: Math.sqrt((share * (1 - share)) / effective) };
}

/** Shares of fewer ticks than this say nothing: half of ten has an error of 16 percentage points. */
export const leastTicks = 10;

/** Divides milliseconds among the places as their ticks are; of too few ticks nothing is known. */
function sampledTimes(ticks: readonly WeighedTick[], milliseconds: number): WholeTime[] {
  if (ticks.length < leastTicks)
    return milliseconds > 0
      ? [{ place: 'unnamed', name: '', milliseconds, measuredBy: 'ticks', standardError: milliseconds }]
      : [];
  const byPart = Map.groupBy(ticks, ({ place, name }) => `${place}|${name}`);
  return [...byPart.values()].map(same => {
    const { place, name } = same[0] as TickPlace;
    const { share, standardError } = shareOf(same, ticks);
    return {
      place,
      name,
      milliseconds: milliseconds * share,
      measuredBy: 'ticks' as const,
      standardError: milliseconds * standardError,
    };
  });
}

function sharesOf(ticks: readonly WeighedTick[]): Partial<Record<Place, number>> {
  const byPlace = Map.groupBy(ticks, ({ place }) => place);
  return Object.fromEntries([...byPlace].map(([place, same]) => [place, shareOf(same, ticks).share]));
}

const order = (place: Place): number => (places as readonly Place[]).indexOf(place);
