/** How a cell can end other than `ok`, `incorrect` or `skipped`. */
export type FailureStatus = 'compile-error' | 'runtime-error' | 'timeout' | 'device-lost' | 'out-of-memory';

/** A failure whose kind is known where it is thrown; anything else that is thrown counts as `runtime-error`. */
export class VariantFailure extends Error {
  override readonly name = 'VariantFailure';
  readonly status: FailureStatus;
  constructor(status: FailureStatus, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** A cell that cannot run here, for a reason that is not a fault: it becomes a row with status `skipped`. */
export class VariantSkipped extends Error {
  override readonly name = 'VariantSkipped';
}

/** Turns whatever was thrown into a status and one line of reason. */
export function classifyFailure(error: unknown): { status: FailureStatus | 'skipped'; reason: string } {
  if (error instanceof VariantSkipped) return { status: 'skipped', reason: error.message };
  if (error instanceof VariantFailure) return { status: error.status, reason: error.message };
  const message = error instanceof Error ? error.message || error.name : String(error);
  const reason = message.split('\n', 1)[0] ?? message;
  if (/out of memory|array buffer allocation failed|invalid (typed )?array (buffer )?length/i.test(message))
    return { status: 'out-of-memory', reason };
  return { status: 'runtime-error', reason };
}
