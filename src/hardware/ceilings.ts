/** Bandwidth seen with a working set of some size: caches make small ones faster. */
export interface BandwidthPoint {
  /** Bytes touched. */
  readonly footprintBytes: number;
  /** Bytes read plus bytes written a second. */
  readonly bytesPerSecond: number;
}

/** What some CPU cores can do at most, measured with loops of our own. */
export interface CpuCeilings {
  readonly cores: number;
  /** Scalar f32 multiply and add in WebAssembly, flop/s. */
  readonly scalarFlops: number;
  /** Four-lane f32 fused multiply–add in WebAssembly, flop/s (two a lane). */
  readonly simdFlops: number;
  /** Ascending by footprint; the faster of reading and copying. */
  readonly bandwidth: readonly BandwidthPoint[];
}

/** Time to move so many bytes to the device and back, as a program sees it. */
export interface TransferPoint {
  readonly bytes: number;
  readonly uploadNs: number;
  readonly readbackNs: number;
}

/** What the WebGPU adapter can do at most. */
export interface AdapterCeilings {
  readonly name: string;
  readonly software: boolean;
  readonly profile: 'safe' | 'record';
  /** vec4 f32 fma, flop/s (two a lane). */
  readonly simdFlops: number;
  readonly bandwidth: readonly BandwidthPoint[];
  /** Submitting an empty pass and waiting for it. */
  readonly dispatchNs: number;
  readonly transfer: readonly TransferPoint[];
}

/** The measured ceilings of this machine's devices; what a bound and a forecast stand on. */
export interface Ceilings {
  readonly schema: 1;
  readonly measuredAt: string;
  /** What they belong to; another identity needs another probe. */
  readonly identity: string;
  readonly cpu: { readonly one: CpuCeilings; readonly all: CpuCeilings };
  readonly adapter: AdapterCeilings | null;
}
