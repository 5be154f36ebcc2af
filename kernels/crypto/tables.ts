import { multiply, sbox } from './sbox.ts';

/**
 * Tables that do SubBytes, ShiftRows and MixColumns of one round with one look-up a byte (Daemen and Rijmen, "AES
 * proposal: Rijndael", 1999, §5.2.1). A word is a column of the state, its first row in the lowest byte, so that on
 * a little-endian machine words are loaded and stored as they are. Entry x of `columnTables[r]` is what the byte x in
 * row r adds to its column: the rotation of (2·S[x], S[x], S[x], 3·S[x]) by r bytes.
 */
export const columnTables: readonly [Int32Array, Int32Array, Int32Array, Int32Array] = [
  columnTable(0),
  columnTable(1),
  columnTable(2),
  columnTable(3),
];

function columnTable(row: number): Int32Array {
  const table = new Int32Array(256);
  for (let x = 0; x < 256; x++) {
    const s = sbox[x] as number;
    const column = multiply(s, 2) | (s << 8) | (s << 16) | (multiply(s, 3) << 24);
    table[x] = row === 0 ? column : (column << (8 * row)) | (column >>> (32 - 8 * row));
  }
  return table;
}

/** The same for the last round, which has no MixColumns: S[x], moved to row r. */
export const lastTables: readonly Int32Array[] = [0, 8, 16, 24].map(bits => Int32Array.from(sbox, s => s << bits));

/**
 * KeyExpansion (FIPS 197 §5.2) on whole words: 4·(Nr + 1) columns, first row in the lowest byte.
 *
 * @param key 16 or 32 bytes
 */
export function expandKeyWords(key: Uint8Array): Int32Array {
  const words = key.length / 4;
  const total = 4 * (words + 7);
  const schedule = new Int32Array(total);
  for (let i = 0; i < words; i++)
    schedule[i] = key[4 * i]! | (key[4 * i + 1]! << 8) | (key[4 * i + 2]! << 16) | (key[4 * i + 3]! << 24);
  let roundConstant = 1;
  for (let i = words; i < total; i++) {
    let word = schedule[i - 1]!;
    if (i % words === 0) {
      word = substitute((word >>> 8) | (word << 24)) ^ roundConstant;
      roundConstant = multiply(roundConstant, 2);
    } else if (words > 6 && i % words === 4) {
      word = substitute(word);
    }
    schedule[i] = schedule[i - words]! ^ word;
  }
  return schedule;
}

const substitute = (word: number): number =>
  sbox[word & 255]! |
  (sbox[(word >>> 8) & 255]! << 8) |
  (sbox[(word >>> 16) & 255]! << 16) |
  (sbox[word >>> 24]! << 24);
