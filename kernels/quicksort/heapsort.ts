/**
 * Heapsort in place (J. W. J. Williams, Algorithm 232, CACM 7, 1964), the larger child going up all the way before
 * the displaced key finds its place from below (I. Wegener, "Bottom-up heapsort", 1993): about n log₂ n comparisons
 * on any input, half of Williams's.
 */
export function heapsort(keys: Uint32Array, from: number, to: number): void {
  const length = to - from;
  for (let root = (length >>> 1) - 1; root >= 0; root--) siftDown(keys, from, { root, length });
  for (let last = length - 1; last > 0; last--) {
    const largest = keys[from]!;
    keys[from] = keys[from + last]!;
    keys[from + last] = largest;
    siftDown(keys, from, { root: 0, length: last });
  }
}

function siftDown(keys: Uint32Array, from: number, { root, length }: { root: number; length: number }): void {
  const key = keys[from + root]!;
  let hole = root;
  for (let child = 2 * hole + 2; child < length; child = 2 * hole + 2) {
    if (keys[from + child]! < keys[from + child - 1]!) child--;
    keys[from + hole] = keys[from + child]!;
    hole = child;
  }
  if (2 * hole + 1 < length) {
    keys[from + hole] = keys[from + 2 * hole + 1]!;
    hole = 2 * hole + 1;
  }
  while (hole > root) {
    const parent = (hole - 1) >>> 1;
    if (!(keys[from + parent]! < key)) break;
    keys[from + hole] = keys[from + parent]!;
    hole = parent;
  }
  keys[from + hole] = key;
}
