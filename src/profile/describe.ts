import { type ChildContext, type Confinement, openProgram, type ProgramSpec, runInChild } from '../target/index.ts';
import { TargetError } from '../workload/load.ts';

/**
 * The names of a file's variants, asked in a confined child process because the file is the user's.
 *
 * @returns none where the file is no workload
 * @throws TargetError where it does not load
 */
export async function describeVariants(
  spec: ProgramSpec,
  confinement: Confinement,
  timeoutMs: number,
): Promise<string[]> {
  const outcome = await runInChild<string[]>(import.meta.url, spec, { file: spec.target.file, confinement, timeoutMs });
  if (outcome.status !== 'ok') throw new TargetError(outcome.message);
  return outcome.result;
}

/** The job, inside the child process. */
export default async function describe(spec: ProgramSpec, context: ChildContext): Promise<string[]> {
  const program = await openProgram(spec, context);
  return [...(program.variants ?? [])];
}
