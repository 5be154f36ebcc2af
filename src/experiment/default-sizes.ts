import type { AnyWorkload } from '../workload/types.ts';

type Sized = Pick<AnyWorkload, 'sizes'>;

/** Of an experiment's own sizes the integers and the names that a workload has; all of its named sizes if none is left. */
export function defaultSizes({ sizes }: Sized, wanted: readonly string[]): string[] {
  const known = wanted.filter(size => /^\d+$/.test(size) || Object.hasOwn(sizes, size));
  return known.length > 0 ? known : Object.keys(sizes);
}

/** The ends of a ladder of sizes: the named ones where the workload has them, else its smallest and largest. */
export function sizeRange({ sizes }: Sized, low: string, high: string): [number, number] {
  const all = Object.values(sizes);
  const bottom = sizes[low] ?? Math.min(...all);
  return [bottom, Math.max(bottom, sizes[high] ?? Math.max(...all))];
}
