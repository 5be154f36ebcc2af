/**
 * The better of two probes of one machine, number by number: the larger rate, the shorter time (names that end in `Ns`). What
 * disturbs a probe only ever makes it worse. What one of them lacks is the other's; of texts the later one's.
 */
export function better<T>(before: T, later: T, name = ''): T {
  if (before === null || before === undefined) return later;
  if (later === null || later === undefined) return before;
  if (typeof before === 'number') return (name.endsWith('Ns') ? Math.min : Math.max)(before, later as number) as T;
  if (Array.isArray(before) && Array.isArray(later))
    return later.map((each, index) => better(before[index], each, name)) as T;
  if (typeof before !== 'object') return later;
  const names = new Set([...Object.keys(before), ...Object.keys(later)]);
  return Object.fromEntries(
    [...names].map(each => [each, better(before[each as keyof T], later[each as keyof T], each)]),
  ) as T;
}
