import type { DeviceSpec } from '../hardware/device.ts';
import { type LocalDeviceName, localDeviceNames } from '../hardware/local-devices.ts';
import { type CalibrationCell, type Experience, experienceOf, kernelOf, transferOf } from './calibration.ts';
import { type Ablation, type Floor, floorOf } from './model.ts';
import type { BoundName, Interval, ProgramShape, Term } from './types.ts';

/** What a device would give one program at one size. */
export interface DeviceForecast {
  readonly device: string;
  readonly label: string;
  readonly ranOn: 'cpu' | 'software-adapter' | 'gpu';
  /** Over the plain code, transfers included. */
  readonly speedup: Interval;
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
  };
  /** Where the correction comes from. */
  readonly experience: Experience | null;
}

export interface ForecastInput {
  /** Name of the program: nothing is learnt from its own measurements. */
  readonly program: string;
  readonly shape: ProgramShape;
  readonly plainSeconds: number;
  /** Relative spread of the plain time. */
  readonly plainSpread: number;
  readonly cells: readonly CalibrationCell[];
  readonly without?: Ablation;
}

/**
 * Without any GPU measured, how far kernels stay from the datasheet is taken from the literature: cuBLAS FP32 reaches
 * 75 to 90 % of peak, hand-written kernels 30 to 60 %: a factor of 2 in the middle, and of 2.5 either way.
 */
const datasheetOffset = Math.log(2);
const datasheetSpread = Math.log(2.5);

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
  const { shape, plainSeconds, cells, without = {} } = input;
  const floor = floorOf(shape, device, without);
  const teacher = teacherOf(device);
  const experience = teacher ? experienceOf(cells, teacher, input.program) : null;
  const serial = shape.serialShare * plainSeconds;
  const kernel = shape.regions.length === 0 ? 0 : kernelSeconds(floor, { device, input, experience });
  const launch = shape.regions.length === 0 ? 0 : floor.launch * (experience?.launchFactor ?? 1);
  const transfer = shape.regions.length === 0 ? 0 : transferSeconds(floor, experience);
  const total = kernel + launch + transfer + serial;
  // What stays as it is takes as long as it takes: no model comes between.
  const spread = shape.regions.length === 0 ? 0 : spreadOf(experience, input);
  const mid = plainSeconds / total;
  const seconds = { kernel, launch, transfer, serial, total };
  const bound = boundOf(seconds, floor);
  return {
    device: device.name,
    label: device.label,
    ranOn: device.kind,
    speedup: { low: mid / Math.exp(spread), mid, high: mid * Math.exp(spread) },
    seconds,
    bound,
    wholeProgramSpeedup: mid,
    advice: adviceOf(bound, seconds, plainSeconds),
    terms: termsOf(floor, { device, input, seconds, experience, spread }),
    floor: {
      kernel: floor.kernel,
      bound: floor.kernelBound,
      launch: floor.launch,
      transfer: floor.toDevice + floor.fromDevice,
    },
    experience,
  };
}

function transferSeconds({ toDevice, fromDevice }: Floor, experience: Experience | null): number {
  const seconds = toDevice + fromDevice;
  return experience ? transferOf({ transferFloorNs: seconds * 1e9 }, experience) / 1e9 : seconds;
}

interface Known {
  readonly device: DeviceSpec;
  readonly input: ForecastInput;
  readonly experience: Experience | null;
}

function kernelSeconds(floor: Floor, { device, input, experience }: Known): number {
  if (!experience) return floor.kernel * Math.exp(datasheetOffset);
  const { shape, plainSeconds, program } = input;
  const cell: CalibrationCell = {
    program,
    size: shape.size ?? 0,
    variant: '',
    device: teacherOf(device) ?? 'webgpu',
    sameAlgorithm: true,
    plainNs: plainSeconds * 1e9,
    serialShare: shape.serialShare,
    cores: device.kind === 'cpu' ? device.cores.value : 1,
    kernelFloorNs: floor.kernel * 1e9,
    launchFloorNs: 0,
    transferFloorNs: 0,
    bound: floor.kernelBound,
    kernelNs: 0,
    transferNs: 0,
  };
  return kernelOf(cell, experience) / 1e9;
}

/** Errors on other programs, the spread of the plain time, and what growth laws got wrong, as independent factors. */
function spreadOf(experience: Experience | null, { plainSpread, shape }: ForecastInput): number {
  const past = experience?.spread ?? datasheetSpread;
  const extrapolation = shape.extrapolated ? Math.log(1 + Math.max(0.05, shape.growthError)) : 0;
  return Math.hypot(past, Math.log(1 + plainSpread), extrapolation);
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

interface Findings {
  readonly device: DeviceSpec;
  readonly input: ForecastInput;
  readonly seconds: DeviceForecast['seconds'];
  readonly experience: Experience | null;
  readonly spread: number;
}

/** The terms of the model, then the correction, then the interval: enough to do the sum again by hand. */
function termsOf(floor: Floor, { device, input, seconds, experience, spread }: Findings): Term[] {
  const learnt = experience
    ? {
        formula: `floor ${(floor.kernel * 1e6).toPrecision(4)} µs · e^${(experience.offset + experience.offsets[floor.kernelBound === 'compute' ? 'arithmetic' : 'other']).toFixed(3)} · (plain part over cores / floor)^${experience.openness.toFixed(2)}${device.kind === 'cpu' ? ', at most the plain part over cores' : ''}`,
        source: `learnt on this kind of device from ${experience.programs.length} other programs (${experience.programs.join(', ')}; ${experience.cells} cells)`,
      }
    : {
        formula: `floor ${(floor.kernel * 1e6).toPrecision(4)} µs · 2`,
        source: 'no GPU was measured: hand-written kernels reach 30 to 60 % of a datasheet, tuned libraries up to 90 %',
      };
  return [
    ...floor.terms,
    { name: 'kernel, corrected', seconds: seconds.kernel, ...learnt },
    {
      name: 'launches, corrected',
      seconds: seconds.launch,
      formula: `launches · ${(experience?.launchFactor ?? 1).toFixed(2)}`,
      source: experience
        ? 'the quickest tenth of dispatches over the probe’s empty kernel, other programs'
        : 'datasheet',
    },
    {
      name: 'transfers, corrected',
      seconds: seconds.transfer,
      formula: `(to + from the device) · ${(experience?.transferFactor ?? 1).toFixed(2)} + ${((experience?.transferExtraNs ?? 0) / 1e3).toFixed(2)} µs`,
      source: experience
        ? 'medians of large copies over the probe’s and of what small ones cost besides, other programs'
        : 'datasheet',
    },
    {
      name: 'stays on one core',
      seconds: seconds.serial,
      formula: `${(input.shape.serialShare * 100).toFixed(2)} % of the plain ${(input.plainSeconds * 1e6).toPrecision(4)} µs`,
      source: 'share of counted work and accesses outside of parallel loops',
    },
    {
      name: 'total',
      seconds: seconds.total,
      formula: `speed-up = ${(input.plainSeconds * 1e6).toPrecision(4)} µs / ${(seconds.total * 1e6).toPrecision(4)} µs, interval ×/÷ ${Math.exp(spread).toFixed(2)}`,
      source:
        input.shape.regions.length === 0
          ? 'nothing is handed over'
          : experience
            ? '85 % of the errors on the other programs lie within, widened by the spread of the plain time and of growth laws'
            : 'a factor of 2.5 either way for a device that was never measured',
    },
  ];
}
