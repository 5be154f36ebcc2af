import { chmodSync, lstatSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { cacheFolder } from '../../bin/launcher/cache.mjs';

/** An installation in which no folder can be made, for anybody: it is a file. */
const readOnly = join(mkdtempSync(join(tmpdir(), 'pgram-cache-')), 'installation');
writeFileSync(readOnly, '');

function cacheWith(plant: (folder: string) => void): { folder: string; expected: string } {
  const home = mkdtempSync(join(tmpdir(), 'pgram-cache-home-'));
  const expected = join(home, 'parallelogram');
  plant(expected);
  vi.stubEnv('XDG_CACHE_HOME', home);
  const folder = cacheFolder(readOnly);
  vi.unstubAllEnvs();
  return { folder, expected };
}

test('where the installation is read-only, the user’s cache folder takes its place, closed to others', () => {
  const { folder, expected } = cacheWith(() => undefined);
  expect(folder).toBe(expected);
  expect(lstatSync(folder).mode & 0o777).toBe(0o700);
});

test.each<[string, (folder: string) => void]>([
  ['a folder that others may write', folder => mkdirSync(folder) ?? chmodSync(folder, 0o777)],
  ['a link to a folder', folder => symlinkSync(mkdtempSync(join(tmpdir(), 'pgram-planted-')), folder)],
  ['a file', folder => writeFileSync(folder, '')],
])('%s in its place is not trusted: a new folder is made', (_what, plant) => {
  const { folder, expected } = cacheWith(plant);
  expect(folder).not.toBe(expected);
  const { mode, uid } = lstatSync(folder);
  expect([mode & 0o777, uid]).toEqual([0o700, process.getuid?.()]);
});
