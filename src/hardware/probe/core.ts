import { cacheLevels, type LevelSize } from '../cache-levels.ts';
import { trialRates } from './best.ts';
import {
  type ClassLoops,
  flopsPerRound,
  footprints,
  heap,
  integersPerRound,
  type Loops,
  layOutMoves,
  loadLoops,
  type Moving,
  movesAt,
  moving,
  operationsPerRound,
} from './loops.ts';

/** Rates of one core by trial; with `meet`, measured while the other cores do the same. */
export interface CoreRates {
  readonly scalarFlops: readonly number[];
  readonly simdFlops: readonly number[];
  /** By loop of its class. */
  readonly classes: Readonly<Record<keyof ClassLoops, readonly number[]>>;
  /** By footprint. */
  readonly reading: readonly (readonly number[])[];
  readonly copying: readonly (readonly number[])[];
  readonly integers: Readonly<Record<keyof typeof integersPerRound, readonly number[]>>;
  readonly levels: readonly LevelRates[];
}

/** Bytes a second by trial, of one core's share of a level. */
export interface LevelRates extends LevelSize {
  readonly read: readonly number[];
  readonly copy: readonly number[];
  readonly triad: readonly number[];
}

type Rates = (work: (rounds: number) => void, units: number) => number[];

/**
 * @param cores how many measure at the same time, and share what caches they share
 * @param meet waits until every thread has come as far, so that all load the machine at the same time
 */
export async function measureCore(cores = 1, meet?: () => void): Promise<CoreRates> {
  const loops = await loadLoops();
  const rates: Rates = (work, units) => trialRates(work, units, meet);
  const moved = ({ run, bytes }: Moving) => rates(run, bytes);
  const classed = (name: keyof ClassLoops, work: (rounds: number) => void) => rates(work, operationsPerRound[name]);
  return {
    classes: {
      integers: classed('integers', rounds => loops.integers(rounds, 0x85ebca6b, 12345)),
      logic: classed('logic', rounds => loops.logic(rounds, 0x2545f491)),
      specials: classed('specials', rounds => loops.specials(rounds, 1.5)),
      scalarIntegers: classed('scalarIntegers', rounds => loops.scalarIntegers(rounds, 0x85ebca6b, 12345)),
      scalarLogic: classed('scalarLogic', rounds => loops.scalarLogic(rounds, 0x2545f491)),
      scalarSpecials: classed('scalarSpecials', rounds => loops.scalarSpecials(rounds, 1.5)),
      scalarLoads: classed('scalarLoads', rounds => loops.scalarLoads(rounds, heap, 8191 & ~31)),
    },
    simdFlops: rates(rounds => loops.multiplyAdd(rounds, 0.999999, 1e-6), flopsPerRound.multiplyAdd),
    scalarFlops: rates(rounds => loops.scalarMultiplyAdd(rounds, 0.999999, 1e-6), flopsPerRound.scalarMultiplyAdd),
    reading: footprints.map(bytes => moved(moving.read(loops, bytes))),
    copying: footprints.map(bytes => moved(moving.copy(loops, bytes))),
    integers: measureIntegers(loops, rates),
    levels: cacheLevels(cores).map(level => ({
      ...level,
      read: moved(moving.read(loops, level.footprintBytes)),
      copy: moved(moving.copy(loops, level.footprintBytes)),
      triad: moved(moving.triad(loops, level.footprintBytes)),
    })),
  };
}

function measureIntegers(loops: Loops, rates: Rates): CoreRates['integers'] {
  const { vectorBits, scalarBits, shuffles, lookups, moves } = integersPerRound;
  // The loops before used the same memory.
  layOutMoves(loops.memory);
  return {
    vectorBits: rates(rounds => loops.vectorBits(rounds, 0x85ebca6b, 12345), vectorBits),
    scalarBits: rates(rounds => loops.scalarBits(rounds, 0x85ebca6b, 12345), scalarBits),
    shuffles: rates(rounds => loops.shuffles(rounds, 5), shuffles),
    lookups: rates(rounds => loops.lookups(rounds, movesAt), lookups),
    moves: rates(rounds => loops.moves(rounds, movesAt), moves),
  };
}
