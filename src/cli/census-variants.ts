import { describeVariants } from '../profile/describe.ts';
import { type Confinement, resolveTarget } from '../target/index.ts';
import { loadWorkload, UsageError } from '../workload/load.ts';
import { list } from './options.ts';

/**
 * The variants that `--variant` names; `all` means every one of the workload, which a user's own file is asked in a
 * confined process. Undefined: the target's own default.
 */
export async function chooseVariants(
  text: string,
  asked: string | undefined,
  { confinement, timeoutMs }: { confinement: Confinement; timeoutMs: number },
): Promise<(string | undefined)[]> {
  const names = list(asked);
  if (names.length === 0) return [undefined];
  if (!names.includes('all')) return names;
  const target = resolveTarget(text);
  const known =
    target.kind === 'workload'
      ? (await loadWorkload(target.name)).variants.map(({ name }) => name)
      : await describeVariants({ target }, confinement, timeoutMs);
  if (known.length === 0) throw new UsageError(`${text} is no workload, so it has no variants; leave --variant out.`);
  return known;
}
