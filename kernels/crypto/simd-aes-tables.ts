import { blockBytes } from './input.ts';
import { columnTables, expandKeyWords, lastTables } from './tables.ts';
import { outOfBasis, permuteTables, permuteTablesLength, shifted } from './vector-permute.ts';

/** What the blocks that go by tables of columns need besides: three vectors, up to 15 round keys, 8 tables of 256 words. */
const fixed = [...outOfBasis, Array.from({ length: blockBytes }, (_, p) => shifted(p, 2))].flat();
const keysAt = permuteTablesLength + fixed.length;
const columnsAt = keysAt + 15 * blockBytes;
const tables = [...columnTables, ...lastTables];

/** Bytes of `simdAesTables`, in whole cache lines: no two threads share one. */
export const simdAesTablesLength = Math.ceil((columnsAt + 1024 * tables.length) / 64) * 64;

/**
 * All that assembly/aes.ts looks up, in its order.
 *
 * @param key 16 or 32 bytes
 */
export function simdAesTables(key: Uint8Array): Uint8Array {
  const all = new Uint8Array(simdAesTablesLength);
  all.set(permuteTables(key));
  all.set(fixed, permuteTablesLength);
  all.set(new Uint8Array(expandKeyWords(key).buffer), keysAt);
  for (const [i, table] of tables.entries()) all.set(new Uint8Array(table.buffer), columnsAt + 1024 * i);
  return all;
}
