import type { Ownership } from '../target/own.ts';
import { classifyTick, type TickPlace } from './classify-tick.ts';
import type { ProfileRun } from './profile-job.ts';
import { workMarks } from './repeat.ts';
import { type Boundary, type Place, type PlaceTime, places, type TimeByPlace } from './types.ts';
import { readLog } from './v8-log/read-log.ts';

/** The ticks of one isolate: its main thread or one of its workers. */
export interface TickedIsolate {
  readonly main: boolean;
  readonly ticks: readonly TickPlace[];
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
  const from = begin ?? 0;
  return {
    main: begin !== undefined,
    ticks: ticks.filter(({ at }) => at >= from && at <= end).map(({ place }) => place),
  };
}

/**
 * Time by where it is spent, all from one process, so that nothing is compared across runs. Behind a boundary it is the
 * clock's, less the share of the ticks under that clock which fell into functions that the boundary called back, or into
 * garbage collection and compilation. What is left of the run is divided as the other ticks are; what fell into the
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

function clockedTime({ name, kind, milliseconds }: Boundary, ticks: readonly TickPlace[]): WholeTime {
  const under = ticks.filter(tick => tick.boundary === name);
  const own = under.filter(({ inBoundary }) => inBoundary).length;
  const share = under.length === 0 ? 1 : own / under.length;
  return {
    place: kind === 'wasm' ? 'webassembly' : 'native',
    name,
    milliseconds: milliseconds * share,
    measuredBy: 'clock',
    // 0 where nothing was called back.
    standardError: under.length === 0 ? 0 : milliseconds * binomialError(share, under.length),
  };
}

/** Standard error of a share that was counted in `count` ticks. */
const binomialError = (share: number, count: number): number => Math.sqrt((share * (1 - share)) / count);

/** Divides milliseconds among the places as their ticks are; without ticks nothing is known of them. */
function sampledTimes(ticks: readonly TickPlace[], milliseconds: number): WholeTime[] {
  if (ticks.length === 0)
    return milliseconds > 0
      ? [{ place: 'unnamed', name: '', milliseconds, measuredBy: 'ticks', standardError: milliseconds }]
      : [];
  const byPart = Map.groupBy(ticks, ({ place, name }) => `${place}|${name}`);
  return [...byPart.values()].map(same => {
    const { place, name } = same[0] as TickPlace;
    const share = same.length / ticks.length;
    return {
      place,
      name,
      milliseconds: milliseconds * share,
      measuredBy: 'ticks' as const,
      standardError: milliseconds * binomialError(share, ticks.length),
    };
  });
}

function sharesOf(ticks: readonly TickPlace[]): Partial<Record<Place, number>> {
  const byPlace = Map.groupBy(ticks, ({ place }) => place);
  return Object.fromEntries([...byPlace].map(([place, same]) => [place, same.length / ticks.length]));
}

const order = (place: Place): number => (places as readonly Place[]).indexOf(place);
