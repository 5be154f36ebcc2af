import { type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/pgram.mjs', import.meta.url));
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts pgram as a person would, and collects what it says. */
export const startPgram = (args: readonly string[], options: SpawnOptions = {}) =>
  startNode([launcher, ...args], options);

/** Starts a script by itself. */
export function startNode(args: readonly string[], options: SpawnOptions = {}) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const finished = new Promise<Finished>(resolve => child.on('close', code => resolve({ code, stdout, stderr })));
  return { child, finished };
}

export const pgram = (args: readonly string[], options: SpawnOptions = {}): Promise<Finished> =>
  startPgram(args, options).finished;
