import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createTeam } from '../../backends/threads/team.ts';
import type { Ceilings, CpuCeilings } from '../ceilings.ts';
import { type CoreRates, measureCore } from './core.ts';

/** Ceilings of one core alone and of all cores at once. */
export async function probeCpu(cores = availableParallelism()): Promise<Ceilings['cpu']> {
  const one: CpuCeilings = { cores: 1, ...(await measureCore()) };
  if (cores === 1) return { one, all: one };
  const { control } = createTeam(cores);
  const workers = Array.from(
    { length: cores },
    () => new Worker(new URL('./cpu-worker.ts', import.meta.url), { workerData: { control, threads: cores } }),
  );
  const rates = await Promise.all(
    workers.map(
      worker =>
        new Promise<CoreRates>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  await Promise.all(workers.map(worker => worker.terminate()));
  return { one, all: addUp(rates) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function addUp(rates: readonly CoreRates[]): CpuCeilings {
  const [first] = rates;
  return {
    cores: rates.length,
    scalarFlops: sum(rates.map(({ scalarFlops }) => scalarFlops)),
    simdFlops: sum(rates.map(({ simdFlops }) => simdFlops)),
    // Each core had a working set of its own.
    bandwidth: (first?.bandwidth ?? []).map(({ footprintBytes }, index) => ({
      footprintBytes: footprintBytes * rates.length,
      bytesPerSecond: sum(rates.map(({ bandwidth }) => bandwidth[index]?.bytesPerSecond ?? 0)),
    })),
  };
}
