/** What a job inside the child process is given besides its payload. */
export interface ChildContext {
  /**
   * Says where the result is while the job has not returned: taken when the target exits by itself, throws or hits
   * its time limit, so that what was counted until then is kept.
   */
  partial(collect: () => unknown): void;
  /**
   * Runs a function of the target under the time limit. Synchronous code is stopped by V8's own watchdog (the one
   * behind `vm`'s `timeout`), so the job goes on afterwards and can hand over what it has.
   *
   * @throws TimeLimitError
   */
  limited<T>(run: () => T): T;
}

/** The default export of a job module, run inside the child process. */
export type ChildJob<P = never, R = unknown> = (payload: P, context: ChildContext) => R | Promise<R>;

/** The target's time was over. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/** An error as it crosses from the child process. */
export interface RemoteError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  /** What to allow so that it goes away, where the confinement is the reason. */
  readonly cure?: string;
  /** Set where the target could not be loaded at all. */
  readonly loading?: boolean;
}

/** What the child writes, once, at its end. */
export type ChildReport =
  | { readonly status: 'ok'; readonly result: unknown }
  | { readonly status: 'threw'; readonly error: RemoteError; readonly result?: unknown }
  | { readonly status: 'timeout'; readonly result?: unknown }
  | { readonly status: 'exited'; readonly code: number; readonly result?: unknown };

/** What the parent hands in. */
export interface ChildOrder {
  readonly job: string;
  readonly payload: unknown;
  readonly timeoutMs: number;
  readonly refuseNetwork: boolean;
  readonly refuseSignals: boolean;
}
