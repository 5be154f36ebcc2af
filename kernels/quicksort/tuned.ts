import { callVariant } from '../../src/backends/js.ts';
import { heapsort } from './heapsort.ts';
import type { SortInput } from './inputs.ts';
import { decodeKeys, encodeKeys, type Keys } from './order.ts';

const insertionLimit = 24;
const nintherLimit = 128;

/**
 * Introsort (D. R. Musser, Software: Practice and Experience 27, 1997) around a partition without branches, with the
 * defences of pattern-defeating quicksort (O. Peters, arXiv 2106.05123): whole runs are found first, equal keys are
 * split off in one pass, and log₂ n bad partitions lead to heapsort. At most c·n log n comparisons on any input, and
 * a stack at most log₂ n deep.
 *
 * The partition is Lomuto's with the comparison added to an index instead of branched on: 2 loads, 2 stores and 3
 * other instructions a key and level, no misprediction. 10⁶ keys go through log₂(10⁶/24) ≈ 15 levels (a few more for
 * uneven splits) of about 1.5 ns a key, and 4 ms of insertion sort: about 35 ms at 3 GHz.
 */
export function introsort(keys: Uint32Array): void {
  if (isRun(keys)) return;
  sortRange(keys, 0, { to: keys.length, badAllowed: Math.floor(Math.log2(keys.length)) });
}

/** Whether the keys were in order, or are now because they were descending and could be reversed (equal keys are one). */
function isRun(keys: Uint32Array): boolean {
  const { length } = keys;
  let end = 1;
  while (end < length && keys[end - 1]! === keys[end]!) end++;
  if (end >= length) return true;
  const descending = keys[end - 1]! > keys[end]!;
  if (descending) while (end < length && !(keys[end - 1]! < keys[end]!)) end++;
  else while (end < length && !(keys[end - 1]! > keys[end]!)) end++;
  if (end < length) return false;
  if (descending) keys.reverse();
  return true;
}

/** Sorts from `from` to before `to`; the key before `from`, where there is one, is known to be no larger than any. */
function sortRange(keys: Uint32Array, from: number, { to, badAllowed }: { to: number; badAllowed: number }): void {
  while (to - from > insertionLimit) {
    if (badAllowed === 0) {
      heapsort(keys, from, to);
      return;
    }
    const chosen = choosePivot(keys, from, to);
    const pivot = keys[chosen]!;
    keys[chosen] = keys[from]!;
    keys[from] = pivot;
    if (from > 0 && !(keys[from - 1]! < pivot)) {
      // The pivot equals the smallest key: what equals it is in place once it is gathered in front.
      from = gatherEqual(keys, from + 1, { to, pivot });
      continue;
    }
    const middle = gatherSmaller(keys, from + 1, { to, pivot }) - 1;
    keys[from] = keys[middle]!;
    keys[middle] = pivot;
    const left = middle - from;
    const right = to - middle - 1;
    if (Math.min(left, right) < (to - from) >>> 3) {
      badAllowed--;
      // What defeated the pivot rule once would defeat it again: move the keys that it looks at.
      if (left > insertionLimit) breakPattern(keys, from, middle);
      if (right > insertionLimit) breakPattern(keys, middle + 1, to);
    }
    if (left < right) {
      sortRange(keys, from, { to: middle, badAllowed });
      from = middle + 1;
    } else {
      sortRange(keys, middle + 1, { to, badAllowed });
      to = middle;
    }
  }
  insertionSort(keys, from, to);
}

/** Moves what is smaller than the pivot to the front of the range; returns where the rest begins. */
function gatherSmaller(keys: Uint32Array, from: number, { to, pivot }: { to: number; pivot: number }): number {
  let middle = from;
  for (let i = from; i < to; i++) {
    const key = keys[i]!;
    keys[i] = keys[middle]!;
    keys[middle] = key;
    middle += Number(key < pivot);
  }
  return middle;
}

/** The same for what is not larger than the pivot. */
function gatherEqual(keys: Uint32Array, from: number, { to, pivot }: { to: number; pivot: number }): number {
  let middle = from;
  for (let i = from; i < to; i++) {
    const key = keys[i]!;
    keys[i] = keys[middle]!;
    keys[middle] = key;
    middle += Number(!(key > pivot));
  }
  return middle;
}

/** Index of the median of three keys, or of Tukey's ninther (the median of three medians) in longer ranges. */
function choosePivot(keys: Uint32Array, from: number, to: number): number {
  const length = to - from;
  if (length < nintherLimit) return medianOf3(keys, { i: from, j: from + (length >>> 1), k: to - 1 });
  const step = length >>> 3;
  return medianOf3(keys, {
    i: medianOf3(keys, { i: from, j: from + step, k: from + 2 * step }),
    j: medianOf3(keys, { i: from + 3 * step, j: from + 4 * step, k: from + 5 * step }),
    k: medianOf3(keys, { i: from + 6 * step, j: from + 7 * step, k: to - 1 }),
  });
}

function medianOf3(keys: Uint32Array, { i, j, k }: { i: number; j: number; k: number }): number {
  const a = keys[i]!;
  const b = keys[j]!;
  const c = keys[k]!;
  if (a < b) return b < c ? j : a < c ? k : i;
  return a < c ? i : b < c ? k : j;
}

/** Swaps keys at the quarters with their neighbours at odd distances, as pattern-defeating quicksort does. */
function breakPattern(keys: Uint32Array, from: number, to: number): void {
  const quarter = (to - from) >>> 2;
  for (let offset = 0; offset < 3 && offset < quarter; offset++) {
    swap(keys, from + offset, from + quarter + offset);
    swap(keys, to - 1 - offset, to - 1 - quarter - offset);
  }
}

function swap(keys: Uint32Array, i: number, j: number): void {
  const swapped = keys[i]!;
  keys[i] = keys[j]!;
  keys[j] = swapped;
}

function insertionSort(keys: Uint32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const key = keys[i]!;
    let hole = i;
    while (hole > from && keys[hole - 1]! > key) {
      keys[hole] = keys[hole - 1]!;
      hole--;
    }
    keys[hole] = key;
  }
}

export default callVariant<SortInput, Keys>({
  name: 'tuned',
  sameAlgorithm: true,
  summary: 'introsort with a branch-free partition, never quadratic',
  precision: 'exact',
  compute({ keys }) {
    const codes = encodeKeys(keys);
    introsort(codes);
    return decodeKeys(codes, keys);
  },
});
