import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { PerformanceObserver } from 'node:perf_hooks';
import zlib from 'node:zlib';
import type { Boundary } from './types.ts';

type Callable = (...args: unknown[]) => unknown;
type Kind = Boundary['kind'];

interface Crossing {
  kind: Kind;
  calls: number;
  milliseconds: number;
}

/** Clocks at the crossings. */
export interface BoundaryClocks {
  /** Forgets what they show: the program begins its work. */
  reset(): void;
  /** Stops them and says what they show. */
  stop(runMilliseconds: number): Promise<Boundary[]>;
}

/**
 * Puts a clock at every crossing from JavaScript into native code that can be reached from JavaScript: synchronous
 * `node:crypto` and `node:zlib`, sorting, exports of WebAssembly instances and of addons; and listens for garbage
 * collections. Time is exclusive: what a crossing crosses further is not its own; collections overlap all others.
 * To be called before anything of the program is loaded.
 */
export function watchBoundaries(): BoundaryClocks {
  const crossings = new Map<string, Crossing>();
  const stack: { inner: number }[] = [];
  let counting = true;

  const clocked = (name: string, kind: Kind, call: Callable): Callable =>
    function (this: unknown, ...args: unknown[]): unknown {
      const frame = { inner: 0 };
      stack.push(frame);
      const start = performance.now();
      try {
        return new.target ? Reflect.construct(call, args, new.target) : Reflect.apply(call, this, args);
      } finally {
        const whole = performance.now() - start;
        stack.pop();
        const outer = stack.at(-1);
        if (outer) outer.inner += whole;
        if (counting) charge(name, kind, whole - frame.inner);
      }
    };
  const charge = (name: string, kind: Kind, milliseconds: number): void => {
    const crossing = crossings.get(name) ?? { kind, calls: 0, milliseconds: 0 };
    crossing.calls++;
    crossing.milliseconds += milliseconds;
    crossings.set(name, crossing);
  };
  const wrap = (holder: object, names: readonly string[], prefix: string, kind: Kind = 'builtin'): void => {
    for (const name of names) {
      const original = (holder as Record<string, unknown>)[name];
      if (typeof original !== 'function') continue;
      const replacement = clocked(`${prefix}${name}`, kind, original as Callable);
      Object.defineProperties(replacement, { name: { value: name }, length: { value: original.length } });
      Object.defineProperty(holder, name, { value: replacement, writable: true, configurable: true });
    }
  };

  wrap(
    crypto,
    functionNames(
      crypto,
      /^(hash|createHash|createHmac|createCipheriv|createDecipheriv|pbkdf2Sync|scryptSync|hkdfSync|randomBytes|randomFillSync|sign|verify|publicEncrypt|privateDecrypt|timingSafeEqual|generateKeyPairSync|diffieHellman)$/,
    ),
    'crypto.',
  );
  // Objects that crypto hands out do their work in methods.
  const objects: readonly (readonly [string, () => object])[] = [
    ['Hash', () => crypto.createHash('sha256')],
    ['Hmac', () => crypto.createHmac('sha256', 'k')],
    ['Cipheriv', () => crypto.createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16))],
    ['Decipheriv', () => crypto.createDecipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16))],
  ];
  for (const [name, make] of objects)
    wrap(Object.getPrototypeOf(make()) as object, ['update', 'digest', 'final'], `crypto.${name}.`);
  wrap(zlib, functionNames(zlib, /Sync$|^crc32$/), 'zlib.');
  wrap(Object.getPrototypeOf(Uint8Array.prototype) as object, ['sort', 'toSorted'], 'TypedArray.prototype.');
  wrap(Array.prototype, ['sort', 'toSorted'], 'Array.prototype.');
  wrap(JSON, ['parse', 'stringify'], 'JSON.');
  watchWebAssembly((name, call) => clocked(name, 'wasm', call));
  watchAddons((name, call) => clocked(name, 'addon', call));
  syncBuiltinESMExports();

  const observer = new PerformanceObserver(list => {
    for (const { duration } of list.getEntries()) if (counting) charge('garbage collection', 'gc', duration);
  });
  observer.observe({ entryTypes: ['gc'] });
  const stop = async (runMilliseconds: number): Promise<Boundary[]> => {
    // Entries of the observer are delivered in a task of their own.
    await new Promise(resolve => setImmediate(resolve));
    counting = false;
    observer.disconnect();
    return [...crossings]
      .map(([name, crossing]) => ({ name, ...crossing, share: crossing.milliseconds / runMilliseconds }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
  };
  return { reset: () => crossings.clear(), stop };
}

const functionNames = (holder: object, pattern: RegExp): string[] =>
  Object.keys(holder).filter(
    name => pattern.test(name) && typeof (holder as Record<string, unknown>)[name] === 'function',
  );

type Clock = (name: string, call: Callable) => Callable;

/** Exports are frozen, so instances get an object of clocked ones instead. */
function watchWebAssembly(clocked: Clock): void {
  const exportsOf = Object.getOwnPropertyDescriptor(WebAssembly.Instance.prototype, 'exports')?.get as (
    this: WebAssembly.Instance,
  ) => WebAssembly.Exports;
  const made = new WeakMap<WebAssembly.Exports, WebAssembly.Exports>();
  Object.defineProperty(WebAssembly.Instance.prototype, 'exports', {
    configurable: true,
    get(this: WebAssembly.Instance) {
      const original = exportsOf.call(this);
      const existing = made.get(original);
      if (existing) return existing;
      const wrapped = Object.fromEntries(
        Object.entries(original).map(([name, value]) => [
          name,
          typeof value === 'function' ? clocked(`wasm.${name}`, value as Callable) : value,
        ]),
      );
      made.set(original, wrapped);
      return wrapped;
    },
  });
}

function watchAddons(clocked: Clock): void {
  const dlopen = process.dlopen;
  process.dlopen = function (this: NodeJS.Process, module: object, ...rest: [string, number?]) {
    dlopen.call(process, module, ...(rest as [string]));
    const holder = (module as { exports: Record<string, unknown> }).exports;
    for (const name of Object.keys(holder)) {
      const value = holder[name];
      if (typeof value !== 'function' || /^[A-Z]/.test(name)) continue;
      const replacement = clocked(`addon.${name}`, value as Callable);
      Object.defineProperty(holder, name, {
        value: Object.assign(replacement, value),
        writable: true,
        configurable: true,
        enumerable: true,
      });
    }
  } as typeof process.dlopen;
}
