import { type ChildProcess, fork, type Serializable } from 'node:child_process';
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

/**
 * Gives a child its work. One that was killed before it could hear is no fault of who sends: its `close` event, which
 * always comes, says how it ended.
 */
export const giveWork = (child: ChildProcess, request: Serializable): boolean => child.send(request, () => undefined);

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
