import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const tiny = fileURLToPath(new URL('./tiny.ts', import.meta.url));

/** How the disturbed runs are measured: two groups of two variants, so that a fault can fall between any two. */
export const processesWanted = 2;
const bench = ['bench', tiny, '--quick', '--no-probe'];
export const planned = ['--processes', String(processesWanted), '--size', 'small,large'];

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly ms: number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  /** Modules that are loaded before the tool, in the conductor alone. */
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The tool as `pgram bench` runs it, without the launcher before it: what is killed is the conductor itself. `words` are
 * `--out <folder>` with `planned`, or `--resume <folder>`.
 */
export function startBench(words: readonly string[], { imports = [], env = {} }: StartOptions = {}): Started {
  const start = performance.now();
  const child = spawn(process.execPath, [...imports.map(file => `--import=${file}`), main, ...bench, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const ended = new Promise<Ended>(resolve =>
    child.on('close', (code, signal) => resolve({ code, signal, stderr, ms: performance.now() - start })),
  );
  return { child, ended };
}

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'pgram-fault-'));

/** The run folder of an `--out` folder, once there is one. */
export function runIn(out: string): string | undefined {
  const [run] = existsSync(out) ? readdirSync(out) : [];
  return run && join(out, run);
}

/** A run can be resumed from the moment at which it has a manifest; before, nothing was measured. */
export const isBegun = (folder: string | undefined): folder is string =>
  folder !== undefined && existsSync(join(folder, 'manifest.json'));

/** The process that measures for a conductor, if there is one at this moment (Linux). */
export function measuringProcess(conductor: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${conductor}/task/${conductor}/children`, 'utf8').trim().split(' ');
    const found = children.find(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('group-process'));
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
