/** Milliseconds from samples, with the standard error that counting samples has. */
export interface SampledTime {
  readonly milliseconds: number;
  /** √samples × interval: samples that fall into a function are counts of rare events (Poisson). */
  readonly standardError: number;
}

/** What kind of code a row is about. */
export type FrameKind = 'own' | 'package' | 'node' | 'wasm' | 'gc' | 'engine' | 'idle';

/** A function of the profile, as cProfile would list it. Times are of one repetition. */
export interface ProfiledFunction {
  readonly name: string;
  readonly kind: FrameKind;
  readonly file: string;
  /** From 1; 0 for code without a source. */
  readonly line: number;
  readonly column: number;
  /** Exact, of one repetition; null for functions that are not the user's own. */
  readonly calls: number | null;
  readonly self: SampledTime;
  /** With everything that it calls; recursion counted once. */
  readonly total: SampledTime;
  /** Shares of its self time by the tier of V8 that ran it, from V8's own ticks; empty where fewer than ten fell into it. */
  readonly tiers: Readonly<Partial<Record<Tier, number>>>;
}

/** What V8 runs JavaScript with: Ignition, Sparkplug, Maglev, TurboFan. */
export const tiers = ['interpreter', 'sparkplug', 'maglev', 'turbofan'] as const;
export type Tier = (typeof tiers)[number];

/** A line of the user's own files where samples fell. */
export interface HotLine {
  readonly file: string;
  readonly line: number;
  readonly self: SampledTime;
}

/** Time behind one crossing from JavaScript into native code or WebAssembly. */
export interface Boundary {
  /** `crypto.createHash`, `TypedArray.prototype.sort`, an export of a module… */
  readonly name: string;
  readonly kind: 'builtin' | 'addon' | 'wasm' | 'gc';
  readonly calls: number;
  /** Whether it may have called functions of the program: it was given one, or is code that can reach them by itself. */
  readonly callsBack: boolean;
  /** Without what it crosses further. */
  readonly milliseconds: number;
  /** Of the run. */
  readonly share: number;
}

/** Where time is spent, in the order in which it is shown. */
export const places = [
  ...tiers,
  'garbage-collection',
  'compilation',
  'webassembly',
  'native',
  'engine',
  'waiting',
  'unnamed',
] as const;
export type Place = (typeof places)[number] | 'tool';

/** Time in one place, or behind one boundary of it. */
export interface PlaceTime {
  readonly place: Place;
  /** The boundary for `webassembly` and `native`, the built-in for `engine`; empty where the place has no parts. */
  readonly name: string;
  /** Of one repetition. */
  readonly milliseconds: number;
  /** Of the run; all shares of a run add up to 1. */
  readonly share: number;
  /** `clock`: two readings around every crossing. `ticks`: V8's sampler, so with an error. */
  readonly measuredBy: 'clock' | 'ticks';
  /** Of `share`, from counting ticks (binomial); 0 by clock where nothing was called back. */
  readonly standardError: number;
}

/** Time by where it is spent, all of one process. */
export interface TimeByPlace {
  readonly times: readonly PlaceTime[];
  /** Wall time of all repetitions. */
  readonly runMilliseconds: number;
  readonly repetitions: number;
  /** Of the wall time, what the tool itself took; the shares are of the rest. */
  readonly toolShare: number;
  readonly ticks: number;
  /** Worker threads of the program, each over its whole life, from ticks alone. */
  readonly workers: readonly { readonly ticks: number; readonly shares: Readonly<Partial<Record<Place, number>>> }[];
}

/** Optimised code of the program that V8 threw away, once for each place and reason. */
export interface DeoptimisedSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** V8's own words: `not a Smi`, `wrong map`, `Insufficient type feedback for …`. */
  readonly reason: string;
  /** `deopt-eager` (at once), `deopt-lazy` (when it is returned to). */
  readonly kind: string;
  readonly times: number;
}

/** A property access or an operation whose inline cache has seen several shapes. */
export interface CacheSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `LoadIC`, `StoreIC`, `KeyedLoadIC`… */
  readonly operation: string;
  readonly property: string;
  /** Polymorphic: up to four shapes, looked through in turn. Megamorphic: more, so a hash table is asked. */
  readonly state: 'polymorphic' | 'megamorphic' | 'generic';
}

/** A kernel of TensorFlow.js, or a pass of WebGPU; the same name and shape are one row. */
export interface DeviceKernel {
  readonly name: string;
  /** Of the output, e.g. `64×10`; empty for a pass. */
  readonly shape: string;
  readonly calls: number;
  /** Of one repetition; null where the library or the device does not say. */
  readonly milliseconds: number | null;
  readonly ranOn: string;
  /** Who took the time. */
  readonly measuredBy: 'library' | 'device-timestamps';
}
