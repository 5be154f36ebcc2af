import type { LocalDeviceName } from '../hardware/local-devices.ts';
import { median } from '../measure/statistics.ts';
import type { CalibrationCell, Demanded } from './calibration.ts';
import { fitLaw } from './fit-law.ts';
import { type Law, type Parts, partsOf, totalOf } from './law.ts';

/** What other programs showed on a device. */
export interface Experience extends Law {
  /** The plain code takes so many times as long among other variants as in a process of its own. */
  readonly plainFactor: number;
  /** So many times their own doubt were the errors on other programs; null with too few programs to say. */
  readonly reach: number | null;
  readonly programs: readonly string[];
  readonly cells: number;
}

/** What was learnt on a device, and what a program demands there. */
export interface Lesson {
  readonly experience: Experience;
  readonly demanded: Demanded;
}

/** Fitting is asked for again for every size and ablation of a program. */
const learnt = new WeakMap<readonly CalibrationCell[], Map<string, unknown>>();

function once<T>(cells: readonly CalibrationCell[], key: string, make: () => T): T {
  const known = learnt.get(cells) ?? new Map<string, unknown>();
  learnt.set(cells, known);
  if (!known.has(key)) known.set(key, make());
  return known.get(key) as T;
}

/**
 * What is learnt for a device from all programs but one. The reach is what leaving out each of those programs in turn
 * would have got wrong, their own plain times included.
 */
export const experienceOf = (cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): Experience =>
  once(cells, `experience ${device} ${without}`, () => gather(cells, device, without));

function gather(cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): Experience {
  const usable = usableOn(cells, device, without);
  const programs = programsOf(usable);
  return {
    ...lawWithout(cells, device, [without]),
    plainFactor: plainFactorOf(cells, without),
    reach:
      programs.length < fewestPrograms
        ? null
        : once(cells, `reach ${alike(device)} ${without}`, () => reachOf(cells, device, without)),
    programs,
    cells: usable.length,
  };
}

const usableOn = (cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): CalibrationCell[] =>
  cells.filter(cell => cell.device === device && isUsable(cell) && cell.program !== without);

const programsOf = (cells: readonly CalibrationCell[]): string[] => [...new Set(cells.map(({ program }) => program))];

/** Devices whose kernels are written in the same ways: their errors, in units of their doubt, are of one kind. */
const alike = (device: LocalDeviceName): readonly LocalDeviceName[] =>
  sameWays.includes(device) ? sameWays : [device];
const sameWays: readonly LocalDeviceName[] = ['cpu-simd', 'cpu-threads', 'cpu-simd-threads'];

/** What past errors, each in units of its own doubt, stayed within. */
function reachOf(cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): number {
  const plainFactor = plainFactorOf(cells, without);
  const errors = alike(device).flatMap(each => {
    const usable = usableOn(cells, each, without);
    return programsOf(usable).flatMap(program => {
      const past = lawWithout(cells, each, [program, without]);
      return usable.filter(cell => cell.program === program).map(cell => errorOf(cell, past, plainFactor));
    });
  });
  const sorted = errors.sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(coverage * (sorted.length + 1)) - 1)]!;
}

/**
 * How far each part of a forecast is usually out, in natural logarithms, rounded: kernels differ by how they are written,
 * those that are the plain code divided hardly, starting them and copying less, plain code is timed. Only their proportions
 * matter; `reach` scales them by what happened.
 */
export const doubts = { kernel: 0.6, plainKernel: 0.2, launch: 0.3, transfer: 0.3, plain: 0.15 } as const;

/** A forecast's own doubt: that of its parts by their share of the time, as independent errors. What stays is not in doubt. */
export function doubtOf(parts: Parts): number {
  const total = totalOf(parts);
  return Math.hypot(
    doubts.plain,
    ((parts.isPlain ? doubts.plainKernel : doubts.kernel) * parts.kernel) / total,
    (doubts.launch * parts.launch) / total,
    (doubts.transfer * parts.transfer) / total,
  );
}

/** Half-width of the interval in natural logarithms. */
export const spreadOf = ({ reach }: Pick<Experience, 'reach'>, parts: Parts): number =>
  reach === null ? unknownSpread : Math.max(leastSpread, reach * doubtOf(parts));

const isUsable = ({ sameAlgorithm, kernelFloorNs }: CalibrationCell): boolean => sameAlgorithm && kernelFloorNs > 0;

/** Leaving out a and then b is leaving out b and then a. */
function lawWithout(cells: readonly CalibrationCell[], device: LocalDeviceName, without: readonly string[]): Law {
  const names = [...without].sort();
  return once(cells, `law ${device} ${names.join(' ')}`, () =>
    fitLaw(cells.filter(cell => cell.device === device && isUsable(cell) && !names.includes(cell.program))),
  );
}

/** Logarithm of the forecast speed-up over the measured one, either way, over the forecast's doubt. */
function errorOf(cell: CalibrationCell, law: Law, plainFactor: number): number {
  const plain = cell.forecastPlainNs * plainFactor;
  const parts = partsOf(cell, law, plain);
  const measured = cell.plainNs / (cell.kernelNs + cell.transferNs);
  return Math.abs(Math.log(plain / totalOf(parts) / measured)) / doubtOf(parts);
}

/**
 * Beside other variants the plain code finds colder caches than alone, and a busier machine: the median over the other
 * programs of what came out over what was timed, on whatever device.
 */
function plainFactorOf(cells: readonly CalibrationCell[], without: string): number {
  return once(cells, `plain ${without}`, () => {
    const programs = Map.groupBy(
      cells.filter(({ program }) => program !== without),
      ({ program }) => program,
    );
    const ratios = [...programs.values()].map(those =>
      median(those.map(({ plainNs, forecastPlainNs }) => Math.log(plainNs / forecastPlainNs))),
    );
    return ratios.length < 3 ? 1 : Math.exp(median(ratios));
  });
}

/** Share of past errors that the interval holds: 80 % are promised, and the next run is not the last one. */
export const coverage = 0.87;
/** With little experience an interval says so by its width: a factor of three either way. */
const unknownSpread = Math.log(3);
const fewestPrograms = 5;
/** Two measurements of one program differ by so much. */
export const leastSpread = 0.1;
