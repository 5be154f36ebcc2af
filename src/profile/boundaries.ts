import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { PerformanceObserver } from 'node:perf_hooks';
import vm from 'node:vm';
import zlib from 'node:zlib';
import type { Boundary } from './types.ts';

type Callable = (...args: unknown[]) => unknown;
type Kind = Boundary['kind'];

/** A crossing that is under way. */
interface Frame {
  start: number;
  /** Milliseconds of what it crossed further. */
  inner: number;
  readonly givenFunction: boolean;
}

interface Crossing {
  kind: Kind;
  calls: number;
  callsBack: boolean;
  milliseconds: number;
}

/** Clocks at the crossings. */
export interface BoundaryClocks {
  /** Forgets what they show: the program begins its work. */
  reset(): void;
  /** What they show; garbage collections only after `stop`, because they are told of in a task of their own. */
  read(runMilliseconds: number): Boundary[];
  /** Stops them and says what they show. */
  stop(runMilliseconds: number): Promise<Boundary[]>;
}

/** The script that a clocked function is compiled from: by it a sampler's stack says which crossing it is in. */
export const boundaryScript = 'boundary:';

/**
 * TurboFan and Maglev inline functions of up to 460 bytes of bytecode (`--max-inlined-bytecode-size`); inlined, a clock
 * would be in no stack. This is never run, and some 800 bytes long.
 */
const tooLongToInline = `if (frame === undefined) { ${'leave(frame); '.repeat(80)}}`;

/**
 * Puts a clock at every crossing from JavaScript into native code that can be reached from JavaScript: synchronous
 * `node:crypto` and `node:zlib`, sorting, exports of WebAssembly instances and of addons; and listens for garbage
 * collections. Time is exclusive: what a crossing crosses further is not its own; collections overlap all others.
 * To be called before anything of the program is loaded.
 */
export function watchBoundaries(): BoundaryClocks {
  const crossings = new Map<string, Crossing>();
  const stack: Frame[] = [];
  let counting = true;

  const enter = (args: readonly unknown[]): Frame => {
    const frame = { start: 0, inner: 0, givenFunction: args.some(each => typeof each === 'function') };
    stack.push(frame);
    frame.start = performance.now();
    return frame;
  };
  const clocked = (name: string, kind: Kind, call: Callable): Callable => {
    const leave = (frame: Frame): void => {
      const whole = performance.now() - frame.start;
      stack.pop();
      const outer = stack.at(-1);
      if (outer) outer.inner += whole;
      if (counting) charge(name, kind, { milliseconds: whole - frame.inner, givenFunction: frame.givenFunction });
    };
    const make = vm.compileFunction(
      `return function (...args) {
        const frame = enter(args);
        ${tooLongToInline}
        try { return new.target ? construct(call, args, new.target) : apply(call, this, args); } finally { leave(frame); }
      }`,
      ['enter', 'leave', 'construct', 'apply', 'call'],
      { filename: `${boundaryScript}${name}` },
    ) as (...parts: unknown[]) => Callable;
    return make(enter, leave, Reflect.construct, Reflect.apply, call);
  };
  const charge = (
    name: string,
    kind: Kind,
    { milliseconds, givenFunction }: { milliseconds: number; givenFunction: boolean },
  ): void => {
    const crossing = crossings.get(name) ?? { kind, calls: 0, callsBack: reachesProgram(name, kind), milliseconds: 0 };
    crossing.calls++;
    crossing.milliseconds += milliseconds;
    crossing.callsBack ||= givenFunction;
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
    for (const { duration } of list.getEntries())
      if (counting) charge('garbage collection', 'gc', { milliseconds: duration, givenFunction: false });
  });
  observer.observe({ entryTypes: ['gc'] });
  const read = (runMilliseconds: number): Boundary[] => {
    // Sorting crosses a clock itself.
    const before = counting;
    counting = false;
    const shown = [...crossings]
      .map(([name, crossing]) => ({ name, ...crossing, share: crossing.milliseconds / runMilliseconds }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
    counting = before;
    return shown;
  };
  const stop = async (runMilliseconds: number): Promise<Boundary[]> => {
    // Entries of the observer are delivered in a task of their own.
    await new Promise(resolve => setImmediate(resolve));
    counting = false;
    observer.disconnect();
    return read(runMilliseconds);
  };
  return { reset: () => crossings.clear(), read, stop };
}

/** WebAssembly calls its imports, addons what they hold, JSON `toJSON` and getters. */
const reachesProgram = (name: string, kind: Kind): boolean =>
  kind === 'wasm' || kind === 'addon' || name.startsWith('JSON.');

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
  const originals = new WeakMap<Callable, Callable>();
  const wrap = (name: string, call: Callable): Callable => {
    const replacement = clocked(`wasm.${name}`, call);
    originals.set(replacement, call);
    return replacement;
  };
  Object.defineProperty(WebAssembly.Instance.prototype, 'exports', {
    configurable: true,
    get(this: WebAssembly.Instance) {
      const original = exportsOf.call(this);
      const existing = made.get(original);
      if (existing) return existing;
      const wrapped = Object.fromEntries(
        Object.entries(original).map(([name, value]) => [
          name,
          typeof value === 'function' ? wrap(name, value as Callable) : value,
        ]),
      );
      made.set(original, wrapped);
      return wrapped;
    },
  });
  // A table takes exported functions only.
  const { set } = WebAssembly.Table.prototype;
  WebAssembly.Table.prototype.set = function (this: WebAssembly.Table, index: number, value?: unknown) {
    set.call(this, index, originals.get(value as Callable) ?? value);
  };
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
