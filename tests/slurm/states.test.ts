import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logFile, writeLots, writeSitting, writeWhole } from '../../src/slurm/layout.ts';
import { indices, parseJson, parseSacct, parseSqueue, type TaskState } from '../../src/slurm/states.ts';
import { statusOf } from '../../src/slurm/status.ts';

const recorded = (file: string): string => readFileSync(new URL(`./fixtures/${file}`, import.meta.url), 'utf8');
const plain = (states: ReadonlyMap<number, TaskState> | undefined) =>
  [...(states ?? [])].sort(([a], [b]) => a - b).map(([index, { state, reason, node }]) => [index, state, reason, node]);

test('squeue 22.05 says the same in JSON and in text (recorded of one moment)', () => {
  const wanted = [
    [0, 'COMPLETED', '', 'vm'],
    [1, 'CANCELLED', '', 'vm'],
    [2, 'RUNNING', '', 'vm'],
    [3, 'COMPLETED', '', 'vm'],
    [4, 'COMPLETED', '', 'vm'],
  ];
  expect(plain(parseSqueue(recorded('squeue-22.05.txt'), '10'))).toEqual(wanted);
  expect(plain(parseJson(recorded('squeue-22.05.json'), '10'))).toEqual(wanted);
});

test('tasks that wait, in one line of squeue for each or in one for all', () => {
  const wanted = [0, 1, 2, 3, 4, 5].map(index => [index, 'PENDING', 'JobHeldUser', '']);
  expect(plain(parseSqueue(recorded('squeue-22.05.txt'), '16'))).toEqual(wanted);
  expect(plain(parseSqueue('16|0-5%2|PENDING|JobHeldUser|\n', '16'))).toEqual(wanted);
  expect(plain(parseJson(recorded('squeue-22.05.json'), '16'))).toEqual(wanted);
});

// Written after the manual of sacct (-P, `CANCELLED by uid`) and the data parser of Slurm 23.02 and later.
test('sacct, as text and as newer versions write JSON', () => {
  const text = [
    '7_0|COMPLETED|None|a1',
    '7_1|CANCELLED by 1000|None|a2',
    '7_2|TIMEOUT|TimeLimit|a1',
    '7_3|OUT_OF_MEMORY|OutOfMemory|a1',
    '7_[4-6%2]|PENDING|Priority|None assigned',
    '8|COMPLETED|None|a1',
  ].join('\n');
  expect(plain(parseSacct(text, '7'))).toEqual([
    [0, 'COMPLETED', '', 'a1'],
    [1, 'CANCELLED', 'by 1000', 'a2'],
    [2, 'TIMEOUT', 'TimeLimit', 'a1'],
    [3, 'OUT_OF_MEMORY', 'OutOfMemory', 'a1'],
    [4, 'PENDING', 'Priority', ''],
    [5, 'PENDING', 'Priority', ''],
    [6, 'PENDING', 'Priority', ''],
  ]);
  const number = (value: number) => ({ set: true, infinite: false, number: value });
  const jobs = [
    {
      array: { job_id: 7, task_id: number(2), task: '' },
      state: { current: ['TIMEOUT'], reason: 'None' },
      nodes: 'a1',
    },
    { array: { job_id: 7, task_id: { set: false }, task: '4-5' }, state: { current: ['PENDING'], reason: 'Priority' } },
  ];
  expect(plain(parseJson(JSON.stringify({ jobs }), '7'))).toEqual([
    [2, 'TIMEOUT', '', 'a1'],
    [4, 'PENDING', 'Priority', ''],
    [5, 'PENDING', 'Priority', ''],
  ]);
});

test('what is no such document, or cuts a list of indices short, is left to the text', () => {
  expect(parseJson('Slurm accounting storage is disabled', '7')).toBeUndefined();
  expect(parseJson('{"errors":[]}', '7')).toBeUndefined();
  const cut = { job_id: 7, array_job_id: 7, array_task_id: null, array_task_string: '1,3,5,...', job_state: 'PENDING' };
  expect(parseJson(JSON.stringify({ jobs: [cut] }), '7')).toBeUndefined();
});

test('indices of an array, as Slurm writes them, are read back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(500), fc.nat(20), fc.integer({ min: 1, max: 5 })), { minLength: 1 }),
      ranges => {
        const written = ranges.map(([low, more, step]) => `${low}-${low + more}:${step}`).join(',');
        const wanted = ranges.flatMap(([low, more, step]) => {
          const all: number[] = [];
          for (let at = low; at <= low + more; at += step) all.push(at);
          return all;
        });
        expect(indices(`${written}%7`)).toEqual(wanted);
      },
    ),
  );
});

test('the status of each lot is its shard, else what became of the task that was last asked for it', () => {
  const run = mkdtempSync(join(tmpdir(), 'pgram-status-'));
  writeLots(run, [[0], [1], [2], [3], [4], [5], [6], [7]]);
  const sitting = { schema: 1, submittedAt: '', options: [], mergeJob: null } as const;
  writeSitting(run, 1, { ...sitting, arrayJob: '7', tasks: [[0, 4], [1, 5], [2, 6], [3]] });
  writeSitting(run, 2, { ...sitting, arrayJob: '9', tasks: [[3]] });
  const record = { schema: 1, lot: 0, node: 'n', startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:10Z' };
  writeWhole(join(run, 'shards/0/shard.json'), JSON.stringify(record));
  writeWhole(logFile(run, 1, 2), 'start\nError: no such thing\n');
  const said = (state: string, reason = ''): TaskState => ({ state, reason, node: 'n' });
  const { lots, remainingMs } = statusOf(run, (_, number) =>
    number === 1
      ? new Map([
          [0, said('RUNNING')],
          [1, said('TIMEOUT', 'TimeLimit')],
          [2, said('FAILED', 'NonZeroExitCode')],
          [3, said('NODE_FAIL')],
        ])
      : new Map([[0, said('PENDING', 'Resources')]]),
  );
  rmSync(run, { recursive: true });
  expect(lots.map(({ state, reason, task }) => [state, reason, task])).toEqual([
    ['done', '', '7_0'],
    ['failed', 'TIMEOUT: over its time limit; ask for more with --time', '7_1'],
    ['failed', 'FAILED; it last said: Error: no such thing', '7_2'],
    ['pending', 'Resources', '9_0'],
    ['running', '', '7_0'],
    ['failed', 'TIMEOUT: over its time limit; ask for more with --time', '7_1'],
    ['failed', 'FAILED; it last said: Error: no such thing', '7_2'],
    ['missing', 'it was never submitted', ''],
  ]);
  // Two lots to come, ten seconds each, one task at it.
  expect(remainingMs).toBe(20_000);
});
