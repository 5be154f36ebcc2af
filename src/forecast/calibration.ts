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
  /** Copies take so many times their floor, and so long besides: calls, awaiting, small arrays made. */
  readonly transferFactor: number;
  readonly transferExtraNs: number;
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
 * What is learnt for a device from all programs but one. The spread is what leaving out each of those programs in turn
 * would have got wrong.
 */
export function experienceOf(cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): Experience {
  const known = learnt.get(cells) ?? new Map<string, Experience>();
  learnt.set(cells, known);
  const key = `${device} ${without}`;
  const experience = known.get(key) ?? gather(cells, device, without);
  known.set(key, experience);
  return experience;
}

/** Fitting is asked for again for every size and ablation of a program. */
const learnt = new WeakMap<readonly CalibrationCell[], Map<string, Experience>>();

function gather(cells: readonly CalibrationCell[], device: LocalDeviceName, without: string): Experience {
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

type Law = Pick<Experience, 'offset' | 'openness' | 'offsets' | 'launchFactor' | 'transferFactor' | 'transferExtraNs'>;
type KernelLaw = Pick<Law, 'offset' | 'openness' | 'offsets'>;

function learn(cells: readonly CalibrationCell[]): Law {
  const launchFactor = launchOf(cells);
  const telling = cells.filter(cell => tells(cell, launchFactor));
  return { ...fitLaw(telling, launchFactor), launchFactor, ...transfersOf(cells) };
}

/** What a law says of a cell in all, in nanoseconds. */
export function totalOf(cell: CalibrationCell, law: Law): number {
  const serial = cell.plainNs * cell.serialShare;
  return kernelOf(cell, law) + cell.launchFloorNs * law.launchFactor + transferOf(cell, law) + serial;
}

/** Copies, in nanoseconds; none where there is nothing to copy. */
export const transferOf = (
  { transferFloorNs }: Pick<CalibrationCell, 'transferFloorNs'>,
  { transferFactor, transferExtraNs }: Pick<Law, 'transferFactor' | 'transferExtraNs'>,
): number => (transferFloorNs === 0 ? 0 : transferFloorNs * transferFactor + transferExtraNs);

/** The part of the plain time that can be divided, over the cores that it is divided among. */
const plainPart = ({ plainNs, serialShare, cores }: CalibrationCell): number => (plainNs * (1 - serialShare)) / cores;

/**
 * Kernel time, in nanoseconds: the floor, so many times as other kernels took, but on a CPU never more than the plain
 * code divided among its cores, which anyone can have.
 */
export function kernelOf(cell: CalibrationCell, { offset, openness, offsets }: KernelLaw): number {
  const plain = plainPart(cell);
  const learnt = cell.kernelFloorNs * Math.exp(offset + offsets[kindOf(cell)] + openness * gapOf(cell));
  return cell.device === 'webgpu' ? learnt : Math.min(learnt, plain);
}

/** How far the plain code is from the floor, as a logarithm; none where it is faster than the floor allows. */
const gapOf = (cell: CalibrationCell): number => Math.max(0, Math.log(plainPart(cell) / cell.kernelFloorNs));

/** What is tried: offsets from a third of the floor to thirty times, and a gap that closes wholly to not at all. */
const offsetsTried = Array.from({ length: 91 }, (_, step) => -1.1 + step * 0.05);
const opennessTried = [0, 0.25, 0.5, 0.75, 1] as const;
/** Logarithmic error that a step of openness away from closing wholly must save on the average program. */
const opennessPrice = 0.05;

/**
 * The offset and openness with the smallest mean of absolute logarithmic errors, each program weighing the same whatever
 * the number of its sizes: a single disturbed measurement moves it little. Then what is left by kind, halved where it
 * stands on a single program.
 */
function fitLaw(cells: readonly CalibrationCell[], launchFactor: number): KernelLaw {
  const none = { arithmetic: 0, other: 0 } as const;
  if (cells.length === 0) return { offset: Math.log(1.5), openness: 0, offsets: none };
  const programs = [...Map.groupBy(cells, ({ program }) => program).values()];
  const measured = (cell: CalibrationCell): number => Math.log(cell.kernelNs - cell.launchFloorNs * launchFactor);
  const weighed = cells.map(cell => ({
    cell,
    measured: measured(cell),
    weight: 1 / programs.find(those => those.includes(cell))!.length / programs.length,
  }));
  let best = { offset: 0, openness: 0, cost: Number.POSITIVE_INFINITY };
  for (const openness of opennessTried)
    for (const offset of offsetsTried) {
      const law = { offset, openness, offsets: none };
      const errors = weighed.reduce(
        (sum, one) => sum + one.weight * Math.abs(one.measured - Math.log(kernelOf(one.cell, law))),
        0,
      );
      const cost = errors + opennessPrice * openness;
      if (cost < best.cost) best = { offset, openness, cost };
    }
  const residual = (kind: Kind): number => {
    const those = programs.flatMap(program => {
      const mine = program.filter(cell => kindOf(cell) === kind);
      return mine.length === 0
        ? []
        : [middle(mine.map(cell => measured(cell) - Math.log(kernelOf(cell, { ...best, offsets: none }))))];
    });
    return those.length === 0 ? 0 : (middle(those) * those.length) / (those.length + 1);
  };
  return {
    offset: best.offset,
    openness: best.openness,
    offsets: { arithmetic: residual('arithmetic'), other: residual('other') },
  };
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** The quickest tenth of all dispatches is launching and little else, whatever the probe's empty kernel took. */
function launchOf(cells: readonly CalibrationCell[]): number {
  const ratios = cells
    .filter(({ launchFloorNs }) => launchFloorNs > 0)
    .map(({ kernelNs, launchFloorNs }) => kernelNs / launchFloorNs);
  ratios.sort((a, b) => a - b);
  return ratios.length < 5 ? 1 : Math.max(1, ratios[Math.floor(ratios.length / 10)]!);
}

/** Large copies say how many times their floor they take; small ones what each costs besides. */
const largeCopyNs = 20_000;

function transfersOf(cells: readonly CalibrationCell[]): Pick<Law, 'transferFactor' | 'transferExtraNs'> {
  const copying = cells.filter(({ transferFloorNs }) => transferFloorNs > 0);
  const large = copying.filter(({ transferFloorNs }) => transferFloorNs > largeCopyNs);
  const transferFactor = large.length < 3 ? 1 : middle(large.map(cell => cell.transferNs / cell.transferFloorNs));
  const small = copying.filter(({ transferFloorNs }) => transferFloorNs <= largeCopyNs);
  const extra = small.map(cell => cell.transferNs - cell.transferFloorNs * transferFactor);
  return { transferFactor, transferExtraNs: extra.length < 3 ? 0 : Math.max(0, middle(extra)) };
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
