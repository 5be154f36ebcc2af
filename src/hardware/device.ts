/** Operations that run at rates of their own; `compare` runs at the rate of `int32` or `fp32`, see the forecast. */
export const rateClasses = ['fp32', 'fp64', 'int32', 'logic', 'special'] as const;
export type RateClass = (typeof rateClasses)[number];

/** A number that says where it comes from. */
export interface Quantity {
  readonly value: number;
  readonly source: string;
}

/** What a device can do at most, whoever measured it; every number with its source. */
export interface DeviceSpec {
  readonly schema: 1;
  /** Lower-case letters, digits and dashes: what `--device` takes. */
  readonly name: string;
  readonly label: string;
  /** A software adapter is a CPU pretending to be a GPU. */
  readonly kind: 'cpu' | 'gpu' | 'software-adapter';
  readonly cores: Quantity;
  /** Lanes of 32 bits that one instruction of a core works on. */
  readonly lanes: Quantity;
  readonly clock_ghz: Quantity;
  /** Cycles until a dependent operation can start. */
  readonly latency_cycles: Quantity;
  /** 10⁹ operations a second of all cores, a fused multiply–add counted as two; null where there are none. */
  readonly rates_gop_per_s: Readonly<Record<RateClass, Quantity | null>>;
  /** 10⁹ elements of 4 bytes loaded or stored a second by neighbouring lanes, from the nearest memory. */
  readonly access_gop_per_s: Quantity;
  /** Ascending by size; the last one holds everything. */
  readonly memory: readonly MemoryLevel[];
  /** Starting a kernel and hearing of its end. */
  readonly launch_us: Quantity;
  /** From the memory that the program's data lie in, and back. */
  readonly transfer: Readonly<Record<'to_device' | 'from_device', Transfer>>;
}

export interface MemoryLevel {
  readonly level: string;
  /** Of all cores together. */
  readonly bytes: number;
  readonly bandwidth_gb_per_s: number;
  readonly source: string;
}

/** Time = latency + bytes over bandwidth. */
export interface Transfer {
  readonly latency_us: Quantity;
  readonly bandwidth_gb_per_s: Quantity;
  /** A measured curve, ascending in bytes, in place of the line where it is there. */
  readonly points?: readonly { readonly bytes: number; readonly us: number }[];
}

/** Microseconds of a transfer: between two measured points on a straight line in logarithms, else by the line. */
export function transferMicroseconds(bytes: number, { latency_us, bandwidth_gb_per_s, points }: Transfer): number {
  if (bytes === 0) return 0;
  const line = latency_us.value + bytes / (bandwidth_gb_per_s.value * 1e3);
  const [first, last] = [points?.[0], points?.at(-1)];
  if (!points || !first || !last) return line;
  if (bytes <= first.bytes) return first.us;
  if (bytes >= last.bytes) return (last.us * bytes) / last.bytes;
  const index = points.findIndex(point => point.bytes >= bytes);
  const [a, b] = [points[index - 1]!, points[index]!];
  const share = Math.log(bytes / a.bytes) / Math.log(b.bytes / a.bytes);
  return a.us * (b.us / a.us) ** share;
}
