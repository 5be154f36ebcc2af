import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { planGroups } from '../../src/experiment/plan.ts';
import { cellRow, processRow, sampleRow } from '../../src/experiment/rows.ts';
import { summarise } from '../../src/experiment/summarise.ts';
import type { AdapterCeilings, Ceilings, CpuCeilings } from '../../src/hardware/ceilings.ts';
import { best, trialRates } from '../../src/hardware/probe/best.ts';
import {
  flopsPerRound,
  footprints,
  integersPerRound,
  layOutMoves,
  loadLoops,
  movesAt,
  operationsPerRound,
} from '../../src/hardware/probe/loops.ts';
import { conductGroup } from '../../src/measure/conduct.ts';
import { type Protocol, protocols } from '../../src/measure/protocol.ts';
import { sentences } from '../../src/report/sentence.ts';
import type { CsvRow } from '../../src/results/schema.ts';

/** What this machine can do, by the probe's own loops; only those that bind these workloads, for a quick test. */
async function quickCeilings(): Promise<Ceilings> {
  const loops = await loadLoops();
  const rate = (work: (rounds: number) => void, units: number) => best(trialRates(work, units));
  const simdFlops = rate(rounds => loops.multiplyAdd(rounds, 0.999999, 1e-6), flopsPerRound.multiplyAdd);
  const [small] = footprints;
  const bytesPerSecond = rate(passes => loops.read(1024, small, passes), small);
  layOutMoves(loops.memory);
  const core: CpuCeilings = {
    cores: 1,
    simdFlops,
    scalarFlops: simdFlops,
    ...{ scalar: { int32: 1, logic: 1, special: 1, access: 1 }, simd: { int32: 1, logic: 1, special: 1, access: 1 } },
    bandwidth: [{ footprintBytes: small, bytesPerSecond }],
    integers: {
      vector: rate(rounds => loops.vectorBits(rounds, 3, 5), integersPerRound.vectorBits),
      scalar: rate(rounds => loops.scalarBits(rounds, 3, 5), integersPerRound.scalarBits),
      shuffles: rate(rounds => loops.shuffles(rounds, 5), integersPerRound.shuffles),
      loads: rate(rounds => loops.scalarLoads(rounds, movesAt, 8191 & ~31), operationsPerRound.scalarLoads),
      lookups: rate(rounds => loops.lookups(rounds, movesAt), integersPerRound.lookups),
      moves: rate(rounds => loops.moves(rounds, movesAt), integersPerRound.moves),
    },
  };
  // No more than twice as much on two cores; and a software adapter is these very cores.
  const all: CpuCeilings = { ...core, cores: 2, simdFlops: 2 * simdFlops };
  const cpu = { one: core, all, handOver: { launchNs: 0, callNs: 0, transfer: [] } };
  const adapter: AdapterCeilings = {
    ...{ name: 'the software adapter', software: true, profile: 'safe', simdFlops: 2 * simdFlops },
    ...{ bandwidth: core.bandwidth, dispatchNs: 0, transfer: [] },
  };
  return { schema: 1, measuredAt: new Date().toISOString(), identity: 'here', cpu, adapter };
}

let ceilings: Ceilings;
beforeEach(async ({ task }) => {
  // A neighbour may have slowed the ceilings down as well: they are measured again with what is.
  if (ceilings === undefined || task.result?.retryCount) ceilings = await quickCeilings();
});

const protocol: Protocol = {
  ...protocols.quick,
  ...{ processes: 1, sampleBudgetMs: 20, leastWarmupMs: 20, warmupBudgetMs: 20 },
  name: 'custom',
};

/** Measures a workload of the folder of cheats, as `bench` does, and sums it up under the ceilings of this machine. */
async function summaryOf(name: string, size: number): Promise<CsvRow[]> {
  const target = fileURLToPath(new URL(`./kernels/remembers-${name}.ts`, import.meta.url));
  const nothing = { variants: [], parameters: [], quick: true };
  const [group] = await planGroups(
    { ...nothing, workloads: [target], sizes: [String(size)] },
    { workloads: [], sizes: [] },
  );
  if (!group) throw new Error(`${target} has no group`);
  const cell = (variant: string) => cellRow('run', group, variant);
  const [samples, processes]: [CsvRow[], CsvRow[]] = [[], []];
  let process = 0;
  await conductGroup(
    { group, seed: 1, protocol, gpuProfile: 'safe' },
    {
      sample: (event, at) => samples.push(sampleRow(cell(event.variant), event, at)),
      outcome: (event, at) => processes.push(processRow(cell(event.variant), event, at)),
    },
    { signal: new AbortController().signal, nextProcess: () => process++ },
  );
  return summarise({ runId: 'run', plan: [group], samples, processes, ceilings, clockResolutionNs: 30 });
}

/** Workload, size, and what the honest kernel would have been bound by. */
const workloads: [name: string, size: number, by: string | RegExp][] = [
  ['matmul', 256, 'compute'],
  ['ode', 512, 'compute'],
  ['quicksort', 30_000, 'integer operations'],
  ['crypto', 128 << 10, /integer operations|look-ups/],
  ['cnn', 16, 'compute'],
];

// A neighbour on the core only slows down: what seems slow enough once may be measured again.
const again = { retry: 3 };

describe.each(workloads)('%s: a kernel that looks its right answers up', (name, size, by) => {
  test('is faster than its bound, and the harness calls the measurement wrong', again, async () => {
    const rows = await summaryOf(name, size);
    const rowOf = (variant: string) => rows.find(row => row.variant === variant && row.phase === 'end_to_end');
    const steady = (variant: string) =>
      rows.find(row => row.variant === variant && row.phase === 'end_to_end' && row.regime === 'steady');
    expect(rowOf('tuned')?.status).toBe('ok');
    expect(steady('tuned')).toMatchObject({
      faster_than_bound: true,
      bound_by: expect.stringMatching(by),
      best_cpu_variant: 'naive',
    });
    expect(steady('naive')).toMatchObject({ faster_than_bound: false });
    expect(steady('naive')?.bound_share).toBeGreaterThan(0);
    const said = sentences(rows)
      .map(({ text }) => text)
      .join('\n');
    expect(said).toMatch(/tuned seems faster than its device's bound, so its time is not quoted/);
  });
});

test('on all cores and on a device as well: nothing is quoted, and each is named', again, async () => {
  const rows = await summaryOf('elsewhere', 256);
  const steady = (variant: string, phase = 'end_to_end') =>
    rows.find(row => row.variant === variant && row.phase === phase && row.regime === 'steady');
  const cheats = [
    ['threads', 'cpu-all'],
    ['simd-threads', 'cpu-all'],
    ['webgpu-tuned', 'a device of its own'],
  ] as const;
  const [said] = sentences(rows).map(({ text }) => text);
  for (const [variant, device] of cheats) {
    expect(steady(variant)).toMatchObject({ status: 'ok', device, faster_than_bound: true, bound_by: 'compute' });
    expect(said).toContain(`${variant} seems faster than its device's bound, so its time is not quoted`);
  }
  expect(steady('webgpu-tuned', 'kernel')).toMatchObject({ time_median_ns: 1000, faster_than_bound: true });
  expect(steady('naive')).toMatchObject({ faster_than_bound: false, best_cpu_variant: 'naive' });
  expect(said).toMatch(/: no variant has a smaller time than naive/);
});
