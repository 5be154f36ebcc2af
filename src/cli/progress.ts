import type { Progress } from '../experiment/session.ts';
import { inert } from '../report/align.ts';
import { duration as callTime } from '../report/format.ts';

/** Where progress is told: stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A line that tells of samples is rewritten at most so often: what is drawn takes time from what is measured. */
const leastMs = 250;

/**
 * Shows how far a run has come: one line that is rewritten on a terminal, a line a group elsewhere. While calls are timed
 * it is rewritten only when a sample has come in, with what the variant's calls take so far.
 */
export function progressLine(
  quiet: boolean,
  stderr: ProgressStream = process.stderr,
): { show(progress: Progress): void; clear(): void } {
  if (quiet) return { show: () => undefined, clear: () => undefined };
  let last = '';
  let drawn = Number.NEGATIVE_INFINITY;
  return {
    show({ done, total, label, step, remainingMs, estimate }) {
      const eta = remainingMs === undefined ? '' : `, about ${duration(remainingMs)} left`;
      if (stderr.isTTY) {
        if (estimate && performance.now() - drawn < leastMs) return;
        drawn = performance.now();
        const doing = estimate ? `${estimate.variant} ${callTime(estimate.ns)} so far` : step;
        const line = `[${done}/${total}${eta}] ${label}: ${doing}`;
        stderr.write(`\r\x1b[K${inert(line).slice(0, (stderr.columns || 80) - 1)}`);
      } else {
        const where = `${done}/${total} ${label}`;
        if (where !== last) stderr.write(`[${done}/${total}${eta}] ${inert(label)}\n`);
        last = where;
      }
    },
    clear() {
      if (stderr.isTTY) stderr.write('\r\x1b[K');
    },
  };
}

/** `40 s`, `3 min`, `1 h 20 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
