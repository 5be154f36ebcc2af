import { Script } from 'node:vm';
import type { OpenedProgram } from '../target/index.ts';

/** Below this a sampler sees too little. */
const enoughMs = 500;

/**
 * Runs a program once. A workload's variant, whose work can be repeated by contract, runs again until there is enough
 * to sample; a script or a function may have changed its own input, so it runs once only.
 *
 * @returns how often it ran
 */
export async function runEnough(program: OpenedProgram, done: () => void): Promise<void> {
  const start = performance.now();
  do {
    await program.run();
    done();
  } while (program.kind === 'workload' && performance.now() - start < enoughMs);
}

/** Leaves a mark in V8's own log: the name of a script, which the log dates when the script is compiled. */
export const markLog = (name: string): unknown => new Script(`'${name}'`, { filename: name }).runInThisContext();

/** The marks around a program's work. */
export const workMarks = { begin: 'pgram:begin', end: 'pgram:end' } as const;
