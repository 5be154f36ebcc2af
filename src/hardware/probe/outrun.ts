import type { Ceilings } from '../ceilings.ts';
import { best, trialRates } from './best.ts';
import { flopsPerRound, loadLoops } from './loops.ts';

/** Two quiet probes of one machine differ by less. */
const noticeable = 1.15;

let measured: Promise<number> | undefined;

/** Multiplications and additions of one core a second, one by one: a tenth of a second, once in a process. */
const coreNow = (): Promise<number> => {
  measured ??= loadLoops().then(({ scalarMultiplyAdd }) =>
    best(trialRates(rounds => scalarMultiplyAdd(rounds, 0.999999, 1e-6), flopsPerRound.scalarMultiplyAdd)),
  );
  return measured;
};

/** Whether a core computes faster now than its ceiling says: the probe was disturbed, and is none. */
export const isOutrun = ({ cpu }: Pick<Ceilings, 'cpu'>, now: () => Promise<number> = coreNow): Promise<boolean> =>
  now().then(flops => flops > noticeable * cpu.one.scalarFlops);
