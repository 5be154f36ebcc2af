import { VariantSkipped } from '../backends/failure.ts';
import { OutputError } from '../results/run-folder.ts';
import { TargetError, UsageError } from '../workload/load.ts';

/** Exit codes; a promise to scripts (docs/command-line.md). */
export const exitCode = { fine: 0, wrong: 1, usage: 2, noDevice: 3, internal: 4, interrupted: 130 } as const;

/** A required device is absent. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** The exit code of something that was thrown. */
export function codeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCode.usage;
  if (error instanceof TargetError) return exitCode.wrong;
  if (error instanceof DeviceError || error instanceof VariantSkipped) return exitCode.noDevice;
  return exitCode.internal;
}

/** What a person is told: the message; the stack only with --debug. */
export function explain(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (debug) return error.stack ?? error.message;
  const known = codeOf(error) !== exitCode.internal || error instanceof OutputError;
  return known ? error.message : `${error.message}\nThis is a fault of pgram itself; --debug shows where.`;
}
