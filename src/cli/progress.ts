import type { Progress } from '../experiment/session.ts';

/** Shows how far a run has come: one line that is rewritten on a terminal, a line a group elsewhere. */
export function progressLine(quiet: boolean): { show(progress: Progress): void; clear(): void } {
  if (quiet) return { show: () => undefined, clear: () => undefined };
  const { stderr } = process;
  let last = '';
  return {
    show({ done, total, label, step, remainingMs }) {
      const eta = remainingMs === undefined ? '' : `, about ${duration(remainingMs)} left`;
      if (stderr.isTTY) {
        const line = `[${done}/${total}${eta}] ${label}: ${step}`;
        stderr.write(`\r\x1b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      } else if (step === 'start') {
        const line = `[${done}/${total}${eta}] ${label}`;
        if (line !== last) stderr.write(`${line}\n`);
        last = line;
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
