import vm from 'node:vm';
import { type ChildContext, TimeLimitError } from './context.ts';

const limitedCall = Symbol.for('parallelogram.limited');

/**
 * Makes what runs a function of the target under a time limit: synchronous code is stopped by V8's own watchdog (the
 * one behind `vm`'s `timeout`), so whoever called goes on and can hand over what it has.
 *
 * @param deadline in milliseconds of `performance.now()`
 */
export function limitedUntil(deadline: number): ChildContext['limited'] {
  return run => {
    const timeout = Math.floor(deadline - performance.now());
    if (timeout <= 0) throw new TimeLimitError();
    let value: ReturnType<typeof run> | undefined;
    const holder = globalThis as { [limitedCall]?: () => void };
    holder[limitedCall] = () => {
      value = run();
    };
    try {
      new vm.Script("globalThis[Symbol.for('parallelogram.limited')]()").runInThisContext({ timeout });
    } catch (error) {
      if ((error as NodeJS.ErrnoException)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new TimeLimitError();
      throw error;
    } finally {
      delete holder[limitedCall];
    }
    return value as ReturnType<typeof run>;
  };
}
