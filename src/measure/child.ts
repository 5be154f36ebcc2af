import { type ChildProcess, fork } from 'node:child_process';
import type { FailureStatus } from '../backends/failure.ts';

/** Starts a module as a child that talks over IPC; what it prints is for `tail`, never for this tool's stdout. */
export const startChild = (entry: string): ChildProcess =>
  fork(entry, [], {
    execArgv: ['--no-warnings=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });

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
