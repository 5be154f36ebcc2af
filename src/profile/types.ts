/** Milliseconds from samples, with the standard error that counting samples has. */
export interface SampledTime {
  readonly milliseconds: number;
  /** √samples × interval: samples that fall into a function are counts of rare events (Poisson). */
  readonly standardError: number;
}

/** What kind of code a row is about. */
export type FrameKind = 'own' | 'package' | 'node' | 'wasm' | 'gc' | 'engine' | 'idle';

/** A function of the profile, as cProfile would list it. Times are per run. */
export interface ProfiledFunction {
  readonly name: string;
  readonly kind: FrameKind;
  readonly file: string;
  /** From 1; 0 for code without a source. */
  readonly line: number;
  readonly column: number;
  /** Exact; null for functions that are not the user's own. */
  readonly calls: number | null;
  readonly self: SampledTime;
  /** With everything that it calls; recursion counted once. */
  readonly total: SampledTime;
}

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
  /** Without what it calls back into, or what it crosses further. */
  readonly milliseconds: number;
  /** Of the run. */
  readonly share: number;
}
