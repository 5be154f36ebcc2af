import type { BandwidthPoint, Ceilings, CpuCeilings } from '../hardware/ceilings.ts';
import type { CsvRow } from '../results/schema.ts';
import type { RanOn } from './rows.ts';

/** What a device can do at most: slopes of memory, and levels of arithmetic. */
export interface Roofs {
  /** `one core`, `all cores`, or the adapter's name. */
  readonly place: string;
  readonly software: boolean;
  /** Ascending by footprint: the caches, then memory. Bytes a second. */
  readonly memory: readonly MemoryRoof[];
  /** Flop a second. */
  readonly arithmetic: readonly { readonly name: string; readonly flops: number }[];
}

/** Bandwidth of a level of memory; without a name where only its footprint is known. */
export interface MemoryRoof extends BandwidthPoint {
  readonly level?: string;
}

/** A variant at one size, as a roofline shows it. */
export interface RooflinePoint {
  readonly variant: string;
  readonly device: string;
  readonly ranOn: RanOn;
  readonly size: number;
  /** Operations of the textbook algorithm for each byte of compulsory traffic. */
  readonly intensity: number;
  /** Operations a second: on the device alone where that was measured. */
  readonly flops: number;
}

export interface Roofline {
  readonly roofs: Roofs;
  readonly points: readonly RooflinePoint[];
}

/** Of a variant, the phase that is nearest to its kernel. */
const phases = ['kernel', 'dispatch', 'compute'];

/**
 * The rows of one workload and set of parameters, by device, under the ceilings that were measured in the same run. Only
 * floating-point work by the algorithm that is counted: other rows have no place under these roofs.
 *
 * Williams, Waterman, Patterson, "Roofline: an insightful visual performance model", CACM 52, 2009.
 */
export function rooflines(rows: readonly CsvRow[], ceilings: Ceilings): Roofline[] {
  const points = new Map<string, RooflinePoint>();
  for (const phase of phases)
    for (const row of rows) {
      const key = `${row.variant}|${row.device}|${row.size}`;
      if (row.phase !== phase || points.has(key)) continue;
      const point = pointOf(row);
      if (point) points.set(key, point);
    }
  return roofsOf(ceilings).flatMap(roofs => {
    const own = [...points.values()].filter(point => placeOf(point) === roofs.place);
    return own.length > 0 ? [{ roofs, points: own }] : [];
  });
}

function pointOf(row: CsvRow): RooflinePoint | undefined {
  const { gigaoperations_per_s: rate, bandwidth_gb_per_s: bandwidth } = row;
  const counted = row.status === 'ok' && row.regime === 'steady' && row.operation_unit === 'flop';
  if (!counted || row.same_algorithm !== true || typeof rate !== 'number' || typeof bandwidth !== 'number')
    return undefined;
  return {
    variant: String(row.variant),
    device: String(row.device),
    ranOn: row.ran_on as RanOn,
    size: Number(row.size),
    intensity: rate / bandwidth,
    flops: rate * 1e9,
  };
}

const placeOf = ({ device, ranOn }: RooflinePoint): string =>
  ranOn !== 'cpu' ? device : device === 'cpu-all' ? 'all cores' : 'one core';

function roofsOf({ cpu, adapter }: Ceilings): Roofs[] {
  const cores = (
    [
      ['one core', cpu.one],
      ['all cores', cpu.all],
    ] as const
  ).map(([place, ceiling]) => ({
    place,
    software: false,
    memory: memoryOf(ceiling),
    arithmetic: [
      { name: '128-bit multiply–add', flops: ceiling.simdFlops },
      { name: 'scalar', flops: ceiling.scalarFlops },
    ],
  }));
  if (!adapter) return cores;
  const { name, software, bandwidth, simdFlops } = adapter;
  return [
    ...cores,
    { place: name, software, memory: bandwidth, arithmetic: [{ name: 'multiply–add', flops: simdFlops }] },
  ];
}

/** By level where the probe told levels apart: the fastest of reading, copying and STREAM's triad. */
const memoryOf = ({ levels, bandwidth }: CpuCeilings): readonly MemoryRoof[] =>
  levels?.map(({ level, footprintBytes, readBytesPerSecond, copyBytesPerSecond, triadBytesPerSecond }) => ({
    level,
    footprintBytes,
    bytesPerSecond: Math.max(readBytesPerSecond, copyBytesPerSecond, triadBytesPerSecond),
  })) ?? bandwidth;
