/**
 * What clinic starts: a target under the profiler that clinic loaded before. It cannot be a job of `runInChild`,
 * because clinic wants to start the process itself and takes the descriptors from 3 on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { permissionCure } from '../../target/confine.ts';
import { TimeLimitError } from '../../target/context.ts';
import { openProgram, type ProgramSpec } from '../../target/index.ts';
import { limitedUntil } from '../../target/limit.ts';
import { refuseNetwork, refuseSignals } from '../../target/refuse.ts';

export interface ClinicOrder {
  readonly spec: ProgramSpec;
  /** The folder that the target finds as its working directory. */
  readonly cwd: string;
  readonly refuseNetwork: boolean;
  readonly refuseSignals: boolean;
  /** Repetitions go on for so long, and at least one is made. */
  readonly budgetMs: number;
  readonly maxRepetitions: number;
  /** The tool ends the process when it has written its data; otherwise there is nothing to wait for. */
  readonly endsItself: boolean;
  /** After so long the target is stopped, and what was seen until then is kept. */
  readonly timeoutMs: number;
  /** A folder for V8's logs of worker threads. */
  readonly workerLogs: string;
  /** Where its end is written down. */
  readonly report: string;
}

/** How the watched program ended. */
export interface ClinicEnd {
  readonly status: 'ok' | 'timeout' | 'threw' | 'exited';
  readonly repetitions: number;
  readonly message: string;
}

/** Longer than any of them takes to write; an exit before would cut its file off. */
const mostWritingMs = 30_000;

const order = JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as ClinicOrder;
const { exit } = process;
const started = performance.now();
let repetitions = 0;
let ended = false;

function write(status: ClinicEnd['status'], message: string): void {
  if (ended) return;
  ended = true;
  writeFileSync(order.report, JSON.stringify({ status, repetitions, message } satisfies ClinicEnd));
}

/**
 * doctor, bubbleprof and heapprofiler write their data when the event loop runs dry, and end the process when they are
 * done. It need not run dry by itself: bubbleprof's own writing keeps it turning, and so may a timer of the target's.
 */
function finish(): void {
  if (!order.endsItself) exit.call(process, 0);
  process.emit('beforeExit', 0);
  // Where nothing else is left to do the process ends as soon as they have written.
  setTimeout(() => exit.call(process, 0), mostWritingMs).unref();
}

function fail(error: unknown): void {
  if (error instanceof TimeLimitError)
    write('timeout', `it was stopped after ${order.timeoutMs / 1000} s; give it longer with --timeout`);
  else {
    const cure = permissionCure(error);
    const text = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`;
    write('threw', cure === undefined ? text : `${text}; open this with ${cure}`);
  }
  finish();
}

/** Gives profilers that sample in the event loop their turn. */
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

async function repeat(): Promise<void> {
  const watched = limitedUntil(started + order.timeoutMs);
  const program = await openProgram(order.spec, {
    partial: () => undefined,
    // V8's watchdog is a thread a call, half a millisecond each: what has ended once is let run without.
    limited: run => (repetitions === 0 ? watched(run) : run()),
  });
  // heapprofiler starts sampling only once the loop has turned.
  for (let waited = 0; waited < 20; waited++) await turn();
  const begun = performance.now();
  do {
    if (repetitions > 0) await program.renew?.();
    await program.run();
    repetitions++;
    await turn();
  } while (
    program.renew !== undefined &&
    repetitions < order.maxRepetitions &&
    performance.now() - begun < order.budgetMs
  );
}

try {
  // flame looks for one log where it was started; isolates of workers write theirs elsewhere, and not to the user's folder.
  setFlagsFromString(`--logfile=${join(order.workerLogs, '%p-v8.log')}`);
  process.chdir(order.cwd);
} catch (error) {
  // A confined program may only go where it may read; started from elsewhere it stays in the scratch folder.
  if ((error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED') throw error;
}
if (order.refuseNetwork) refuseNetwork();
if (order.refuseSignals) refuseSignals();
process.on('uncaughtException', fail);
process.on('exit', code => write('exited', `the program ended itself with exit code ${code}`));
setTimeout(() => fail(new TimeLimitError()), order.timeoutMs).unref();
try {
  await repeat();
  write('ok', 'ran to its end');
  finish();
} catch (error) {
  fail(error);
}
