import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createTeam } from '../../backends/threads/team.ts';
import type { Ceilings, CpuCeilings, IntegerRoofs } from '../ceilings.ts';
import { best } from './best.ts';
import { type CoreRates, measureCore } from './core.ts';
import { probeHandOver } from './hand-over.ts';
import { footprints } from './loops.ts';

/** Ceilings of one core alone and of all cores at once. */
export async function probeCpu(cores = availableParallelism()): Promise<Ceilings['cpu']> {
  const one = together([await measureCore()]);
  const handOver = await probeHandOver(cores);
  if (cores === 1) return { one, all: one, handOver };
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
  return { one, all: together(rates), handOver };
}

/** What the cores did together in their best trial: a trial of one that ran while another rested would promise too much. */
export function together(cores: readonly CoreRates[]): CpuCeilings {
  const sum: Sum = of =>
    best(
      (cores[0] ? of(cores[0]) : []).map((_, trial) =>
        cores.reduce((total, core) => total + (of(core)[trial] ?? 0), 0),
      ),
    );
  return {
    cores: cores.length,
    scalarFlops: sum(core => core.scalarFlops),
    simdFlops: sum(core => core.simdFlops),
    scalar: {
      int32: sum(core => core.classes.scalarIntegers),
      logic: sum(core => core.classes.scalarLogic),
      special: sum(core => core.classes.scalarSpecials),
      access: sum(core => core.classes.scalarLoads),
    },
    simd: {
      int32: sum(core => core.classes.integers),
      logic: sum(core => core.classes.logic),
      special: sum(core => core.classes.specials),
      access: sum(core => core.reading[0] ?? []) / 4,
    },
    // Each core has a working set of its own.
    bandwidth: footprints.map((bytes, index) => ({
      footprintBytes: bytes * cores.length,
      bytesPerSecond: Math.max(
        sum(core => core.reading[index] ?? []),
        sum(core => core.copying[index] ?? []),
      ),
    })),
    integers: integersOf(sum),
    levels: (cores[0]?.levels ?? []).map(({ level, bytes, footprintBytes }, index) => ({
      level,
      bytes: bytes === null ? null : bytes * cores.length,
      footprintBytes: footprintBytes * cores.length,
      readBytesPerSecond: sum(core => core.levels[index]?.read ?? []),
      copyBytesPerSecond: sum(core => core.levels[index]?.copy ?? []),
      triadBytesPerSecond: sum(core => core.levels[index]?.triad ?? []),
    })),
  };
}

type Sum = (of: (core: CoreRates) => readonly number[]) => number;

/** Arithmetic on integers has several cheapest forms; the roof is the fastest of them. */
function integersOf(sum: Sum): IntegerRoofs {
  return {
    vector: Math.max(
      sum(core => core.integers.vectorBits),
      sum(core => core.classes.logic),
      sum(core => core.classes.integers),
    ),
    scalar: Math.max(
      sum(core => core.integers.scalarBits),
      sum(core => core.classes.scalarLogic),
      sum(core => core.classes.scalarIntegers),
    ),
    shuffles: sum(core => core.integers.shuffles),
    loads: sum(core => core.classes.scalarLoads),
    lookups: sum(core => core.integers.lookups),
    moves: sum(core => core.integers.moves),
  };
}
