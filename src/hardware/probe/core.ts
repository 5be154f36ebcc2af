import { trialRates } from './best.ts';
import { type ClassLoops, flopsPerRound, footprints, loadLoops, operationsPerRound } from './loops.ts';

/** Rates of one core by trial; with `meet`, measured while the other cores do the same. */
export interface CoreRates {
  readonly scalarFlops: readonly number[];
  readonly simdFlops: readonly number[];
  /** By loop of its class. */
  readonly classes: Readonly<Record<keyof ClassLoops, readonly number[]>>;
  /** By footprint. */
  readonly reading: readonly (readonly number[])[];
  readonly copying: readonly (readonly number[])[];
}

/** @param meet waits until every thread has come as far, so that all load the machine at the same time */
export async function measureCore(meet?: () => void): Promise<CoreRates> {
  const loops = await loadLoops();
  const rates = (work: (rounds: number) => void, units: number) => trialRates(work, units, meet);
  const classed = (name: keyof ClassLoops, work: (rounds: number) => void) => rates(work, operationsPerRound[name]);
  return {
    classes: {
      integers: classed('integers', rounds => loops.integers(rounds, 0x85ebca6b, 12345)),
      logic: classed('logic', rounds => loops.logic(rounds, 0x2545f491)),
      specials: classed('specials', rounds => loops.specials(rounds, 1.5)),
      scalarIntegers: classed('scalarIntegers', rounds => loops.scalarIntegers(rounds, 0x85ebca6b, 12345)),
      scalarLogic: classed('scalarLogic', rounds => loops.scalarLogic(rounds, 0x2545f491)),
      scalarSpecials: classed('scalarSpecials', rounds => loops.scalarSpecials(rounds, 1.5)),
      scalarLoads: classed('scalarLoads', rounds => loops.scalarLoads(rounds, 1024, 8191 & ~31)),
    },
    simdFlops: rates(rounds => loops.multiplyAdd(rounds, 0.999999, 1e-6), flopsPerRound.multiplyAdd),
    scalarFlops: rates(rounds => loops.scalarMultiplyAdd(rounds, 0.999999, 1e-6), flopsPerRound.scalarMultiplyAdd),
    reading: footprints.map(bytes => rates(passes => loops.read(1024, bytes, passes), bytes)),
    // Half of the footprint is read and half written: as many bytes move as the footprint has.
    copying: footprints.map(bytes => rates(passes => loops.copy(1024 + bytes / 2, 1024, bytes / 2, passes), bytes)),
  };
}
