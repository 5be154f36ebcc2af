import { isStandardVariantName } from '../backends/names.ts';
import type { Demands, WorkModel } from '../workload/types.ts';
import type { AdapterCeilings, BandwidthPoint, Ceilings, CpuCeilings } from './ceilings.ts';

/** The shortest time that a device's ceilings allow, and what sets it. */
export interface Bound {
  readonly ns: number;
  readonly by: Limit;
}

export type Limit = 'compute' | 'memory' | 'integer operations' | 'shuffles' | 'look-ups' | 'moves';

/** A variant as far as its bound depends on it. */
export interface BoundedVariant {
  readonly variant: string;
  readonly device: string;
  readonly ranOn: string;
  readonly sameAlgorithm: boolean;
}

/** Bandwidth for a working set: of the largest measured footprint that is not above it, so never too low. */
export function bandwidthAt(points: readonly BandwidthPoint[], footprintBytes: number): number | undefined {
  const within = points.filter(point => point.footprintBytes <= footprintBytes);
  const candidates = within.length > 0 ? within.slice(-1) : points.slice(0, 1);
  return candidates[0]?.bytesPerSecond;
}

/** Native code may use wider vectors than the probe, and half precision runs at a rate of its own. */
const mayExceedPeak = (variant: string): boolean =>
  ['native', 'tfjs-node-gpu', 'webgpu-f16'].includes(variant) || !isStandardVariantName(variant);

/**
 * Roofline bound (Williams, Waterman, Patterson, CACM 52, 2009): the longest of what a variant cannot do without, each
 * over the measured rate of it. Floating point needs the operation count to be a floor for the variant and the peak to
 * be a ceiling for it: so it is left out for another algorithm than naive's, and for native code, which may use wider
 * vectors than the probe's 128 bits. The textbook's integer operations are a floor for nobody, so integer work counts
 * where the workload says what a variant demands.
 */
export function boundOf(
  work: WorkModel & { readonly demands?: Demands | undefined },
  cell: BoundedVariant,
  ceilings: Ceilings,
): Bound | undefined {
  const { adapter, cpu } = ceilings;
  // A library with a driver of its own may use another device than the adapter that was probed.
  const probed = adapter && (adapter.name === cell.device || cell.ranOn === 'software-adapter') ? adapter : null;
  const device = cell.ranOn === 'cpu' ? (cell.device === 'cpu-all' ? cpu.all : cpu.one) : probed;
  if (!device) return undefined;
  const compulsory = work.bytesRead + work.bytesWritten;
  // Passes work on what the compulsory traffic brought: its size says which level of memory they work in.
  const bytes = Math.max(compulsory, work.demands?.bytes ?? 0);
  const bandwidth = bandwidthAt(device.bandwidth, compulsory);
  const counted = work.operationUnit === 'flop' && cell.sameAlgorithm && !mayExceedPeak(cell.variant);
  const limits: Bound[] = [
    ...(counted ? [limit('compute', work.operations, device.simdFlops)] : []),
    ...(bandwidth ? [limit('memory', bytes, bandwidth)] : []),
    ...integerLimits(work.demands ?? {}, device),
  ];
  return limits.reduce<Bound | undefined>((most, each) => (each.ns > (most?.ns ?? 0) ? each : most), undefined);
}

const limit = (by: Limit, amount: number, rate: number): Bound => ({ by, ns: (amount * 1e9) / rate });

/** Those whose rate was measured: look-ups, shuffles and moves were not on an adapter, and older probes have none of them. */
function integerLimits(demands: Demands, device: CpuCeilings | AdapterCeilings): Bound[] {
  const { vectorIntegers = 0, scalarIntegers = 0, shuffles = 0, lookups = 0, moves = 0 } = demands;
  if (!('cores' in device))
    return device.integerOperations
      ? [limit('integer operations', vectorIntegers + scalarIntegers, device.integerOperations)]
      : [];
  const roofs = device.integers;
  if (!roofs) return [];
  return [
    limit('integer operations', vectorIntegers, roofs.vector),
    limit('integer operations', scalarIntegers, roofs.scalar),
    limit('shuffles', shuffles, roofs.shuffles),
    // A look-up is a load at the least.
    limit('look-ups', lookups, roofs.loads),
    limit('moves', moves, roofs.moves),
  ];
}
