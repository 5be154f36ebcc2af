import { readFileSync } from 'node:fs';
import type { LocalDeviceName } from '../hardware/local-devices.ts';
import type { BoundName } from './types.ts';

/** One measured cell: what the model said at least, and what came of it. All times in nanoseconds. */
export interface CalibrationCell {
  readonly program: string;
  readonly size: number;
  readonly variant: string;
  /** Name of the device that the variant stands for. */
  readonly device: LocalDeviceName;
  readonly sameAlgorithm: boolean;
  /** One plain call, from the same process. */
  readonly plainNs: number;
  readonly serialShare: number;
  readonly cores: number;
  /** The model's floors. */
  readonly kernelFloorNs: number;
  readonly launchFloorNs: number;
  readonly transferFloorNs: number;
  readonly bound: BoundName;
  /** Measured: the dispatch (launches included), and the copies both ways. */
  readonly kernelNs: number;
  readonly transferNs: number;
}

/** Measured on one machine, of many programs. */
export interface Calibration {
  readonly schema: 1;
  readonly measuredAt: string;
  readonly machine: string;
  readonly cells: readonly CalibrationCell[];
}

/** What other programs showed on a device: how far real kernels stay from their floor. */
export interface Experience {
  /** Kernel time = floor · e^offset · (plain share / floor)^openness, before launches. */
  readonly offset: number;
  /** How much of the gap between the plain code and the floor stays open, 0 to 1 on a logarithmic scale. */
  readonly openness: number;
  /** Copies take so many times their floor. */
  readonly transferFactor: number;
  /** Half-width of the interval in natural logarithms: what errors on other programs stayed within. */
  readonly spread: number;
  readonly programs: readonly string[];
  readonly cells: number;
}

const file = new URL('./calibration.json', import.meta.url);

/** The measurements that ship with the tool. */
export const shippedCalibration = (): Calibration => JSON.parse(readFileSync(file, 'utf8')) as Calibration;

/** Cells whose dispatch is mostly launching say nothing about kernels. */
const tells = ({ kernelNs, launchFloorNs, kernelFloorNs }: CalibrationCell): boolean =>
  kernelFloorNs > 0 && kernelNs > 2 * launchFloorNs;

/**
 * What is learnt for a device from all programs but one: least squares on logarithms, each program weighing the same,
 * with a prior that holds where there are few (ridge). The spread is what leaving out each of those programs in turn
 * would have got wrong.
 */
export function experienceOf(cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): Experience {
  const usable = cells.filter(
    cell => cell.device === device && cell.program !== without && cell.sameAlgorithm && tells(cell),
  );
  const programs = [...new Set(usable.map(({ program }) => program))];
  const law = fitLaw(usable);
  const transferFactor = factorOf(usable);
  const errors = programs.flatMap(program => {
    const others = usable.filter(cell => cell.program !== program);
    const [past, copies] = [fitLaw(others), factorOf(others)];
    return usable
      .filter(cell => cell.program === program)
      .map(cell => {
        const said = totalOf(cell, { ...past, transferFactor: copies });
        return { weight: 1, error: Math.abs(Math.log((cell.kernelNs + cell.transferNs) / said)) };
      });
  });
  return { ...law, transferFactor, spread: spreadOf(errors.map(({ error }) => error)), programs, cells: usable.length };
}

/** What a law says of a cell in all, in nanoseconds. */
export function totalOf(
  cell: CalibrationCell,
  law: Pick<Experience, 'offset' | 'openness' | 'transferFactor'>,
): number {
  return kernelOf(cell, law) + cell.launchFloorNs + cell.transferFloorNs * law.transferFactor;
}

/** The part of the plain time that can be divided, over the cores that it is divided among. */
const plainPart = ({ plainNs, serialShare, cores }: CalibrationCell): number => (plainNs * (1 - serialShare)) / cores;

export function kernelOf(cell: CalibrationCell, { offset, openness }: Pick<Experience, 'offset' | 'openness'>): number {
  const gap = Math.log(plainPart(cell) / cell.kernelFloorNs);
  return cell.kernelFloorNs * Math.exp(offset + openness * gap);
}

/** Few programs cannot move the openness far from its prior; each counts as one, whatever the number of its sizes. */
const ridge = 2;
const priorOpenness = 0.25;

function fitLaw(cells: readonly CalibrationCell[]): Pick<Experience, 'offset' | 'openness'> {
  const perProgram = Map.groupBy(cells, ({ program }) => program);
  const points = cells.map(cell => ({
    x: Math.log(plainPart(cell) / cell.kernelFloorNs),
    y: Math.log(Math.max(cell.kernelNs - cell.launchFloorNs, cell.kernelNs / 2) / cell.kernelFloorNs),
    weight: 1 / (perProgram.get(cell.program)?.length ?? 1),
  }));
  const sum = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((total, point) => total + point.weight * of(point), 0);
  const weight = sum(() => 1);
  if (weight === 0) return { offset: Math.log(1.5), openness: priorOpenness };
  const [meanX, meanY] = [sum(({ x }) => x) / weight, sum(({ y }) => y) / weight];
  const covariance = sum(({ x, y }) => (x - meanX) * (y - meanY)) + ridge * priorOpenness;
  const openness = Math.min(1, Math.max(0, covariance / (sum(({ x }) => (x - meanX) ** 2) + ridge)));
  return { offset: meanY - openness * meanX, openness };
}

/** Median of measured copies over their floors, where there is something to copy. */
function factorOf(cells: readonly CalibrationCell[]): number {
  const ratios = cells
    .filter(({ transferFloorNs }) => transferFloorNs > 0)
    .map(cell => cell.transferNs / cell.transferFloorNs);
  if (ratios.length === 0) return 1;
  return ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)]!;
}

/** Share of past errors that the interval should hold. */
const coverage = 0.85;
/** Without experience an interval says so by its width: a factor of three either way. */
const unknownSpread = Math.log(3);

function spreadOf(errors: readonly number[]): number {
  if (errors.length < 5) return unknownSpread;
  const sorted = [...errors].sort((a, b) => a - b);
  return Math.max(0.1, sorted[Math.min(sorted.length - 1, Math.ceil(coverage * (sorted.length + 1)) - 1)]!);
}
