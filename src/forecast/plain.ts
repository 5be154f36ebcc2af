import { type Confinement, type ProgramSpec, runInChild, targetLabel } from '../target/index.ts';
import { TargetError } from '../workload/load.ts';
import type { PlainTime } from './plain-job.ts';

export type { PlainTime } from './plain-job.ts';

/**
 * Times a target as it is, warm.
 *
 * @throws TargetError where it throws, does not load or takes too long
 */
export async function timePlain(
  spec: ProgramSpec,
  { confinement, timeoutMs = 60_000 }: { confinement?: Confinement; timeoutMs?: number } = {},
): Promise<PlainTime> {
  const outcome = await runInChild<PlainTime>(new URL('./plain-job.ts', import.meta.url), spec, {
    file: spec.target.file,
    timeoutMs,
    ...(confinement ? { confinement } : {}),
  });
  if (outcome.status !== 'ok') throw new TargetError(`${targetLabel(spec.target)}: ${outcome.message}`);
  return outcome.result;
}
