/** Bandwidth seen with a working set of some size: caches make small ones faster. */
export interface BandwidthPoint {
  /** Bytes touched. */
  readonly footprintBytes: number;
  /** Bytes read plus bytes written a second. */
  readonly bytesPerSecond: number;
}

/** Operations a second by class; `access` counts elements of 4 bytes loaded or stored in the first cache. */
export interface ClassRates {
  readonly int32: number;
  readonly logic: number;
  /** Divisions and square roots, half and half. */
  readonly special: number;
  readonly access: number;
}

/** What integer work can reach, a second; each measured with the cheapest loop of its kind, on the first cache. */
export interface IntegerRoofs {
  /** 32-bit operations, four lanes to an instruction. */
  readonly vector: number;
  /** 32-bit operations one by one. */
  readonly scalar: number;
  /** 16 bytes looked up in a vector. */
  readonly shuffles: number;
  /** Words loaded one by one. */
  readonly loads: number;
  /** Words of a table by the bytes of a stream, in WebAssembly; no roof: with tables at constant addresses V8 does more. */
  readonly lookups: number;
  /** Keys moved into one of 256 buckets, with the bucket's place read and advanced. */
  readonly moves: number;
}

/** One level of the memory, as a core (or all at once) uses it. */
export interface LevelBandwidth {
  /** `L1`, `L2`, … or `memory`. */
  readonly level: string;
  /** What may be filled of it; null for memory. */
  readonly bytes: number | null;
  readonly footprintBytes: number;
  /** Bytes read plus bytes written a second. */
  readonly readBytesPerSecond: number;
  readonly copyBytesPerSecond: number;
  /** a = b + q·c (STREAM). */
  readonly triadBytesPerSecond: number;
}

/** What some CPU cores can do at most, measured with loops of our own. */
export interface CpuCeilings {
  readonly cores: number;
  /** Scalar f32 multiply and add in WebAssembly, flop/s. */
  readonly scalarFlops: number;
  /** Four-lane f32 fused multiply–add in WebAssembly, flop/s (two a lane). */
  readonly simdFlops: number;
  /** One operation at a time, and four lanes at a time. */
  readonly scalar: ClassRates;
  readonly simd: ClassRates;
  /** Ascending by footprint; the faster of reading and copying. */
  readonly bandwidth: readonly BandwidthPoint[];
  /** Absent from probes of version 4 and before. */
  readonly integers?: IntegerRoofs;
  /** By level, smallest first. Absent from probes of version 4 and before. */
  readonly levels?: readonly LevelBandwidth[];
}

/** What handing work to other memory and other threads of the same machine costs. */
export interface HandOver {
  /** Starting a team of all cores on nothing and waiting for its end. */
  readonly launchNs: number;
  /** The same with a team of one: calling a kernel in WebAssembly on the program's own thread. */
  readonly callNs: number;
  /** Copying into memory that the threads or the WebAssembly module see, and a fresh copy out of it. */
  readonly transfer: readonly TransferPoint[];
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
  /** 32-bit operations on integers a second, two that one instruction may fuse counted as two. Absent from older probes. */
  readonly integerOperations?: number;
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
  readonly cpu: { readonly one: CpuCeilings; readonly all: CpuCeilings; readonly handOver: HandOver };
  readonly adapter: AdapterCeilings | null;
}
