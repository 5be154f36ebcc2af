import { createRandom, type Random } from '../../src/workload/random.ts';
import type { Mix } from './mix.ts';

/** Five arrays of n numbers. */
export interface Cells {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly d: Float64Array;
  readonly spare: Float64Array;
}

/**
 * Loads and stores of memory and little else: moves the contents of d to a, of a to b, of b to c, of c to d, an
 * element of each at a time.
 *
 * @param n length of the arrays
 */
export function exampleLoadStore(n: number, cells: Cells): void {
  const { a, b, c, d, spare } = cells;
  for (let i = 0; i < n; i++) {
    spare[i] = d[i]!;
    d[i] = c[i]!;
    c[i] = b[i]!;
    b[i] = a[i]!;
    a[i] = spare[i]!;
  }
}

export const mix: Mix = {
  functions: ['exampleLoadStore'],
  dominant: 'memory',
  executed: {
    // Before: 5 times `GetNamedProperty`, `Star`. A body is 5 times `Ldar i`, `GetKeyedProperty`, `SetKeyedProperty`.
    memory: n => 5 + 10 * n,
    arithmetic: n => n,
    comparison: n => n + 1,
    // Before: 5 `Star`, two moves for `i`. After: `LdaUndefined`, `Return`.
    'register-move': n => 7 + (n + 1) + 5 * n + 2 * n + 1,
    'control-flow': n => 2 * n + 2,
  },
};

export function makeCells(n: number, random: Random): Cells {
  const fill = (): Float64Array => Float64Array.from({ length: n }, () => random.next());
  return { a: fill(), b: fill(), c: fill(), d: fill(), spare: new Float64Array(n) };
}

/** Arguments for `example-load-store.ts#exampleLoadStore` as a target. */
export const inputs = {
  exampleLoadStore: (size: number, seed: number): [number, Cells] => [size, makeCells(size, createRandom(seed))],
};
