import type { Device } from './device.ts';
import type { VariantName } from './names.ts';

/** Where work really ran. A software adapter is a CPU pretending to be a GPU and is never called a GPU. */
export type RanOn = 'cpu' | 'software-adapter' | 'gpu';

/** The arrays that a workload may take and give. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** What a variant returns: one array, or several by name. */
export type Output = NumericArray | Readonly<Record<string, NumericArray>>;

/** The significand that a variant computes in; the tolerance is scaled by its unit roundoff. */
export type Precision = 'f16' | 'f32' | 'f64' | 'exact';

/** One implementation of a workload. `I` is the workload's input, `O` its output. */
export interface Variant<I, O extends Output> {
  readonly name: VariantName;
  /** Same algorithm as `naive`, so that a forecast made from `naive` applies to it. */
  readonly sameAlgorithm: boolean;
  /** One line on what sets it apart. */
  readonly summary?: string;
  /** Default `f32`. */
  readonly precision?: Precision;
  /** Why this variant cannot take this input, or undefined where it can. The cell becomes `skipped` with the reason. */
  unsupported?(input: I): string | undefined;
  /**
   * Everything that is done once: compiling, starting workers, allocating for inputs of this shape.
   * Timed as the phase `compile`.
   */
  prepare(device: Device, input: I): Promise<Prepared<I, O>>;
}

/**
 * How the phases of a prepared variant can be told apart:
 * - `call`: a function of the host on the host's memory; one phase, `compute`
 * - `offload`: upload, dispatch and readback are separate steps, timed separately
 * - `fused`: the library does all three in one call; only `end_to_end` can be timed
 */
export type PhaseShape = 'call' | 'offload' | 'fused';

/** Time of one GPU pass between the device's own timestamps. */
export interface PassTime {
  readonly label: string;
  readonly ns: bigint;
}

/** A variant made ready for inputs of one shape. */
export interface Prepared<I, O extends Output> extends AsyncDisposable {
  readonly shape: PhaseShape;
  /** Makes this the current variant of its library (TensorFlow.js has one global backend); never timed. */
  activate?(): Promise<void>;
  /** Resolves when the device holds the input. */
  upload(input: I): Promise<void>;
  /** Resolves when the device is done, not when the work is queued. */
  dispatch(): Promise<void>;
  readback(): Promise<O>;
  /**
   * Of a `call`: what it has returned, without waiting. The harness judges that as it stands when the clock stops; without
   * it `readback` is timed as a part of the call.
   */
  peek?(): O | undefined;
  /** Waits for whatever the device still has queued; the harness uses it to catch a dispatch that did not wait. */
  drain?(): Promise<void>;
  /** Overwrites the output on the device, so that a kernel that writes nothing is seen. */
  poison?(): Promise<void>;
  /** Each pass of the last dispatch between the device's own timestamps, where it has them. */
  passTimes?(): Promise<readonly PassTime[] | undefined>;
  /** Threads of the host at work; 1 where it does not say. */
  threads?(): number;
  /** Asked of the library after the work, never assumed. */
  ranOn(): RanOn;
  /** The device's name where it is not the WebGPU adapter of this process, as with a library that brings its own driver. */
  deviceName?(): string;
}
