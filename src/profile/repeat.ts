import { Script } from 'node:vm';
import type { OpenedProgram } from '../target/index.ts';

/** Below this a sampler sees too little. */
const enoughMs = 500;

/** One repetition: a workload's variant gets its input, works, and hands its output back. */
export async function runOnce(program: OpenedProgram): Promise<void> {
  if (program.kind === 'workload') await program.renew?.();
  await program.run();
}

/**
 * Runs a program once. A workload's variant, whose work can be repeated by contract, runs again until there is enough
 * to sample; a script or a function may keep state or print, so it runs once only. The time limit is set around the
 * first repetition: setting it costs about a millisecond, and the others do the same work.
 *
 * @param done told after every repetition
 */
export async function runEnough(program: OpenedProgram, done: () => void): Promise<void> {
  const start = performance.now();
  await runOnce(program);
  done();
  const { prepared } = program;
  if (!prepared) return;
  const dispatch = prepared.dispatch.bind(prepared);
  const readback = prepared.readback.bind(prepared);
  while (performance.now() - start < enoughMs) {
    await program.renew?.();
    // Called by V8 itself, not from here: this loop gets hot, V8 would inline the program into it, and V8's ticks do
    // not see through inlining.
    await Promise.resolve().then(dispatch);
    await Promise.resolve().then(readback);
    done();
  }
}

/** Leaves a mark in V8's own log: the name of a script, which the log dates when the script is compiled. */
export const markLog = (name: string): unknown => new Script(`'${name}'`, { filename: name }).runInThisContext();

/** The marks around a program's work. */
export const workMarks = { begin: 'pgram:begin', end: 'pgram:end' } as const;
