import type { Mix } from './mix.ts';

function increment(x: number): number {
  return x + 1;
}

/**
 * Calls and little else. A call of a function in JavaScript brings a return, which is control flow, so that calls
 * alone cannot outnumber it: the others are of the language's own empty function, which runs no bytecode
 * (ECMA-262 §20.2.3: `Function.prototype` accepts any arguments and returns undefined).
 *
 * @param n iterations
 * @returns 2·n
 */
export function exampleFunctionCalls(n: number): number {
  const next = increment;
  const nothing = Function.prototype as () => void;
  let calls = 0;
  for (let i = 0; i < n; i++) {
    nothing();
    nothing();
    nothing();
    nothing();
    calls = next(calls);
    nothing();
    nothing();
    nothing();
    nothing();
    calls = next(calls);
  }
  return calls;
}

export const mix: Mix = {
  functions: ['exampleFunctionCalls', 'increment'],
  dominant: 'call',
  executed: {
    // A body is 8 `CallUndefinedReceiver0`, and twice `CallUndefinedReceiver1` and `Star calls`; `increment` is
    // `Ldar x`, `AddSmi`, `Return`.
    call: n => 10 * n,
    arithmetic: n => 3 * n,
    comparison: n => n + 1,
    // Before: a `Star` each for `next`, `Function` and `nothing`, two moves each for `calls` and `i`. After: `Ldar
    // calls`, `Return`.
    'register-move': n => 7 + (n + 1) + 2 * n + 2 * n + 2 * n + 1,
    'control-flow': n => n + 1 + 2 * n + n + 1,
    // Before: `LdaCurrentContextSlot` for `increment`, `LdaGlobal`, `GetNamedProperty`.
    memory: () => 3,
  },
};
