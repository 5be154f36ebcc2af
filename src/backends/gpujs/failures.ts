import { VariantFailure, VariantSkipped } from '../failure.ts';
import type { GpujsMode, GpujsShortcut } from './library.ts';

/**
 * gpu.js degrades to plain JavaScript, with no more than a warning, where a kernel cannot be built for the mode that
 * was asked for. Such a time would be published under a wrong name.
 */
export function insistOnMode(name: string, mode: GpujsMode, kernels: Readonly<Record<string, GpujsShortcut>>): void {
  for (const [key, { kernel }] of Object.entries(kernels)) {
    const actual = kernel.constructor.mode;
    if (actual !== mode)
      throw new VariantFailure(
        'compile-error',
        `${name}: gpu.js runs kernel \`${key}\` in its ${actual} mode instead of ${mode}: ${kernel.fallbackReason ?? 'no reason given'}`,
      );
  }
}

/** What gpu.js throws while it translates and builds, in terms of a cell. */
export function buildFailure(name: string, error: unknown): Error {
  if (error instanceof VariantFailure || error instanceof VariantSkipped) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/needs \d+ bytes but this device allows/.test(message))
    return new VariantSkipped(`${name}: ${message.replace(/; reduce.*/s, '')}. Try a smaller --size`);
  const [first = '', second = ''] = message.split('\n', 2);
  const line = first.endsWith(':') ? `${first}${second}` : first;
  return new VariantFailure('compile-error', `${name}: ${line.replace(/\s+/g, ' ').trim()}`, { cause: error });
}
