import type { LocalDeviceName } from '../hardware/local-devices.ts';
import type { CalibrationCell } from './calibration.ts';
import { deviceTimeOf, fitLaw, type Law, middle } from './law.ts';

/** What other programs showed on a device. */
export interface Experience extends Law {
  /** The plain code takes so many times as long among other variants as in a process of its own. */
  readonly plainFactor: number;
  /** Half-width of the interval in natural logarithms: what errors on other programs stayed within. */
  readonly spread: number;
  readonly programs: readonly string[];
  readonly cells: number;
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
 * What is learnt for a device from all programs but one. The spread is what leaving out each of those programs in turn
 * would have got wrong, their own plain times included.
 */
export const experienceOf = (cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): Experience =>
  once(cells, `experience ${device} ${without}`, () => gather(cells, device, without));

function gather(cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): Experience {
  const usable = cells.filter(cell => cell.device === device && isUsable(cell) && cell.program !== without);
  const programs = [...new Set(usable.map(({ program }) => program))];
  const plainFactor = plainFactorOf(cells, without);
  const errors = programs.flatMap(program => {
    const past = lawWithout(cells, device, [program, without]);
    return usable.filter(cell => cell.program === program).map(cell => errorOf(cell, past, plainFactor));
  });
  return {
    ...lawWithout(cells, device, [without]),
    plainFactor,
    spread: programs.length < fewestPrograms ? unknownSpread : spreadOf(errors),
    programs,
    cells: usable.length,
  };
}

const isUsable = ({ sameAlgorithm, kernelFloorNs }: CalibrationCell): boolean => sameAlgorithm && kernelFloorNs > 0;

/** Leaving out a and then b is leaving out b and then a. */
function lawWithout(cells: readonly CalibrationCell[], device: LocalDeviceName, without: readonly string[]): Law {
  const names = [...without].sort();
  return once(cells, `law ${device} ${names.join(' ')}`, () =>
    fitLaw(cells.filter(cell => cell.device === device && isUsable(cell) && !names.includes(cell.program))),
  );
}

/** Logarithm of the forecast speed-up over the measured one, either way. */
function errorOf(cell: CalibrationCell, law: Law, plainFactor: number): number {
  const plain = cell.forecastPlainNs * plainFactor;
  const said = plain / (deviceTimeOf(cell, law) + plain * cell.serialShare);
  const measured = cell.plainNs / (cell.kernelNs + cell.transferNs);
  return Math.abs(Math.log(said / measured));
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
      middle(those.map(({ plainNs, forecastPlainNs }) => Math.log(plainNs / forecastPlainNs))),
    );
    return ratios.length < 3 ? 1 : Math.exp(middle(ratios));
  });
}

/** Share of past errors that the interval holds. */
export const coverage = 0.8;
/** With little experience an interval says so by its width: a factor of three either way. */
const unknownSpread = Math.log(3);
const fewestPrograms = 5;

function spreadOf(errors: readonly number[]): number {
  const sorted = [...errors].sort((a, b) => a - b);
  return Math.max(0.1, sorted[Math.min(sorted.length - 1, Math.ceil(coverage * (sorted.length + 1)) - 1)]!);
}
