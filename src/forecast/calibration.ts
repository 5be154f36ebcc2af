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
  /** What set the floor of the kernel. */
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

/** Of what a kernel's floor is made. */
export type Kind = 'arithmetic' | 'other';
const kindOf = ({ bound }: Pick<CalibrationCell, 'bound'>): Kind => (bound === 'compute' ? 'arithmetic' : 'other');

/** What other programs showed on a device: how far real kernels stay from their floor. */
export interface Experience {
  /** Kernel time = floor · e^offset · (plain share / floor)^openness, before launches. */
  readonly offset: number;
  /** How much of the gap between the plain code and the floor stays open, 0 to 1 on a logarithmic scale. */
  readonly openness: number;
  /** Added to the offset where the floor is set by arithmetic, or by memory and latency: their kernels differ in kind. */
  readonly offsets: Readonly<Record<Kind, number>>;
  /** A launch takes so many times what the probe measured for an empty kernel. */
  readonly launchFactor: number;
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
const tells = ({ kernelNs, launchFloorNs }: CalibrationCell, launchFactor: number): boolean =>
  kernelNs > 3 * launchFloorNs * launchFactor;

/**
 * What is learnt for a device from all programs but one: least squares on logarithms, each program weighing the same,
 * with a prior that holds where there are few (ridge). The spread is what leaving out each of those programs in turn
 * would have got wrong.
 */
export function experienceOf(cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): Experience {
  const usable = cells.filter(
    cell => cell.device === device && cell.program !== without && cell.sameAlgorithm && cell.kernelFloorNs > 0,
  );
  const programs = [...new Set(usable.map(({ program }) => program))];
  const law = learn(usable);
  const errors = programs.flatMap(program => {
    const past = learn(usable.filter(cell => cell.program !== program));
    return usable
      .filter(cell => cell.program === program)
      .map(cell => Math.abs(Math.log((cell.kernelNs + cell.transferNs) / totalOf(cell, past))));
  });
  return { ...law, spread: spreadOf(errors), programs, cells: usable.length };
}

type Law = Pick<Experience, 'offset' | 'openness' | 'offsets' | 'launchFactor' | 'transferFactor'>;

function learn(cells: readonly CalibrationCell[]): Law {
  const launchFactor = launchOf(cells);
  return {
    ...fitLaw(
      cells.filter(cell => tells(cell, launchFactor)),
      launchFactor,
    ),
    launchFactor,
    transferFactor: factorOf(cells),
  };
}

/** What a law says of a cell in all, in nanoseconds. */
export function totalOf(cell: CalibrationCell, law: Law): number {
  const serial = cell.plainNs * cell.serialShare;
  return (
    kernelOf(cell, law) + cell.launchFloorNs * law.launchFactor + cell.transferFloorNs * law.transferFactor + serial
  );
}

/** The part of the plain time that can be divided, over the cores that it is divided among. */
const plainPart = ({ plainNs, serialShare, cores }: CalibrationCell): number => (plainNs * (1 - serialShare)) / cores;

export function kernelOf(
  cell: CalibrationCell,
  { offset, openness, offsets }: Pick<Law, 'offset' | 'openness' | 'offsets'>,
): number {
  const gap = Math.log(plainPart(cell) / cell.kernelFloorNs);
  return cell.kernelFloorNs * Math.exp(offset + offsets[kindOf(cell)] + openness * gap);
}

/** Few programs cannot move the openness far from its prior; each counts as one, whatever the number of its sizes. */
const ridge = 2;
const priorOpenness = 0.25;

function fitLaw(cells: readonly CalibrationCell[], launchFactor: number): Pick<Law, 'offset' | 'openness' | 'offsets'> {
  const perProgram = Map.groupBy(cells, ({ program }) => program);
  const points = cells.map(cell => ({
    kind: kindOf(cell),
    x: Math.log(plainPart(cell) / cell.kernelFloorNs),
    y: Math.log((cell.kernelNs - cell.launchFloorNs * launchFactor) / cell.kernelFloorNs),
    weight: 1 / (perProgram.get(cell.program)?.length ?? 1),
  }));
  const sum = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((total, point) => total + point.weight * of(point), 0);
  const weight = sum(() => 1);
  if (weight === 0) return { offset: Math.log(1.5), openness: priorOpenness, offsets: { arithmetic: 0, other: 0 } };
  const [meanX, meanY] = [sum(({ x }) => x) / weight, sum(({ y }) => y) / weight];
  const covariance = sum(({ x, y }) => (x - meanX) * (y - meanY)) + ridge * priorOpenness;
  const openness = Math.min(1, Math.max(0, covariance / (sum(({ x }) => (x - meanX) ** 2) + ridge)));
  const offset = meanY - openness * meanX;
  const residual = (kind: Kind): number => {
    const is = (point: (typeof points)[number]): number => (point.kind === kind ? 1 : 0);
    return sum(point => is(point) * (point.y - offset - openness * point.x)) / (sum(is) + ridge / 2);
  };
  return { offset, openness, offsets: { arithmetic: residual('arithmetic'), other: residual('other') } };
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Where the floor of the kernel is small beside the launch, the dispatch is the launch. */
function launchOf(cells: readonly CalibrationCell[]): number {
  const ratios = cells
    .filter(({ kernelFloorNs, launchFloorNs }) => launchFloorNs > 0 && kernelFloorNs < launchFloorNs / 10)
    .map(({ kernelNs, launchFloorNs }) => kernelNs / launchFloorNs);
  return ratios.length < 3 ? 1 : middle(ratios);
}

/** Median of measured copies over their floors, where there is something to copy. */
function factorOf(cells: readonly CalibrationCell[]): number {
  const ratios = cells
    .filter(({ transferFloorNs }) => transferFloorNs > 0)
    .map(cell => cell.transferNs / cell.transferFloorNs);
  if (ratios.length === 0) return 1;
  return middle(ratios);
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
