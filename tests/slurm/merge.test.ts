import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { cellKey } from '../../src/experiment/rows.ts';
import { summarise } from '../../src/experiment/summarise.ts';
import { readCsv } from '../../src/results/csv.ts';
import { processColumns, sampleColumns } from '../../src/results/schema.ts';
import { shardFolder } from '../../src/slurm/layout.ts';
import { dealOut, lotsOf } from '../../src/slurm/lots.ts';
import { mergeShards } from '../../src/slurm/merge.ts';
import { openShard } from '../../src/slurm/shard.ts';
import { cellsPerLot, planCells, samplesPerCell, simulateShards, writeShard } from './simulated.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

async function simulate(cells: number) {
  const simulated = await planCells(cells);
  made.push(simulated.run);
  simulateShards(simulated);
  return simulated;
}

test('every planned cell is merged once, with all its samples, byte for byte', async () => {
  const simulated = await simulate(80);
  const merged = mergeShards(simulated.run, simulated);
  expect(merged).toMatchObject({ cells: { planned: 80, merged: 80 }, samples: 80 * samplesPerCell, missing: [] });
  expect(merged.nodes.map(({ node }) => node)).toEqual(['a1', 'a2']);
  const { rows } = readCsv(join(simulated.run, 'processes.csv'), processColumns);
  expect(new Set(rows.map(cellKey)).size).toBe(80);
  const lines = readFileSync(join(simulated.run, 'samples.csv'), 'utf8').split('\r\n').slice(1);
  const shards = simulated.lots.flatMap((_, lot) =>
    readFileSync(join(shardFolder(simulated.run, lot), 'samples.csv'), 'utf8')
      .split('\r\n')
      .slice(1, -1),
  );
  expect(lines.slice(0, -1)).toEqual(shards);
});

test('a lot without a shard, and one that is not what was planned, are missing with the reason; the others count', async () => {
  const simulated = await simulate(64);
  const { run } = simulated;
  const shard = (lot: number) => shardFolder(run, lot);
  rmSync(shard(0), { recursive: true });
  // One sample twice.
  const samples = join(shard(1), 'samples.csv');
  appendFileSync(samples, `${readFileSync(samples, 'utf8').split('\r\n')[1]}\r\n`);
  // Lots 2 and 3 changed places.
  renameSync(shard(2), join(run, 'other'));
  renameSync(shard(3), shard(2));
  renameSync(join(run, 'other'), shard(3));
  // A row that its writer did not finish.
  appendFileSync(join(shard(4), 'processes.csv'), '1,');
  const merged = mergeShards(run, simulated);
  expect(merged.cells).toEqual({ planned: 64, merged: 3 * cellsPerLot });
  expect(merged.missing.map(({ lot, reason }) => [lot, reason])).toEqual([
    [0, ''],
    [1, expect.stringMatching(/naive\|0\|end_to_end\|steady\|0 is there twice$/)],
    [2, expect.stringMatching(/no outcome$/)],
    [3, expect.stringMatching(/no outcome$/)],
    [4, expect.stringMatching(/ends in the middle of a row/)],
  ]);
  expect(readCsv(join(run, 'samples.csv'), sampleColumns).rows).toHaveLength(3 * cellsPerLot * samplesPerCell);
});

test('what two nodes measured of one cell is summed up for each by itself', async () => {
  const simulated = await simulate(8);
  const { run, manifest } = simulated;
  const read = () => ({
    samples: readCsv(join(shardFolder(run, 0), 'samples.csv'), sampleColumns).rows,
    processes: readCsv(join(shardFolder(run, 0), 'processes.csv'), processColumns).rows,
  });
  const one = read();
  rmSync(shardFolder(run, 0), { recursive: true });
  writeShard(run, 0, { groups: manifest.plan, place: { node: 'b1', machine: '' }, runId: manifest.runId });
  const two = read();
  const slower = two.samples.map(row => ({ ...row, time_ns: Number(row.time_ns) * 10 }));
  const rows = summarise({
    ...{ runId: manifest.runId, plan: manifest.plan, ceilings: null, clockResolutionNs: 1 },
    samples: [...one.samples, ...slower],
    processes: [...one.processes, ...two.processes],
  });
  const naive = rows.filter(({ variant }) => variant === 'naive');
  expect(naive.map(({ node, time_median_ns, samples }) => [node, time_median_ns, samples])).toEqual([
    ['a1', 1002, samplesPerCell],
    ['b1', 10_020, samplesPerCell],
  ]);
});

test('of two tasks with the same lot the first one counts, and nothing half done is ever seen', () => {
  const run = mkdtempSync(join(tmpdir(), 'pgram-shard-'));
  made.push(run);
  const begin = (job: string) =>
    openShard(run, 3, {
      runId: 'r',
      place: { node: 'n', gpu: undefined, driver: undefined, slurm_job_id: job, slurm_array_task: undefined },
    });
  const [first, second] = [begin('1'), begin('2')];
  expect(existsSync(shardFolder(run, 3))).toBe(false);
  const record = { schema: 1, lot: 3, node: 'n', machine: '', startedAt: '', endedAt: '' } as const;
  expect(second.finish({ ...record, slurmJobId: '2' })).toBe(true);
  expect(first.finish({ ...record, slurmJobId: '1' })).toBe(false);
  expect(JSON.parse(readFileSync(join(shardFolder(run, 3), 'shard.json'), 'utf8'))).toMatchObject({ slurmJobId: '2' });
});

test('lots are dealt out once each, to no more tasks than there may be, evenly', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.integer({ min: 1, max: 50 }), (count, most) => {
      const tasks = dealOut([...Array(count).keys()], most);
      const lengths = tasks.map(({ length }) => length);
      expect(tasks.flat().sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
      expect(tasks.length).toBeLessThanOrEqual(most);
      if (count > 0) expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }),
  );
});

test('an experiment that compares sizes keeps all sizes of a workload and its parameters in one lot', async () => {
  const { manifest } = await simulate(32);
  const plan = manifest.plan.flatMap(group => [
    { ...group, parameters: { keys: 'u32' } },
    { ...group, parameters: { keys: 'f64' } },
  ]);
  expect(lotsOf(plan, true)).toEqual([
    [0, 2, 4, 6],
    [1, 3, 5, 7],
  ]);
  expect(lotsOf(plan, false)).toEqual(plan.map((_, index) => [index]));
});

test('merging grows no worse than n log n', { retry: 2 }, async () => {
  // Of the processor, and the least of some: a neighbour lengthens what the clock says, and fills the caches.
  const least = async (cells: number, tries: number): Promise<number> => {
    const simulated = await Promise.all(Array.from({ length: tries }, () => simulate(cells)));
    const spent = simulated.map(each => {
      const start = process.cpuUsage();
      mergeShards(each.run, each);
      const { user, system } = process.cpuUsage(start);
      return user + system;
    });
    return Math.min(...spent);
  };
  await least(800, 1);
  const [small, large] = [await least(800, 3), await least(6400, 1)];
  const expected = (6400 * Math.log(6400)) / (800 * Math.log(800));
  // A quadratic merge would be at 64 / 10.5 = 6 times the growth that is allowed.
  expect(large / small / expected).toBeLessThan(3);
});
