import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { cacheLevels } from '../../src/hardware/cache-levels.ts';

const root = mkdtempSync(join(tmpdir(), 'caches-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
/** A folder as Linux has it for a CPU. */
function folderWith(caches: readonly (readonly [level: number, type: string, size: string, shared: string])[]): string {
  const folder = join(root, String(folders++));
  for (const [index, [level, type, size, shared]] of caches.entries()) {
    const entry = join(folder, `index${index}`);
    mkdirSync(entry, { recursive: true });
    const files = { level: String(level), type, size, shared_cpu_list: shared };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(entry, name), `${text}\n`);
  }
  return folder;
}

const genoa = folderWith([
  [1, 'Data', '32K', '0'],
  [1, 'Instruction', '32K', '0'],
  [2, 'Unified', '1024K', '0'],
  [3, 'Unified', '32768K', '0-1'],
]);

test('levels are those that the kernel lists, without the cache of instructions', () => {
  const levels = cacheLevels(1, genoa);
  expect(levels.map(({ level, bytes }) => [level, bytes])).toEqual([
    ['L1', 32 << 10],
    ['L2', 1 << 20],
    ['L3', 32 << 20],
    ['memory', null],
  ]);
  // Half of a cache fits it with room to spare; four times the last cache fits none.
  expect(levels[0]?.footprintBytes).toBeLessThanOrEqual(16 << 10);
  expect(levels.at(-1)?.footprintBytes).toBeGreaterThan(3.9 * (32 << 20));
});

test('cores that measure at once have parts of the cache that they share', () => {
  expect(cacheLevels(2, genoa).map(({ bytes }) => bytes)).toEqual([32 << 10, 1 << 20, 16 << 20, null]);
});

test('a machine that says nothing gets usual sizes', () => {
  expect(cacheLevels(1, join(root, 'nowhere')).map(({ level }) => level)).toEqual(['L1', 'L2', 'L3', 'memory']);
});

test('whatever the caches, footprints grow, divide into three arrays of whole lines, and fit the probe’s memory', () => {
  const cache = fc.record({ size: fc.integer({ min: 1, max: 1 << 20 }), shared: fc.integer({ min: 0, max: 127 }) });
  fc.assert(
    fc.property(fc.array(cache, { maxLength: 4 }), fc.integer({ min: 1, max: 128 }), (caches, cores) => {
      const folder = folderWith(
        caches.map(({ size, shared }, index) => [index + 1, 'Unified', `${size}K`, `0-${shared}`]),
      );
      const footprints = cacheLevels(cores, folder).map(({ footprintBytes }) => footprintBytes);
      expect(footprints).toEqual([...footprints].sort((a, b) => a - b));
      for (const bytes of footprints) {
        expect(bytes % 768).toBe(0);
        expect(bytes).toBeLessThanOrEqual(128 << 20);
      }
    }),
    { numRuns: 40 },
  );
});
