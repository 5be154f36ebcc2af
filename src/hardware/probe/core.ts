import type { BandwidthPoint } from '../ceilings.ts';
import { bestRate } from './best.ts';
import { flopsPerRound, footprints, loadLoops } from './loops.ts';

/** Rates of one core; with `meet`, measured while the other cores do the same. */
export interface CoreRates {
  readonly scalarFlops: number;
  readonly simdFlops: number;
  readonly bandwidth: readonly BandwidthPoint[];
}

/** @param meet waits until every thread has come as far, so that all load the machine at the same time */
export async function measureCore(meet: () => void = () => undefined): Promise<CoreRates> {
  const loops = await loadLoops();
  meet();
  const simdFlops = bestRate(rounds => loops.multiplyAdd(rounds, 0.999999, 1e-6), flopsPerRound.multiplyAdd);
  meet();
  const scalarFlops = bestRate(
    rounds => loops.scalarMultiplyAdd(rounds, 0.999999, 1e-6),
    flopsPerRound.scalarMultiplyAdd,
  );
  const bandwidth: BandwidthPoint[] = [];
  for (const footprintBytes of footprints) {
    meet();
    const reading = bestRate(passes => loops.read(1024, footprintBytes, passes), footprintBytes);
    meet();
    // Half of the footprint is read and half written: as many bytes move as the footprint has.
    const half = footprintBytes / 2;
    const copying = bestRate(passes => loops.copy(1024 + half, 1024, half, passes), footprintBytes);
    bandwidth.push({ footprintBytes, bytesPerSecond: Math.max(reading, copying) });
  }
  return { scalarFlops, simdFlops, bandwidth };
}
