import { isStandardVariantName } from '../backends/names.ts';
import type { WorkModel } from '../workload/types.ts';
import type { BandwidthPoint, Ceilings } from './ceilings.ts';

/** The shortest time that a device's ceilings allow, and what sets it. */
export interface Bound {
  readonly ns: number;
  readonly by: 'compute' | 'memory';
}

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
 * Roofline bound (Williams, Waterman, Patterson, CACM 52, 2009): the larger of operations over peak rate and
 * compulsory bytes over bandwidth. The compute term needs the operation count to be a floor for the variant and the
 * peak to be a ceiling for it: so it is left out for integer work, for another algorithm than naive's, and for native
 * code, which may use wider vectors than the probe's 128 bits.
 */
export function boundOf(work: WorkModel, cell: BoundedVariant, ceilings: Ceilings): Bound | undefined {
  const { adapter, cpu } = ceilings;
  // A library with a driver of its own may use another device than the adapter that was probed.
  const probed = adapter && (adapter.name === cell.device || cell.ranOn === 'software-adapter') ? adapter : null;
  const device = cell.ranOn === 'cpu' ? (cell.device === 'cpu-all' ? cpu.all : cpu.one) : probed;
  if (!device) return undefined;
  const bytes = work.bytesRead + work.bytesWritten;
  const bandwidth = bandwidthAt(device.bandwidth, bytes);
  const memoryNs = bandwidth ? (bytes * 1e9) / bandwidth : 0;
  const counted = work.operationUnit === 'flop' && cell.sameAlgorithm && !mayExceedPeak(cell.variant);
  const computeNs = counted ? (work.operations * 1e9) / device.simdFlops : 0;
  if (memoryNs === 0 && computeNs === 0) return undefined;
  return computeNs >= memoryNs ? { ns: computeNs, by: 'compute' } : { ns: memoryNs, by: 'memory' };
}
