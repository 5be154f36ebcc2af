import type { LocalDeviceName } from '../hardware/local-devices.ts';
import type { Demanded } from './calibration.ts';

/** How far real kernels stay from the model's floors, on one kind of device. */
export interface Law {
  /** A kernel takes its floor times e^offset. */
  readonly offset: number;
  /** Starting from rest, in nanoseconds: what no kernel is too small for. */
  readonly wakeNs: number;
  /** Each further launch of the same call. */
  readonly againNs: number;
  /** Copies take so many times their floor, and so long besides: calls, awaiting, small arrays made. */
  readonly transferFactor: number;
  readonly transferExtraNs: number;
}

/** Before anything was measured: kernels at one and a half times their floor, launches and copies as probed. */
export const unmeasured: Law = {
  offset: Math.log(1.5),
  wakeNs: 0,
  againNs: 0,
  transferFactor: 1,
  transferExtraNs: 0,
};

/** Their kernels are plain code with its loops divided, or code that was written anew for speed. */
const scalar: readonly LocalDeviceName[] = ['cpu', 'cpu-threads'];
/** Threads that sleep between calls. */
const teams: readonly LocalDeviceName[] = ['cpu-threads', 'cpu-simd-threads'];
export const isTeam = (device: LocalDeviceName): boolean => teams.includes(device);

/** The plain code's loops divided among the cores, in nanoseconds; infinite where kernels are another kind of code. */
export const dividedOf = (
  { device, serialShare, cores }: Pick<Demanded, 'device' | 'serialShare' | 'cores'>,
  plainNs: number,
): number => (scalar.includes(device) ? (plainNs * (1 - serialShare)) / cores : Number.POSITIVE_INFINITY);

/** What was written for the device, by its floor, in nanoseconds. */
export const writtenOf = (
  { kernelFloorNs }: Pick<Demanded, 'kernelFloorNs'>,
  { offset }: Pick<Law, 'offset'>,
): number => kernelFloorNs * Math.exp(offset);

/**
 * Kernel time without launches, in nanoseconds, beside plain code that takes so long on a core of the same kind
 * (infinite: on another). Nobody divides plain code that is further from what the machine can do than kernels usually
 * are without writing it anew, so it is the shorter of both.
 */
export const kernelOf = (demanded: Demanded, law: Pick<Law, 'offset'>, plainNs: number): number =>
  Math.min(writtenOf(demanded, law), dividedOf(demanded, plainNs));

/**
 * What no launches take less than, in nanoseconds: the probe's empty kernels. Of threads whose wake-up was learnt only the
 * first: the probe's team, too, wakes up for each on a busy machine (35 µs where it takes 0.6 awake), and a meeting is none.
 */
export const leastLaunchOf = (
  { device, launchFloorNs, launches }: Pick<Demanded, 'device' | 'launchFloorNs' | 'launches'>,
  { wakeNs }: Pick<Law, 'wakeNs'>,
): number => (isTeam(device) && wakeNs > 0 ? launchFloorNs / launches : launchFloorNs);

/**
 * Launches of a kernel that takes so long, in nanoseconds. A core that begins
 * from rest begins slowly, and the more so the more there is to do: what threads took over their share of one core's
 * time was 50 µs for kernels of 1 µs, 75 for 25 µs, 120 for 55 µs, and 150 to 200 between 0.1 and 1 ms, alike for
 * scalar and vector kernels, which wake · (1 + ln(1 + kernel/wake)) goes through. Where threads meet more than once, the
 * first to come has gone to sleep again when the last wakes up: a second wake-up. An adapter's queue never sleeps on us.
 */
export function launchOf(
  demanded: Pick<Demanded, 'device' | 'launchFloorNs' | 'launches'>,
  law: Pick<Law, 'wakeNs' | 'againNs'>,
  kernelNs: number,
): number {
  const { device, launches } = demanded;
  const { wakeNs, againNs } = law;
  const slow = wakeNs > 0 && device !== 'webgpu' ? wakeNs * Math.log1p(kernelNs / wakeNs) : 0;
  const second = isTeam(device) && launches > 1 ? wakeNs : 0;
  return Math.max(leastLaunchOf(demanded, law), wakeNs + slow + second + againNs * (launches - 1));
}

/** Copies, in nanoseconds; none where there is nothing to copy. */
export const transferOf = (
  { transferFloorNs }: Pick<Demanded, 'transferFloorNs'>,
  { transferFactor, transferExtraNs }: Pick<Law, 'transferFactor' | 'transferExtraNs'>,
): number => (transferFloorNs === 0 ? 0 : transferFloorNs * transferFactor + transferExtraNs);

/** Where the time of a forecast goes, in one unit. */
export interface Parts {
  readonly kernel: number;
  /** Whether that is the plain code divided, whose time is known, and not what others made of their floors. */
  readonly isPlain: boolean;
  readonly launch: number;
  readonly transfer: number;
  readonly serial: number;
}

/**
 * The parts of a cell by the law, beside plain code that takes so long, in nanoseconds; `nearNs` is what it takes on
 * a core of the device, infinite where that was not timed.
 */
export function partsOf(cell: Demanded, law: Law, plainNs: number, nearNs = plainNs): Parts {
  const kernel = kernelOf(cell, law, nearNs);
  return {
    kernel,
    isPlain: kernel < writtenOf(cell, law),
    launch: launchOf(cell, law, kernel),
    transfer: transferOf(cell, law),
    serial: plainNs * cell.serialShare,
  };
}

export const totalOf = ({ kernel, launch, transfer, serial }: Parts): number => kernel + launch + transfer + serial;
