import { median } from '../measure/statistics.ts';
import type { CalibrationCell } from './calibration.ts';
import { isTeam, kernelOf, type Law, launchOf, unmeasured } from './law.ts';

/** What is tried first: kernels from two fifths of their floor to fifty times, launches in steps of two. */
const offsetsTried = Array.from({ length: 17 }, (_, step) => -0.9 + step * 0.3);
const wakesTried = [0, ...Array.from({ length: 12 }, (_, step) => 500 * 2 ** step)];
const againsTried = [0, ...Array.from({ length: 11 }, (_, step) => 300 * 2 ** step)];
/** Then the neighbours of the best, nearer and nearer. */
const refinements = [1, 1 / 2, 1 / 4, 1 / 8] as const;
/** A meeting of threads that are awake, beside the probe's empty kernel: two meetings, and one that comes late. */
const meetingOverEmpty = 3;

/**
 * The law with the smallest mean of absolute logarithmic errors, each program weighing the same whatever the number of
 * its sizes: a single disturbed measurement moves it little. Offset and launches are found together, for in a short
 * kernel one passes for the other: on a grid, then among the neighbours of its best (a pattern search: Hooke and Jeeves,
 * J. ACM 1961). What threads that are awake take to meet again is the probe's: few programs launch more than once.
 *
 * @param cells of one device
 */
export function fitLaw(cells: readonly CalibrationCell[]): Law {
  const { device } = cells[0] ?? {};
  if (device === undefined) return unmeasured;
  const costOf = costsOf(cells);
  // A call of a function wakes nothing: it costs what an empty one does.
  const isStarted = device !== 'cpu' && cells.some(({ launchFloorNs }) => launchFloorNs > 0);
  const isOften = isStarted && !isTeam(device) && cells.some(({ launches }) => launches > 1);
  const meetingNs = isTeam(device) ? meetingOverEmpty * median(cells.map(({ launchFloorNs }) => launchFloorNs)) : 0;
  let best: Tried = { offset: 0, wakeNs: 0, againNs: meetingNs };
  let least = Number.POSITIVE_INFINITY;
  const consider = (tried: Tried): void => {
    const cost = costOf(tried, least);
    if (cost < least) [best, least] = [tried, cost];
  };
  for (const wakeNs of isStarted ? wakesTried : [0])
    for (const againNs of isOften ? againsTried : [meetingNs])
      for (const offset of offsetsTried) consider({ offset, wakeNs, againNs });
  for (const step of refinements)
    for (let before = Number.POSITIVE_INFINITY; least < before; ) {
      before = least;
      const { offset, wakeNs, againNs } = best;
      for (const by of [-0.2 * step, 0.2 * step]) consider({ offset: offset + by, wakeNs, againNs });
      for (const by of [2 ** -step, 2 ** step]) {
        consider({ offset, wakeNs: wakeNs * by, againNs });
        if (isOften) consider({ offset, wakeNs, againNs: againNs * by });
      }
    }
  return { ...best, ...transfersOf(cells) };
}

type Tried = Pick<Law, 'offset' | 'wakeNs' | 'againNs'>;

/** The mean error of a law, or anything from `least` on where it is no less than that. */
function costsOf(cells: readonly CalibrationCell[]): (tried: Tried, least: number) => number {
  const programs = [...Map.groupBy(cells, ({ program }) => program).values()];
  const weighed = programs.flatMap(those =>
    those.map(cell => ({ cell, weight: 1 / those.length / programs.length, measured: Math.log(cell.kernelNs) })),
  );
  return (tried, least) => {
    let cost = 0;
    for (const { cell, weight, measured } of weighed) {
      const kernel = kernelOf(cell, tried, cell.plainNs);
      cost += weight * Math.abs(measured - Math.log(kernel + launchOf(cell, tried, kernel)));
      if (cost >= least) break;
    }
    return cost;
  };
}

/** Large copies say how many times their floor they take; small ones what each costs besides. */
const largeCopyNs = 20_000;

function transfersOf(cells: readonly CalibrationCell[]): Pick<Law, 'transferFactor' | 'transferExtraNs'> {
  const copying = cells.filter(({ transferFloorNs }) => transferFloorNs > 0);
  const large = copying.filter(({ transferFloorNs }) => transferFloorNs > largeCopyNs);
  const transferFactor = large.length < 3 ? 1 : median(large.map(cell => cell.transferNs / cell.transferFloorNs));
  const small = copying.filter(({ transferFloorNs }) => transferFloorNs <= largeCopyNs);
  const extra = small.map(cell => cell.transferNs - cell.transferFloorNs * transferFactor);
  return { transferFactor, transferExtraNs: extra.length < 3 ? 0 : Math.max(0, median(extra)) };
}
