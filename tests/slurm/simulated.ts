import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { planGroups } from '../../src/experiment/plan.ts';
import { cellRow } from '../../src/experiment/rows.ts';
import { protocols } from '../../src/measure/protocol.ts';
import { csvText } from '../../src/results/csv.ts';
import type { Manifest, PlannedGroup } from '../../src/results/manifest.ts';
import { describeEnvironment } from '../../src/results/provenance.ts';
import { type CsvRow, processColumns, sampleColumns } from '../../src/results/schema.ts';
import { shardFolder, writeJson, writeLots } from '../../src/slurm/layout.ts';
import { dealOut, type Lot, lotsOf } from '../../src/slurm/lots.ts';
import { keepMachine, type ShardRecord } from '../../src/slurm/shard.ts';
import { writeOrders } from '../../src/slurm/submit.ts';
import { projectRoot } from '../support/pgram.ts';

const variants = ['naive', 'tuned', 'radix', 'threads', 'simd', 'simd-threads', 'webgpu-naive', 'webgpu-tuned'];
export const cellsPerLot = variants.length;
export const samplesPerCell = 5;

export interface Simulated {
  readonly run: string;
  readonly manifest: Manifest;
  readonly lots: readonly Lot[];
}

/** Plans so many cells as a submission does, up to handing over: plan, manifest, lots, orders of at most 1001 tasks. */
export async function planCells(cells: number): Promise<Simulated> {
  const run = mkdtempSync(join(tmpdir(), 'pgram-simulated-'));
  const sizes = Array.from({ length: cells / cellsPerLot }, (_, index) => String(index + 1));
  const asked = { workloads: [join(projectRoot, 'examples/dot-product.ts')], sizes, variants: [], parameters: [] };
  const planned = await planGroups({ ...asked, quick: true }, { workloads: [], sizes: [] });
  const plan = planned.map(group => ({ ...group, variants }));
  const startedAt = new Date(0).toISOString();
  const manifest: Manifest = {
    ...{ schema: 1, runId: basename(run), experiment: 'cpu-vs-gpu', question: '', arguments: [], seed: 1 },
    ...{ gpuProfile: 'safe', protocol: { ...protocols.quick, processes: 1 }, plan, ceilings: null, startedAt },
    ...{ environment: describeEnvironment(null), sittings: [{ startedAt }], state: 'running', slurm: { nodes: [] } },
  };
  writeJson(join(run, 'manifest.json'), manifest);
  const lots = lotsOf(plan, false);
  writeLots(run, lots);
  const tasks = dealOut([...lots.keys()], 1001);
  const resources = {};
  const options = {
    ...asked,
    quick: true,
    out: '',
    seed: 1,
    gpuProfile: 'safe',
    probe: 'none',
    arguments: [],
  } as const;
  writeOrders(manifest, { run, sitting: 1, lots, tasks, options: { ...options, resources, dryRun: false } });
  return { run, manifest, lots };
}

/** The shards that tasks on two nodes would have left. */
export function simulateShards({ run, manifest, lots }: Simulated): void {
  const machines = ['a1', 'a2'].map(node => {
    const { environment } = manifest;
    return { node, machine: keepMachine(run, { node, environment, ceilings: null }) };
  });
  for (const [lot, groups] of lots.entries()) {
    const place = machines[lot % 2] as (typeof machines)[number];
    writeShard(run, lot, { groups: groups.flatMap(group => manifest.plan[group] ?? []), place, runId: manifest.runId });
  }
}

export interface ShardInput {
  readonly groups: readonly PlannedGroup[];
  readonly place: { readonly node: string; readonly machine: string };
  readonly runId: string;
}

export function writeShard(run: string, lot: number, { groups, place, runId }: ShardInput): void {
  const folder = shardFolder(run, lot);
  mkdirSync(folder, { recursive: true });
  const where = { node: place.node, slurm_job_id: String(100 + lot), slurm_array_task: `7_${lot}` };
  const cells = groups.flatMap(group =>
    group.variants.map(
      (variant): CsvRow => ({
        ...cellRow(runId, group, variant),
        device: 'cpu-1',
        ran_on: 'cpu',
        process: 0,
        ...where,
      }),
    ),
  );
  const samples = cells.flatMap(cell =>
    Array.from({ length: samplesPerCell }, (_, iteration) => ({
      ...cell,
      ...{ phase: 'end_to_end', regime: 'steady', iteration, repetitions: 1, time_ns: 1000 + lot + iteration },
    })),
  );
  writeFileSync(join(folder, 'samples.csv'), csvText(sampleColumns, samples));
  const outcomes = cells.map(cell => ({ ...cell, status: 'ok', same_algorithm: true, steady: true }));
  writeFileSync(join(folder, 'processes.csv'), csvText(processColumns, outcomes));
  const times = { startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:10.000Z' };
  const record: ShardRecord = { schema: 1, lot, ...place, slurmJobId: String(100 + lot), ...times };
  writeFileSync(join(folder, 'shard.json'), JSON.stringify(record));
}
