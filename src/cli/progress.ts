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

/** Takes the line of progress that stands on the terminal away; set while one stands. */
let takeAway: (() => void) | undefined;

/** Whatever else is written to the terminal begins on a line of its own. */
export function clearProgress(): void {
  takeAway?.();
  takeAway = undefined;
}

/** Who reads a document, or wants to hear nothing, is not told how far it is. */
export const isQuiet = ({ quiet, json }: { readonly quiet?: boolean; readonly json?: boolean }): boolean =>
  quiet === true || json === true;

/** How far work has come. */
export interface ProgressLine {
  /** Of measurements: while calls are timed the line is rewritten only when a sample has come in. */
  show(progress: Progress): void;
  /** Of other work; `detail` is for a terminal alone. */
  say(step: string, detail?: string): void;
}

/**
 * Shows how far a run has come: one line that is rewritten on a terminal, a line a group or step elsewhere, and on a
 * terminal that cannot take a line back. It goes away with the next remark or answer.
 */
export function progressLine(quiet: boolean, stderr: ProgressStream = process.stderr): ProgressLine {
  if (quiet) return { show: () => undefined, say: () => undefined };
  const rewrites = stderr.isTTY === true && process.env.TERM !== 'dumb';
  let last = '';
  let drawn = Number.NEGATIVE_INFINITY;
  const rewrite = (line: string): void => {
    drawn = performance.now();
    stderr.write(`\r\x1b[K${[...inert(line)].slice(0, (stderr.columns || 80) - 1).join('')}`);
    takeAway = () => stderr.write('\r\x1b[K');
  };
  const append = (where: string, line: string): void => {
    if (where !== last) stderr.write(`${inert(line)}\n`);
    last = where;
  };
  return {
    show({ done, total, label, step, remainingMs, estimate }) {
      const eta = remainingMs === undefined ? '' : `, about ${duration(remainingMs)} left`;
      if (!rewrites) return append(`${done}/${total} ${label}`, `[${done}/${total}${eta}] ${label}`);
      if (estimate && performance.now() - drawn < leastMs) return;
      const doing = estimate ? `${estimate.variant} ${callTime(estimate.ns)} so far` : step;
      rewrite(`[${done}/${total}${eta}] ${label}: ${doing}`);
    },
    say(step, detail) {
      if (rewrites) rewrite(detail === undefined ? step : `${step}: ${detail}`);
      else append(step, step);
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
