import { loadavg } from 'node:os';
import { type ChildContext, openProgram, type ProgramSpec } from '../../target/index.ts';

/** The native function that `loadavg` enters: callgrind hands over its counts, and begins anew, whenever it is entered. */
export const markSymbol = 'node::os::GetLoadAvg*';

/**
 * Runs a target once between marks, so that its loading and preparing can be told from its work. There are two marks
 * before it: between them there is nothing, which tells what a mark costs.
 */
export default async function run(spec: ProgramSpec, context: ChildContext): Promise<null> {
  const program = await openProgram(spec, context);
  context.partial(() => null);
  loadavg();
  loadavg();
  await program.run();
  loadavg();
  return null;
}
