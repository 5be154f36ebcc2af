import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRunFolder, newRunId, OutputError, openRunFolder, orOutputError } from '../../src/results/run-folder.ts';
import { type Column, censusColumns } from '../../src/results/schema.ts';

const parent = mkdtempSync(join(tmpdir(), 'pgram-run-'));
const row = {
  schema_version: 1,
  run_id: 'r',
  workload: 'w',
  size: 8,
  variant: 'naive',
  process: 0,
  iteration: 0,
  repetitions: 1,
  time_ns: 12.5,
};

test('run ids sort by time and are file names on every system', () => {
  expect(newRunId('cpu-vs-gpu', new Date('2026-01-02T03:04:05.678Z'))).toBe('2026-01-02T03-04-05Z-cpu-vs-gpu');
});

test('a row is on disk the moment it is appended, and a torn one is cut off when the run is opened again', () => {
  const folder = createRunFolder(parent, 'torn');
  folder.appendSample(row);
  expect(folder.readSamples()).toHaveLength(1);
  appendFileSync(join(folder.path, 'samples.csv'), '1,r,w,8,,nai');
  const again = openRunFolder(folder.path);
  again.appendSample({ ...row, iteration: 1 });
  expect(again.readSamples().map(({ iteration }) => iteration)).toEqual([0, 1]);
  folder.close();
  again.close();
});

test('every table says which version of the schema and which run it is of, once', () => {
  const folder = createRunFolder(parent, 'tables');
  const gain: Column = { name: 'gain', kind: 'number', meaning: 'of an experiment' };
  folder.writeTable('own.csv', [gain], [{ gain: 1.5 }, {}]);
  folder.writeTable('census.csv', censusColumns, [{ schema_version: 7, run_id: 'another', target: 'x' }]);
  folder.writeText('manifest.json', '{ "runId": "renamed since" }');
  folder.writeTable('later.csv', [gain], [{ gain: 2 }]);
  folder.close();
  const text = (name: string) => readFileSync(join(folder.path, name), 'utf8');
  expect(text('own.csv')).toBe('schema_version,run_id,gain\r\n1,tables,1.5\r\n1,tables,\r\n');
  expect(text('later.csv')).toBe('schema_version,run_id,gain\r\n1,renamed since,2\r\n');
  expect(text('census.csv')).toMatch(/^schema_version,run_id,target,[^\n]*\r\n7,another,x,/);
});

test('two runs of the same second do not share a folder', () => {
  const first = createRunFolder(parent, 'same');
  const second = createRunFolder(parent, 'same');
  expect(second.path).not.toBe(first.path);
});

test.skipIf(process.getuid?.() === 0)(
  'a folder that may not be written is named with the cure (root may write anywhere)',
  () => {
    const locked = join(parent, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    expect(() => createRunFolder(locked, 'run')).toThrow(OutputError);
  },
);

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'read-only'],
  ['EACCES', 'may not be written'],
])('%s becomes a message that says what to do', (code, message) => {
  const failing = (): never => {
    throw Object.assign(new Error('low-level words'), { code });
  };
  expect(() => orOutputError('/some/file', failing)).toThrow(message);
  expect(() => orOutputError('/some/file', failing)).toThrow('--out');
});

test('a text is written whole or not at all', () => {
  const folder = createRunFolder(parent, 'whole');
  folder.writeText('manifest.json', '{}');
  expect(readFileSync(join(folder.path, 'manifest.json'), 'utf8')).toBe('{}');
});
