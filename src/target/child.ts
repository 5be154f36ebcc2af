import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { type Confinement, closed, confinementFlags, nodeConfinesNetwork, openings } from './confine.ts';
import type { ChildOrder, ChildReport, RemoteError } from './context.ts';
import { strippedFlags } from './stripped.ts';

/** How a job in a child process is run. */
export interface ChildOptions {
  /** The target's file: its folder is what may be read. */
  readonly file: string;
  readonly confinement?: Confinement;
  /** Default 60 s. */
  readonly timeoutMs?: number;
  /** Flags for Node, e.g. `--expose-gc`. */
  readonly execArgv?: readonly string[];
  /** A program that runs Node in its stead, with its arguments, such as valgrind. */
  readonly under?: readonly [string, ...string[]];
  /** Bytes of stdout and of stderr that are kept; the rest is read, counted and dropped. Default 1 MiB. */
  readonly keepOutputBytes?: number;
  /** Where stdout goes instead of memory, whole. */
  readonly stdoutFile?: string;
  /** Told of the process once it is there, for whoever watches it from outside. */
  readonly onStart?: (pid: number) => void;
  /** Shows the program's output while it runs. */
  readonly onOutput?: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
}

/** What the program printed. */
export interface Printed {
  readonly text: string;
  /** All of it, kept or not. */
  readonly bytes: number;
  readonly truncated: boolean;
}

interface Common {
  readonly stdout: Printed;
  readonly stderr: Printed;
  /** What was open to the program, for the report. */
  readonly open: readonly string[];
  /** One sentence on how it ended; with the cure where there is one. */
  readonly message: string;
}

/** How a child process ended. `result` beside anything but `ok` is what the job had until then. */
export type ChildOutcome<R> = Common &
  (
    | { readonly status: 'ok'; readonly result: R }
    | { readonly status: 'threw' | 'does-not-load' | 'refused'; readonly error: RemoteError; readonly result?: R }
    | { readonly status: 'exited'; readonly code: number; readonly result?: R }
    | { readonly status: 'timeout'; readonly result?: R }
    | { readonly status: 'out-of-memory' | 'crashed'; readonly result?: undefined }
  );

const childMain = fileURLToPath(new URL('./child-main.ts', import.meta.url));
const defaultTimeoutMs = 60_000;
/** How long after its own limit the child may take to hand over what it has before it is killed. */
const graceMs = 2_000;

/**
 * Runs the default export of a job module with a payload in a child process, confined by Node's permission model.
 *
 * @param jobUrl URL of a module of this package whose default export is a `ChildJob`
 * @param payload anything that structured cloning can carry
 */
export async function runInChild<R>(
  jobUrl: string | URL,
  payload: unknown,
  options: ChildOptions,
): Promise<ChildOutcome<R>> {
  const confinement = options.confinement ?? closed;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const folder = mkdtempSync(join(tmpdir(), 'pgram-'));
  const scratch = mkdtempSync(join(tmpdir(), 'pgram-scratch-'));
  const order: ChildOrder = {
    job: String(jobUrl),
    payload,
    timeoutMs,
    refuseNetwork: !confinement.all && !confinement.open.includes('net') && !nodeConfinesNetwork,
    refuseSignals: !confinement.all && !confinement.open.includes('child'),
  };
  const resultFile = join(folder, 'result');
  const orderFile = join(folder, 'order');
  writeFileSync(orderFile, serialize(order));
  const fds = [openSync(resultFile, 'w'), openSync(orderFile, 'r')];
  const stdoutFd = options.stdoutFile === undefined ? 'pipe' : openSync(options.stdoutFile, 'w');
  try {
    // What is counted is what the program compiles: nothing of it may come compiled already.
    const { NODE_OPTIONS: _ignored, NODE_COMPILE_CACHE: _compiled, ...env } = process.env;
    const [command, ...before] = [...(options.under ?? []), process.execPath] as [string, ...string[]];
    const child = spawn(
      command,
      [
        ...before,
        '--disable-warning=ExperimentalWarning',
        '--disable-warning=SecurityWarning',
        ...confinementFlags(confinement, {
          file: options.file,
          scratch: scratch + (process.platform === 'win32' ? '\\' : '/'),
        }),
        ...strippedFlags(),
        ...(options.execArgv ?? []),
        childMain,
      ],
      { stdio: ['ignore', stdoutFd, 'pipe', ...fds], env: { ...env, TMPDIR: scratch, TEMP: scratch, TMP: scratch } },
    );
    if (child.pid !== undefined) options.onStart?.(child.pid);
    const keep = options.keepOutputBytes ?? 2 ** 20;
    const outputs = {
      stdout: listen(child.stdout, keep, chunk => options.onOutput?.('stdout', chunk)),
      stderr: listen(child.stderr, keep, chunk => options.onOutput?.('stderr', chunk)),
    };
    const end = await ended(child, timeoutMs + graceMs, [folder, scratch]);
    const bytes = readFileSync(resultFile);
    const report = bytes.length > 0 ? (deserialize(bytes) as ChildReport) : undefined;
    const common = { stdout: outputs.stdout(), stderr: outputs.stderr(), open: openings(confinement) };
    return {
      ...common,
      ...conclude(report, end, { timeoutMs, stderr: common.stderr.text }),
    } as unknown as ChildOutcome<R>;
  } finally {
    for (const fd of [...fds, ...(typeof stdoutFd === 'number' ? [stdoutFd] : [])]) closeSync(fd);
    for (const path of [folder, scratch]) rmSync(path, { recursive: true, force: true });
  }
}

/** Reads a stream to its end whatever its length, keeping the head; a full pipe would stop the program. */
function listen(stream: Readable | null, keep: number, onChunk: (chunk: Buffer) => void): () => Printed {
  const chunks: Buffer[] = [];
  let kept = 0;
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (kept < keep) {
      const part = chunk.subarray(0, keep - kept);
      chunks.push(part);
      kept += part.length;
      onChunk(part);
    }
  });
  return () => ({ text: Buffer.concat(chunks).toString('utf8'), bytes, truncated: bytes > kept });
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly killed: boolean;
}

function ended(child: ChildProcess, killAfterMs: number, scratch: readonly string[]): Promise<End> {
  return new Promise((resolve, reject) => {
    let killed = false;
    const timer = setTimeout(() => {
      killed = true;
      child.kill('SIGKILL');
    }, killAfterMs);
    // Nobody waits any longer: neither the process nor its files stay behind.
    const stop = () => {
      child.kill('SIGKILL');
      for (const path of scratch) rmSync(path, { recursive: true, force: true });
    };
    process.once('exit', stop);
    const settle = () => {
      clearTimeout(timer);
      process.off('exit', stop);
    };
    child.once('error', error => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      resolve({ code, signal, killed });
    });
  });
}

function conclude(
  report: ChildReport | undefined,
  end: End,
  { timeoutMs, stderr }: { timeoutMs: number; stderr: string },
): Record<string, unknown> {
  const late = `the program did not end within ${timeoutMs / 1000} s; give it longer with --timeout, or make its input smaller`;
  if (!report) {
    if (end.killed) return { status: 'timeout', message: late };
    if (/heap out of memory|FATAL ERROR: .*memory/i.test(stderr))
      return { status: 'out-of-memory', message: 'the program ran out of memory; make its input smaller' };
    const how = end.signal ? `by signal ${end.signal}` : `with exit code ${end.code}`;
    return { status: 'crashed', message: `the process ended ${how} without a report: ${lastWords(stderr)}` };
  }
  if (report.status === 'ok') return { ...report, message: 'ran to its end' };
  if (report.status === 'timeout') return { ...report, message: late };
  if (report.status === 'exited') {
    const said = report.code === 0 || stderr.trim() === '' ? '' : ` and said: ${lastWords(stderr)}`;
    return {
      ...report,
      message: `the program ended itself with exit code ${report.code}${said}; what was seen until then is kept`,
    };
  }
  const { error } = report;
  if (error.cure !== undefined)
    return {
      ...report,
      status: 'refused',
      message: `${error.message.replace(/\.$/, '')}. Targets run confined; open this with ${error.cure}.`,
    };
  if (error.loading) return { ...report, status: 'does-not-load', message: error.message };
  return { ...report, message: `${error.name}: ${error.message}${firstFrame(error.stack)}` };
}

/** The error that Node printed at the end, with its frames and version below it; else whatever was said last. */
function lastWords(text: string): string {
  const lines = text.trim().split('\n');
  return (
    lines.findLast(line => /^(Uncaught )?[A-Z]\w*(Error|Exception)\b.*:/.test(line)) ??
    (lines.at(-1) || 'it printed nothing')
  );
}

const firstFrame = (stack: string | undefined): string => {
  const frame = /\n\s+at (?:.*\()?((?:file:\/\/)?\/[^\n)]+)\)?/.exec(stack ?? '');
  return frame?.[1] ? ` (${frame[1].replace('file://', '')})` : '';
};
