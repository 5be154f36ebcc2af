import type { CalibrationCell, Demanded } from './calibration.ts';

/** Of what a kernel's floor is made. */
export type Kind = 'arithmetic' | 'other';
export const kindOf = ({ bound }: Pick<Demanded, 'bound'>): Kind => (bound === 'compute' ? 'arithmetic' : 'other');

/** How far real kernels stay from the model's floors, on one kind of device. */
export interface Law {
  /** A kernel takes its floor times e^offset … */
  readonly offset: number;
  /** … times e to this where arithmetic sets the floor, or memory and latency: their kernels differ in kind. */
  readonly offsets: Readonly<Record<Kind, number>>;
  /** Starting the device from rest, in nanoseconds: what no kernel is too small for. */
  readonly wakeNs: number;
  /** Each further launch of the same call. */
  readonly againNs: number;
  /** Copies take so many times their floor, and so long besides: calls, awaiting, small arrays made. */
  readonly transferFactor: number;
  readonly transferExtraNs: number;
}

/** Kernel time without launches, in nanoseconds. */
export const kernelOf = (cell: Demanded, { offset, offsets }: Pick<Law, 'offset' | 'offsets'>): number =>
  cell.kernelFloorNs * Math.exp(offset + offsets[kindOf(cell)]);

/** Launches, in nanoseconds: never less than an empty kernel took. */
export const launchOf = (
  { launchFloorNs, launches }: Pick<Demanded, 'launchFloorNs' | 'launches'>,
  { wakeNs, againNs }: Pick<Law, 'wakeNs' | 'againNs'>,
): number => Math.max(launchFloorNs, wakeNs + againNs * (launches - 1));

/** Copies, in nanoseconds; none where there is nothing to copy. */
export const transferOf = (
  { transferFloorNs }: Pick<Demanded, 'transferFloorNs'>,
  { transferFactor, transferExtraNs }: Pick<Law, 'transferFactor' | 'transferExtraNs'>,
): number => (transferFloorNs === 0 ? 0 : transferFloorNs * transferFactor + transferExtraNs);

/** Where the time of a forecast goes, in one unit. */
export interface Parts {
  readonly kernel: number;
  readonly launch: number;
  readonly transfer: number;
  readonly serial: number;
}

/** The parts of a cell by the law, beside plain code that takes so long, in nanoseconds. */
export const partsOf = (cell: Demanded & { readonly serialShare: number }, law: Law, plainNs: number): Parts => ({
  kernel: kernelOf(cell, law),
  launch: launchOf(cell, law),
  transfer: transferOf(cell, law),
  serial: plainNs * cell.serialShare,
});

export const totalOf = ({ kernel, launch, transfer, serial }: Parts): number => kernel + launch + transfer + serial;

const none: Readonly<Record<Kind, number>> = { arithmetic: 0, other: 0 };
/** Before anything was measured: kernels at one and a half times their floor, launches and copies as probed. */
const unmeasured: Law = {
  offset: Math.log(1.5),
  offsets: none,
  wakeNs: 0,
  againNs: 0,
  transferFactor: 1,
  transferExtraNs: 0,
};

/** What is tried: kernels from two fifths of their floor to fifty times, launches in steps of two. */
const offsetsTried = Array.from({ length: 50 }, (_, step) => -0.9 + step * 0.1);
const wakesTried = [0, ...Array.from({ length: 12 }, (_, step) => 500 * 2 ** step)];
const againsTried = [0, ...Array.from({ length: 11 }, (_, step) => 300 * 2 ** step)];
/** A barrier between threads that are awake, beside the probe's empty kernel: two meetings, and one that comes late. */
const barrierOverEmpty = 3;

/**
 * The law with the smallest mean of absolute logarithmic errors, each program weighing the same whatever the number of
 * its sizes: a single disturbed measurement moves it little. Offset and launches are found together, for in a short
 * kernel one passes for the other. Then what is left by kind, shrunk where it stands on few programs: n programs move
 * it by n/(n + 1) of their median.
 */
export function fitLaw(cells: readonly CalibrationCell[]): Law {
  if (cells.length === 0) return unmeasured;
  const programs = [...Map.groupBy(cells, ({ program }) => program).values()];
  const weights = new Map(programs.flatMap(those => those.map(cell => [cell, 1 / those.length / programs.length])));
  // A call of a function wakes nothing: it costs what an empty one does.
  const isStarted = cells.some(({ device, launchFloorNs }) => device !== 'cpu' && launchFloorNs > 0);
  const isOften = isStarted && cells.some(({ launches }) => launches > 1);
  let best = { ...unmeasured, cost: Number.POSITIVE_INFINITY };
  const consider = (law: Law): void => {
    let cost = 0;
    for (const cell of cells) {
      const said = kernelOf(cell, law) + launchOf(cell, law);
      cost += weights.get(cell)! * Math.abs(Math.log(cell.kernelNs / said));
      if (cost >= best.cost) return;
    }
    best = { ...law, cost };
  };
  for (const wakeNs of isStarted ? wakesTried : [0])
    for (const againNs of isOften ? againsTried : [0])
      for (const offset of offsetsTried) consider({ ...unmeasured, offset, wakeNs, againNs });
  const { wakeNs, againNs, offset } = best;
  for (const wake of [2 ** -0.5, 2 ** -0.25, 2 ** 0.25, 2 ** 0.5])
    for (const fine of [-0.05, 0, 0.05])
      consider({ ...unmeasured, offset: offset + fine, wakeNs: wakeNs * wake, againNs });
  const { cost: _, ...fitted } = best;
  const found = { ...fitted, againNs: isOften ? againOf(cells, fitted.againNs) : 0 };
  return { ...found, offsets: offsetsOf(programs, found), ...transfersOf(cells) };
}

/**
 * A further launch of a team of threads is a barrier where the kernel keeps its threads, and a wake-up where it sends them
 * to rest: few programs launch more than once, so a barrier of the probe's team counts as one more of them (on a logarithmic
 * scale). An adapter starts each pass anew, and what was fitted stands.
 */
function againOf(cells: readonly CalibrationCell[], fittedNs: number): number {
  if (cells[0]!.device === 'webgpu') return fittedNs;
  const barrierNs = barrierOverEmpty * middle(cells.map(({ launchFloorNs }) => launchFloorNs));
  const programs = new Set(cells.filter(({ launches }) => launches > 1).map(({ program }) => program)).size;
  return Math.exp((programs * Math.log(Math.max(fittedNs, barrierNs)) + Math.log(barrierNs)) / (programs + 1));
}

/** Cells whose dispatch is mostly launching say nothing about kernels. */
const tells = (cell: CalibrationCell, law: Law): boolean => cell.kernelNs > 2 * launchOf(cell, law);

function offsetsOf(programs: readonly (readonly CalibrationCell[])[], law: Law): Law['offsets'] {
  const left = (kind: Kind): number => {
    const those = programs.flatMap(program => {
      const mine = program.filter(cell => kindOf(cell) === kind && tells(cell, law));
      const errors = mine.map(cell => Math.log(cell.kernelNs / (kernelOf(cell, law) + launchOf(cell, law))));
      return errors.length === 0 ? [] : [middle(errors)];
    });
    return those.length === 0 ? 0 : (middle(those) * those.length) / (those.length + 1);
  };
  return { arithmetic: left('arithmetic'), other: left('other') };
}

/** The median; of an even number the mean of the two in the middle. */
export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
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
