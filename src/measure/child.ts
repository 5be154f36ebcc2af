import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiledFolder } from '../../bin/launcher/cache.mjs';
import type { FailureStatus } from '../backends/failure.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Starts a module as a child that talks over IPC; what it prints is for `tail`, never for this tool's stdout. Node keeps
 * what it compiled of each module for the next process (stripped types and lazy bytecode, no optimised code), which
 * spares every process after the first about a third of a second of loading; what is timed runs warm or is checked
 * for being steady as before.
 */
export const startChild = (entry: string): ChildProcess =>
  fork(entry, [], {
    execArgv: ['--no-warnings=ExperimentalWarning'],
    serialization: 'advanced',
    env: { NODE_COMPILE_CACHE: compiledFolder(root), ...process.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });

/** A process that has said its last word, or is gone, keeps nobody waiting for longer than this. */
const graceMs = 1000;

/** Ends a child that has said that it is done and does not go. */
export const dismiss = (child: ChildProcess): void => {
  setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
};

/** Calls back once a child has ended and what it printed was read; a process that it left behind may hold its pipes open. */
export function onEnd(child: ChildProcess, ended: (code: number | null, killedBy: string | null) => void): void {
  child.on('exit', () =>
    setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, graceMs).unref(),
  );
  child.on('close', ended);
}

/** The last few thousand characters that a child printed; it may print without end. */
export function tail(child: ChildProcess, onText: (text: string) => void = () => undefined): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      onText(text);
    });
  return () => said;
}

/** How a child ended that had not said that it was done. */
export function describeEnd(
  { code, killedBy }: { code: number | null; killedBy: string | null },
  said: string,
): { how: string; status: FailureStatus } {
  return {
    how: killedBy ? `was killed by ${killedBy}` : `ended with exit code ${code}`,
    status: /out of memory/i.test(said) ? 'out-of-memory' : 'runtime-error',
  };
}
