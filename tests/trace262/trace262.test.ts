import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashOf, type Results, selection, summarise } from './lists.ts';
import { runBatches } from './run-batches.ts';

const results = JSON.parse(readFileSync(new URL('results.json', import.meta.url), 'utf8')) as Results;
const paths = Object.keys(selection.files);
/** A checkout of tc39/test262 at the pinned commit; its files are not kept here. */
const checkout = process.env.PGRAM_TEST262 ?? '';
const isHere = checkout !== '' && existsSync(join(checkout, 'harness/assert.js'));

describe('test262, statements and expressions', () => {
  test('the results are of the pinned files: at least 2000, at least 98 % the same', () => {
    expect(paths.length).toBeGreaterThanOrEqual(2000);
    expect(results).toMatchObject({ commit: selection.commit, total: paths.length });
    expect(results.same + results.refused + results.differs).toBe(results.total);
    expect(results.same / results.total).toBeGreaterThanOrEqual(0.98);
    for (const path of [...Object.keys(results.differingFiles), ...Object.keys(results.refusedFiles)])
      expect(paths).toContain(path);
    // Refused means told with the line.
    for (const message of Object.values(results.refusedFiles)) expect(message).toMatch(/:\d+/);
  });

  test('each excluded file has a reason, and none of them is our own', () => {
    for (const [path, reason] of Object.entries(selection.excluded)) {
      expect(paths).not.toContain(path);
      expect(reason).toMatch(/without instrumentation/);
    }
  });

  test.skipIf(!isHere)(
    `every tenth file again${isHere ? '' : ' (skipped: PGRAM_TEST262 names no checkout of tc39/test262)'}`,
    async () => {
      const some = paths.filter((_, k) => k % 10 === 0);
      for (const path of some) expect(hashOf(readFileSync(join(checkout, path), 'utf8'))).toBe(selection.files[path]);
      const { same, total, differingFiles } = summarise(await runBatches(checkout, some));
      expect(Object.keys(differingFiles).filter(path => !(path in results.differingFiles))).toEqual([]);
      expect(same / total).toBeGreaterThanOrEqual(0.98);
    },
    300_000,
  );
});
