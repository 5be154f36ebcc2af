import { fstatSync, readSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { permissionCure } from './confine.ts';
import {
  type ChildContext,
  type ChildJob,
  type ChildOrder,
  type ChildReport,
  type RemoteError,
  TimeLimitError,
} from './context.ts';
import { ProgramError } from './errors.ts';
import { limitedUntil } from './limit.ts';
import { missingImport } from './missing-import.ts';
import { refuseNetwork, refuseSignals } from './refuse.ts';

// The parent opens both files and hands over descriptors, which need no permission and outlive a `process.exit`.
const resultFd = 3;
const orderFd = 4;

const order = deserialize(readAll(orderFd)) as ChildOrder;
const { exit } = process;
let collect: (() => unknown) | undefined;
let reported = false;
const deadline = performance.now() + order.timeoutMs;

function readAll(fd: number): Buffer {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  for (let at = 0; at < bytes.length; ) at += readSync(fd, bytes, at, bytes.length - at, at);
  return bytes;
}

function report(message: ChildReport): void {
  if (reported) return;
  reported = true;
  const bytes = serialize(message);
  for (let at = 0; at < bytes.length; ) at += writeSync(resultFd, bytes, at, bytes.length - at, at);
}

/** What the job has so far; a collector that fails must not hide how the target ended. */
function partialResult(): { result?: unknown } {
  try {
    return collect ? { result: collect() } : {};
  } catch {
    return {};
  }
}

function remote(error: unknown): RemoteError {
  if (!(error instanceof Error)) return { name: typeof error, message: `threw ${String(error)}` };
  const cure = permissionCure(error);
  const { code } = error as NodeJS.ErrnoException;
  const missing = missingImport(error);
  return {
    name: error.name,
    message: missing ?? error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(cure === undefined ? {} : { cure }),
    ...(error instanceof ProgramError || missing !== undefined ? { loading: true } : {}),
  };
}

function fail(error: unknown): void {
  if (error instanceof TimeLimitError) report({ status: 'timeout', ...partialResult() });
  else report({ status: 'threw', error: remote(error), ...partialResult() });
}

const context: ChildContext = {
  partial: next => {
    collect = next;
  },
  limited: limitedUntil(deadline),
};

// Blocking pipes: what the target printed is never lost at its exit, and never piles up in its memory.
for (const stream of [process.stdout, process.stderr])
  (stream as unknown as { _handle?: { setBlocking?(on: boolean): void } })._handle?.setBlocking?.(true);

if (order.refuseNetwork) refuseNetwork();
if (order.refuseSignals) refuseSignals();

process.on('uncaughtException', error => {
  fail(error);
  exit.call(process, 1);
});
process.on('exit', code => report({ status: 'exited', code, ...partialResult() }));
setTimeout(() => {
  fail(new TimeLimitError());
  exit.call(process, 1);
}, order.timeoutMs).unref();

try {
  const { default: job } = (await import(order.job)) as { default: ChildJob<unknown> };
  const result = await job(order.payload as never, context);
  report({ status: 'ok', result });
} catch (error) {
  fail(error);
}
// Timers and sockets that the target left behind must not keep the process.
exit.call(process, 0);
