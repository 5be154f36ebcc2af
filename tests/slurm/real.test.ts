import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellKey } from '../../src/experiment/rows.ts';
import { readCsv } from '../../src/results/csv.ts';
import { type CsvRow, processColumns, sampleColumns, summaryColumns } from '../../src/results/schema.ts';
import { type Cluster, noSlurm, startCluster } from './cluster.ts';

const absent = noSlurm();
if (absent) process.stderr.write(`tests/slurm/real.test.ts is skipped: ${absent}\n`);

const rowsOf = (run: string, file: 'samples.csv' | 'processes.csv' | 'summary.csv'): CsvRow[] =>
  readCsv(
    join(run, file),
    { 'samples.csv': sampleColumns, 'processes.csv': processColumns, 'summary.csv': summaryColumns }[file],
  ).rows;
const sampleKey = (row: CsvRow): string => [cellKey(row), row.process, row.phase, row.regime, row.iteration].join('|');
const twice = (keys: readonly string[]): string[] => keys.filter((key, index) => keys.indexOf(key) !== index);
const print = (text: string): void =>
  void process.stderr.write(`[slurm] ${text.trim().replaceAll('\n', '\n[slurm] ')}\n`);

describe.skipIf(absent)(`on a Slurm of its own${absent ? ` (skipped: ${absent})` : ''}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster?.stop());

  async function pgram(...args: string[]) {
    const child = spawn(join(cluster.tree, 'pgram'), args, {
      env: cluster.env,
      cwd: cluster.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', text => {
      stdout += text;
    });
    child.stderr.on('data', text => {
      stderr += text;
    });
    const code = await new Promise(resolve => child.on('close', resolve));
    return { code, stdout, stderr };
  }

  async function submit(...args: string[]) {
    const { code, stdout, stderr } = await pgram('experiment', 'run', ...args, '--on', 'slurm', '--json');
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const { submissions } = JSON.parse(stdout) as {
      submissions: { run: string; cells: number; lots: number; tasks: number; arrayJob: string; mergeJob: string }[];
    };
    return submissions[0] as (typeof submissions)[number];
  }

  interface Status {
    state: string;
    counts: Record<'done' | 'running' | 'pending' | 'failed' | 'missing', number>;
    lots: { state: string; reason: string; task: string }[];
  }
  const status = async (run: string): Promise<Status> =>
    JSON.parse((await pgram('experiment', 'status', run, '--json')).stdout) as Status;

  /** Seconds: a daemon whose message got lost says it again a minute later, so a wait of some minutes tells little. */
  const patience = 600;

  /** Asks Slurm itself, which costs less than a process of ours. */
  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + patience * 1000; Date.now() < end; await sleep(500)) if (await holds()) return;
    const queue = await cluster.slurm('squeue', '-t', 'all');
    throw new Error(`${what}: not within ${patience} s\n${queue}\n${cluster.said()}`);
  }
  const stateOf = async (job: string): Promise<string> =>
    (await cluster.slurm('squeue', '-h', '-t', 'all', '-r', '-o', '%T', '-j', job)).trim();
  const ended = async (job: string): Promise<boolean> =>
    (await stateOf(job)).split('\n').every(state => !/^(PENDING|RUNNING|COMPLETING|CONFIGURING)$/.test(state));

  test('a sweep of 42 cells gives the cells of the local run, each once', async () => {
    const sizes = Array.from({ length: 21 }, (_, index) => 16 + index).join(',');
    const file = join(cluster.tree, 'examples/dot-product.ts');
    const asked = ['cpu-vs-gpu', '--workload', file, '--size', sizes, '--quick', '--processes', '1', '--no-probe'];
    const { run, ...submitted } = await submit(...asked, '--out', 'far', '--time', '10');
    expect(submitted).toMatchObject({ cells: 42, lots: 21, tasks: 8 });
    expect(readFileSync(join(run, 'slurm/1/array.sh'), 'utf8')).toContain(
      `exec ${cluster.tree}/pgram experiment task `,
    );
    await until('the merge', () => ended(submitted.mergeJob));
    print(readFileSync(join(run, 'slurm/1/log/merge.txt'), 'utf8'));
    const { stdout } = await pgram('experiment', 'status', run);
    print(stdout);
    expect(stdout).toMatch(/^cpu-vs-gpu: 21 done, 0 running, 0 pending, 0 failed, 0 missing of 21 lots\nmerged: /);

    const local = await pgram('experiment', 'run', ...asked, '--out', 'near', '--json');
    expect(local.code).toBe(0);
    const near = (JSON.parse(local.stdout) as { runs: { folder: string }[] }).runs[0]?.folder as string;
    const keys = (folder: string) => rowsOf(folder, 'processes.csv').map(cellKey).sort();
    expect(keys(run)).toHaveLength(42);
    expect(keys(run)).toEqual(keys(near));
    expect(new Set(rowsOf(run, 'samples.csv').map(cellKey))).toEqual(new Set(keys(near)));
    expect(twice(rowsOf(run, 'samples.csv').map(sampleKey))).toEqual([]);
    const summed = (folder: string) =>
      rowsOf(folder, 'summary.csv')
        .map(row => [cellKey(row), row.phase, row.regime, row.status].join('|'))
        .sort();
    expect(summed(run)).toEqual(summed(near));

    for (const file of ['samples.csv', 'processes.csv', 'summary.csv'] as const)
      for (const row of rowsOf(run, file)) {
        expect(row.node).toBe(hostname().split('.')[0]);
        expect(row.slurm_job_id).toMatch(/^\d+$/);
        expect(row.slurm_array_task).toMatch(new RegExp(`^${submitted.arrayJob}_[0-7]$`));
      }
    expect(new Set(rowsOf(near, 'samples.csv').map(({ node }) => node))).toEqual(new Set([undefined]));
  }, 1_500_000);

  test('a cancelled task, one over its time and one whose node died are told, and only they are measured again', async () => {
    const hold = (size: number): string => join(cluster.tree, `examples/hold-${size}`);
    for (const size of [2, 3]) writeFileSync(hold(size), '');
    const file = join(cluster.tree, 'examples/holding.ts');
    const asked = ['cpu-vs-gpu', '--workload', file, '--size', '1,2,3,4,5', '--processes', '1', '--no-probe'];
    const { run, arrayJob, mergeJob } = await submit(...asked, '--out', 'faults', '--time', '10');
    const isRunning = (task: string) => async () => (await stateOf(task)) === 'RUNNING';
    await until('task 1', isRunning(`${arrayJob}_1`));
    await cluster.slurm('scancel', `${arrayJob}_1`);
    await until('task 2', isRunning(`${arrayJob}_2`));
    expect(await cluster.slurm('squeue', '-h', '-o', '%l', '-j', `${arrayJob}_2`)).toBe('10:00\n');
    // Its time ends now: were all tasks given a minute, one that is slow, or told late to have ended, would be over it too.
    await cluster.slurm('scontrol', 'update', `JobId=${arrayJob}_2`, 'EndTime=now');
    await until('the merge', () => ended(mergeJob));
    print((await pgram('experiment', 'status', run)).stdout);
    print(readFileSync(join(run, 'slurm/1/log/merge.txt'), 'utf8').split('\n').slice(0, 3).join('\n'));
    const first = await status(run);
    expect(first.lots.map(({ state }) => state)).toEqual(['done', 'failed', 'failed', 'done', 'done']);
    expect(first.lots[1]?.reason).toMatch(/^CANCELLED: /);
    expect(first.lots[2]?.reason).toMatch(/^TIMEOUT: /);
    expect(first.state).toBe('interrupted');
    const before = rowsOf(run, 'samples.csv');

    rmSync(hold(2));
    const again = await submit('--resume', run, '--time', '10');
    expect(again).toMatchObject({ lots: 2, cells: 4, tasks: 2 });
    await until('task 0', async () => (await stateOf(`${again.arrayJob}_0`)) === 'COMPLETED');
    await until('task 1', isRunning(`${again.arrayJob}_1`));
    await cluster.killNode();
    await until(
      'the end of a task whose node died',
      async () => (await stateOf(`${again.arrayJob}_1`)) === 'NODE_FAIL',
    );
    const second = await pgram('experiment', 'status', run);
    print(second.stdout);
    expect(second.stdout).toMatch(/4 done, 0 running, 0 pending, 1 failed/);
    expect(second.stdout).toMatch(/1 × NODE_FAIL: its node failed/);

    rmSync(hold(3));
    await cluster.startSlurmd();
    await until('the second merge', () => ended(again.mergeJob));
    const last = await submit('--resume', run, '--time', '10');
    expect(last).toMatchObject({ lots: 1, cells: 2, tasks: 1 });
    await until('the third merge', () => ended(last.mergeJob));
    print((await pgram('experiment', 'status', run)).stdout);
    const samples = rowsOf(run, 'samples.csv');
    expect(twice(samples.map(sampleKey))).toEqual([]);
    const kept = new Set(samples.map(row => `${sampleKey(row)} ${row.time_ns}`));
    expect(before.filter(row => !kept.has(`${sampleKey(row)} ${row.time_ns}`))).toEqual([]);
    const outcomes = rowsOf(run, 'processes.csv');
    expect(outcomes.map(row => [row.size, row.variant, row.status])).toEqual(
      [1, 2, 3, 4, 5].flatMap(size => [
        [size, 'naive', 'ok'],
        [size, 'tuned', 'ok'],
      ]),
    );
    const jobs = (sizes: readonly number[]) =>
      new Set(
        outcomes
          .filter(({ size }) => sizes.includes(Number(size)))
          .map(row => String(row.slurm_array_task).split('_')[0]),
      );
    expect([jobs([1, 4, 5]), jobs([2]), jobs([3])]).toEqual([
      new Set([arrayJob]),
      new Set([again.arrayJob]),
      new Set([last.arrayJob]),
    ]);
    expect((await status(run)).state).toBe('complete');
  }, 3_000_000);
});
