import { UsageError } from './load.ts';
import { unknownName } from './suggest.ts';
import type { AnyWorkload, Parameters } from './types.ts';

/** The first value of each axis. */
export const defaultParameters = (workload: AnyWorkload): Parameters =>
  Object.fromEntries(
    Object.entries(workload.parameters ?? {}).map(([axis, values]) => [axis, values[0] as string | number]),
  );

/** Every combination of the axes' values; the defaults come first. */
export function allParameters(workload: AnyWorkload): Parameters[] {
  let combinations: Parameters[] = [{}];
  for (const [axis, values] of Object.entries(workload.parameters ?? {}))
    combinations = combinations.flatMap(combination => values.map(value => ({ ...combination, [axis]: value })));
  return combinations;
}

/** `algorithm=sha-256;keys=f32`, sorted by axis: what the CSVs hold. */
export const formatParameters = (parameters: Parameters): string =>
  Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([axis, value]) => `${axis}=${value}`)
    .join(';');

/** Resolves `--param axis=value` (given again, comma-separated values, or `axis=all`) into the combinations to run. */
export function resolveParameters(workload: AnyWorkload, given: readonly string[]): Parameters[] {
  const axes = workload.parameters ?? {};
  const chosen: Record<string, readonly (string | number)[]> = {};
  for (const entry of given) {
    const [axis = '', text = ''] = entry.split(/=(.*)/s);
    const known = axes[axis];
    if (!known) {
      const names = Object.keys(axes);
      throw new UsageError(
        names.length > 0
          ? `${workload.name}: ${unknownName('parameter', axis, names)}`
          : `${workload.name} has no parameters; leave --param out.`,
      );
    }
    const values =
      text === 'all' ? known : text.split(',').map(value => matchValue(workload.name, axis, { value, known }));
    chosen[axis] = [...new Set([...(chosen[axis] ?? []), ...values])];
  }
  let combinations: Parameters[] = [{}];
  for (const [axis, values] of Object.entries(axes))
    combinations = combinations.flatMap(combination =>
      (chosen[axis] ?? values.slice(0, 1)).map(value => ({ ...combination, [axis]: value })),
    );
  return combinations;
}

function matchValue(
  workload: string,
  axis: string,
  { value, known }: { value: string; known: readonly (string | number)[] },
): string | number {
  const match = known.find(candidate => String(candidate) === value);
  if (match !== undefined) return match;
  throw new UsageError(`${workload}: ${unknownName(`value of ${axis}`, value, known.map(String))}`);
}
