import type { DeviceSpec } from '../hardware/device.ts';
import { type LocalDeviceName, localDeviceNames } from '../hardware/local-devices.ts';
import type { CalibrationCell, Demanded } from './calibration.ts';
import { datasheetSpread, gpuOverFloor } from './datasheet.ts';
import { type Experience, experienceOf, type Lesson, leastSpread, spreadOf } from './experience.ts';
import { type Parts, partsOf, totalOf } from './law.ts';
import { type Ablation, type Floor, floorOf } from './model.ts';
import { termsOf } from './terms.ts';
import type { BoundName, Interval, ProgramShape, Term } from './types.ts';

/** What a device would give one program at one size. */
export interface DeviceForecast {
  readonly device: string;
  readonly label: string;
  readonly ranOn: 'cpu' | 'software-adapter' | 'gpu';
  /** Over the plain code, transfers included. */
  readonly speedup: Interval;
  /** The plain program, as it would be measured beside its variants. */
  readonly plainSeconds: number;
  readonly seconds: {
    readonly kernel: number;
    readonly launch: number;
    readonly transfer: number;
    readonly serial: number;
    readonly total: number;
  };
  readonly bound: BoundName;
  /** Speed-up of the whole program by Amdahl's law, what stays included; equal to `speedup.mid`. */
  readonly wholeProgramSpeedup: number;
  /** What would change if what binds were gone. */
  readonly advice: string;
  readonly terms: readonly Term[];
  /** What the model says at least, in seconds, before anything learnt. */
  readonly floor: {
    readonly kernel: number;
    readonly bound: Floor['kernelBound'];
    readonly launch: number;
    readonly transfer: number;
    /** How often the device is started. */
    readonly launches: number;
  };
  /** Where the correction comes from. */
  readonly experience: Experience | null;
}

export interface ForecastInput {
  /** Name of the program: nothing is learnt from its own measurements. */
  readonly program: string;
  readonly shape: ProgramShape;
  readonly plainSeconds: number;
  readonly cells: readonly CalibrationCell[];
  readonly without?: Ablation;
}

/** The device whose experience carries over to a device of the catalogue. */
function teacherOf(device: DeviceSpec): LocalDeviceName | undefined {
  const own = localDeviceNames.find(name => name === device.name);
  if (own) return own;
  if (device.kind !== 'cpu') return undefined;
  if (device.lanes.value > 1) return device.cores.value > 1 ? 'cpu-simd-threads' : 'cpu-simd';
  return device.cores.value > 1 ? 'cpu-threads' : 'cpu';
}

/** What a device would give, from what the program demands, what the device can do, and what others showed there. */
export function forecastOn(device: DeviceSpec, input: ForecastInput): DeviceForecast {
  const { shape, cells, without = {} } = input;
  const floor = floorOf(shape, device, without);
  const teacher = teacherOf(device);
  const experience = teacher ? experienceOf(cells, teacher, input.program) : null;
  const plainSeconds = input.plainSeconds * (experience?.plainFactor ?? 1);
  const lesson = teacher && experience ? { experience, demanded: demandedOf(floor, { device, teacher, shape }) } : null;
  const plainNs = plainSeconds * 1e9;
  const nearNs = isHere(device) ? plainNs : Number.POSITIVE_INFINITY;
  const parts = partsNs(floor, { shape, lesson, plainNs, nearNs, without });
  const seconds = {
    kernel: parts.kernel / 1e9,
    launch: parts.launch / 1e9,
    transfer: parts.transfer / 1e9,
    serial: parts.serial / 1e9,
    total: totalOf(parts) / 1e9,
  };
  const spread = halfWidth(experience, parts, shape);
  const mid = plainSeconds / seconds.total;
  const bound = boundOf(seconds, floor);
  return {
    device: device.name,
    label: device.label,
    ranOn: device.kind,
    speedup: { low: mid / Math.exp(spread), mid, high: mid * Math.exp(spread) },
    plainSeconds,
    seconds,
    bound,
    wholeProgramSpeedup: mid,
    advice: adviceOf(bound, seconds, plainSeconds),
    terms: termsOf(floor, { shape, plainSeconds: input.plainSeconds, parts, lesson, nearNs, spread }),
    floor: {
      kernel: floor.kernel,
      bound: floor.kernelBound,
      launch: floor.launch,
      transfer: floor.toDevice + floor.fromDevice,
      launches: floor.launches,
    },
    experience,
  };
}

interface Circumstances {
  readonly shape: ProgramShape;
  readonly lesson: Lesson | null;
  readonly plainNs: number;
  /** The plain code on a core of the device; infinite where that was not timed. */
  readonly nearNs: number;
  readonly without: Ablation;
}

/** Where the time goes, in nanoseconds: by what was learnt, or by the datasheet where nothing was. */
function partsNs(floor: Floor, { shape, lesson, plainNs, nearNs, without }: Circumstances): Parts {
  const serial = shape.serialShare * plainNs;
  if (shape.regions.length === 0) return { kernel: 0, isPlain: false, launch: 0, transfer: 0, serial };
  if (lesson) {
    const parts = partsOf(lesson.demanded, lesson.experience, plainNs, nearNs);
    return without.launches ? { ...parts, launch: 0 } : parts;
  }
  return {
    kernel: floor.kernel * gpuOverFloor * 1e9,
    isPlain: false,
    launch: floor.launch * 1e9,
    transfer: (floor.toDevice + floor.fromDevice) * 1e9,
    serial,
  };
}

interface Pupil {
  readonly device: DeviceSpec;
  readonly teacher: LocalDeviceName;
  readonly shape: ProgramShape;
}

const demandedOf = (floor: Floor, { device, teacher, shape }: Pupil): Demanded => ({
  device: teacher,
  kernelFloorNs: floor.kernel * 1e9,
  launchFloorNs: floor.launch * 1e9,
  transferFloorNs: (floor.toDevice + floor.fromDevice) * 1e9,
  bound: floor.kernelBound,
  launches: floor.launches,
  serialShare: shape.serialShare,
  cores: device.cores.value,
});

/** The plain code was timed on this machine: what it takes on cores of another is not known. */
const isHere = ({ name }: DeviceSpec): boolean => localDeviceNames.some(own => own === name);

/**
 * Errors on other programs (their plain times included), and what growth laws got wrong, as independent factors. What stays
 * as it is takes as long as it takes, no model comes between: but nobody times it twice alike.
 */
function halfWidth(
  experience: Experience | null,
  parts: Parts,
  { regions, extrapolated, growthError }: Pick<ProgramShape, 'regions' | 'extrapolated' | 'growthError'>,
): number {
  if (regions.length === 0) return experience ? spreadOf(experience, parts) : leastSpread;
  const past = experience ? spreadOf(experience, parts) : datasheetSpread;
  return Math.hypot(past, extrapolated ? Math.log(1 + Math.max(0.05, growthError)) : 0);
}

function boundOf({ kernel, launch, transfer, serial }: DeviceForecast['seconds'], floor: Floor): BoundName {
  const parts: readonly (readonly [BoundName, number])[] = [
    [floor.kernelBound, kernel],
    ['launch', launch],
    ['transfer', transfer],
    ['serial', serial],
  ];
  return [...parts].sort((a, b) => b[1] - a[1])[0]![0];
}

const times = (value: number): string => `${value >= 100 ? Math.round(value) : Number(value.toPrecision(2))}×`;

function adviceOf(bound: BoundName, seconds: DeviceForecast['seconds'], plainSeconds: number): string {
  const without = (part: number): string => times(plainSeconds / Math.max(seconds.total - part, 1e-12));
  if (bound === 'transfer')
    return `transfer-bound: keep the data on the device between calls and it becomes ${without(seconds.transfer)}`;
  if (bound === 'launch')
    return `launch-bound: give it several inputs in one launch and it nears ${without(seconds.launch)}`;
  if (bound === 'serial')
    return `bound by what stays on one core: without it ${without(seconds.serial)}, so make that part parallel first`;
  if (bound === 'memory')
    return 'bound by loads and stores: reuse what is loaded, in registers and in tiles that fit the cache';
  if (bound === 'latency') return 'bound by chains of dependent operations: more independent chains side by side';
  return 'bound by arithmetic: fewer or cheaper operations, or lower precision';
}
