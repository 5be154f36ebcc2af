import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** clinic's own program; undefined where it is not installed: it is a development dependency. */
export function findClinic(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('clinic/package.json');
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
    return bin.clinic === undefined ? undefined : join(dirname(manifest), bin.clinic);
  } catch {
    return undefined;
  }
}

/** How a run of clinic's command ended. */
export interface ClinicExit {
  readonly code: number | null;
  /** It was ended because it took too long, or because of the signal. */
  readonly stopped: 'no' | 'late' | 'interrupted';
  /** The last that it and the program said. */
  readonly tail: string;
}

/**
 * Runs clinic's command. Without `NO_INSIGHT` it asks whether it may report home, and without a terminal to answer it
 * exits with 0 having done nothing; `NO_UPDATE_NOTIFIER` keeps it off the network.
 */
export function runClinicCommand(
  clinic: string,
  args: readonly string[],
  { cwd, env, killAfterMs, signal }: { cwd: string; env: NodeJS.ProcessEnv; killAfterMs: number; signal?: AbortSignal },
): Promise<ClinicExit> {
  const { NODE_OPTIONS: _flags, NODE_PATH: _path, NODE_COMPILE_CACHE: _compiled, ...inherited } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [clinic, ...args], {
      cwd,
      env: { ...inherited, ...env, NO_INSIGHT: '1', NO_UPDATE_NOTIFIER: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that the program ends with clinic.
      detached: process.platform !== 'win32',
    });
    let tail = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        tail = (tail + text).slice(-4000);
      });
    let stopped: ClinicExit['stopped'] = 'no';
    const kill = (): void => {
      try {
        if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const stop = (why: 'late' | 'interrupted') => () => {
      stopped = why;
      kill();
    };
    const timer = setTimeout(stop('late'), killAfterMs);
    const interrupted = stop('interrupted');
    signal?.addEventListener('abort', interrupted, { once: true });
    if (signal?.aborted) interrupted();
    process.once('exit', kill);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupted);
      process.off('exit', kill);
    };
    child.once('error', error => {
      settle();
      reject(error);
    });
    child.once('close', code => {
      settle();
      resolve({ code, stopped, tail });
    });
  });
}
