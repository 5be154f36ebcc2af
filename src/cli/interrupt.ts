import { rmSync } from 'node:fs';
import { exitCode } from './exit.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

let remains: (() => string) | undefined;
let unfinished: string | undefined;

/** Child processes and scratch folders go with the process: whoever made them listens to its `exit`. */
function endAtOnce(): void {
  if (unfinished !== undefined) rmSync(unfinished, { recursive: true, force: true });
  // A terminal echoes ^C in front.
  process.stderr.write(`${process.stderr.isTTY ? '\n' : ''}pgram: interrupted${remains ? `; ${remains()}` : '.'}\n`);
  process.exit(exitCode.interrupted);
}

/** From here on the first Ctrl-C (or SIGTERM) ends the process with 130 and a line, until a verb has a better use for it. */
export function endOnInterrupt(): void {
  for (const name of signals) process.on(name, endAtOnce);
}

/** What an interruption leaves behind, for its line: what is kept and how to go on, or that there is nothing. */
export function onInterruptSay(what: () => string): void {
  remains = what;
}

/** While `write` runs an interruption takes the folder away: half a one would be read as a whole one. */
export async function wholeOrNothing<T>(folder: string, write: () => Promise<T>): Promise<T> {
  unfinished = folder;
  try {
    return await write();
  } finally {
    unfinished = undefined;
  }
}

/**
 * A signal that fires at the first Ctrl-C (or SIGTERM), so that what was measured is summed up; a second one ends the
 * process at once.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of signals) {
    process.off(name, endAtOnce);
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCode.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}
