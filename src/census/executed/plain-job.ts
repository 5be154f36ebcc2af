import { type ChildContext, openProgram, type ProgramSpec } from '../../target/index.ts';

/** Runs a target as it is and says how many milliseconds its work took: what counting is compared with. */
export default async function run(spec: ProgramSpec, context: ChildContext): Promise<{ milliseconds: number }> {
  const program = await openProgram(spec, context);
  const start = performance.now();
  await program.run();
  return { milliseconds: performance.now() - start };
}
