import { VariantFailure } from '../failure.ts';

/** A device with what became of it. */
export interface DeviceErrors {
  readonly device: GPUDevice;
  /** Set once the device was lost: its reason. */
  isLost(): string | undefined;
}

/**
 * Remembers why a device was lost, and keeps its errors off stdout, where Dawn would print them into the middle of a
 * JSON answer; whoever works with the device opens error scopes (`guarded`).
 */
export function watchErrors(device: GPUDevice): DeviceErrors {
  let lost: string | undefined;
  device.lost.then(info => {
    lost = info.message || info.reason || 'unknown reason';
  });
  device.addEventListener('uncapturederror', event => event.preventDefault());
  return { device, isLost: () => lost };
}

/**
 * Runs `work` inside error scopes, so that a validation error, an allocation that fails and a lost device each
 * become a failure with Dawn's message.
 */
export async function guarded<T>(errors: DeviceErrors, what: string, work: () => T | Promise<T>): Promise<T> {
  const { device } = errors;
  failIfLost(errors, what);
  const scopes = ['validation', 'out-of-memory', 'internal'] as const;
  for (const scope of scopes) device.pushErrorScope(scope);
  const outcome = await attempt(work);
  const found = await Promise.all(
    [...scopes].reverse().map(async scope => ({ scope, error: await device.popErrorScope().catch(() => null) })),
  );
  // In this order: a lost device explains every error after it, and Dawn's message what the thrown one follows from.
  failIfLost(errors, what);
  for (const { scope, error } of found) if (error) throw failureOf(scope, what, error.message);
  if ('thrown' in outcome) throw outcome.thrown;
  return outcome.value;
}

export function failIfLost(errors: DeviceErrors, what: string): void {
  const reason = errors.isLost();
  if (reason) throw new VariantFailure('device-lost', `${what}: the device was lost (${reason})`);
}

async function attempt<T>(work: () => T | Promise<T>): Promise<{ value: T } | { thrown: unknown }> {
  try {
    return { value: await work() };
  } catch (thrown) {
    return { thrown };
  }
}

function failureOf(scope: GPUErrorFilter, what: string, message: string): VariantFailure {
  const line = message.replace(/\s+/g, ' ').trim();
  return new VariantFailure(scope === 'out-of-memory' ? 'out-of-memory' : 'runtime-error', `${what}: ${line}`);
}
