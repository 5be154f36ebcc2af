import type { Selection } from '../target/select.ts';

/** What the functions that look into a program may be told. */
export interface ProgramOptions extends Selection {
  /** What to open of the program's confinement: `read=<path>`, `write=<path>`, `net`, `child`, `worker`, `addons`, `all`. */
  readonly allow?: readonly string[];
  /** End the program after so long, in milliseconds; default 60,000. */
  readonly timeoutMs?: number;
}
