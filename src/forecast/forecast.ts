import type { DeviceSpec } from '../hardware/device.ts';
import { type LocalDeviceName, localDeviceNames } from '../hardware/local-devices.ts';
import type { CalibrationCell, Demanded } from './calibration.ts';
import { coverage, doubtOf, type Experience, experienceOf, spreadOf } from './experience.ts';
import { kernelOf, kindOf, launchOf, type Parts, transferOf } from './law.ts';
import { type Ablation, type Floor, floorOf } from './model.ts';
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

/**
 * Without any GPU measured, how far kernels stay from the datasheet is taken from the literature: cuBLAS FP32 reaches
 * 75 to 90 % of peak, hand-written kernels 30 to 60 %: a factor of 2 in the middle, and of 2.5 either way. It was set
 * with those figures in sight: beside them only the floor is a forecast (docs/forecast.md).
 */
export const gpuOverFloor = 2;
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
  const { shape, cells, without = {} } = input;
  const floor = floorOf(shape, device, without);
  const teacher = teacherOf(device);
  const experience = teacher ? experienceOf(cells, teacher, input.program) : null;
  const plainSeconds = input.plainSeconds * (experience?.plainFactor ?? 1);
  const serial = shape.serialShare * plainSeconds;
  const isDivided = shape.regions.length > 0;
  const parts = isDivided ? partsOf(floor, { teacher, experience, without }) : { kernel: 0, launch: 0, transfer: 0 };
  const total = parts.kernel + parts.launch + parts.transfer + serial;
  // What stays as it is takes as long as it takes: no model comes between.
  const spread = isDivided ? halfWidth(experience, { ...parts, serial }, shape) : 0;
  const mid = plainSeconds / total;
  const seconds = { ...parts, serial, total };
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
    terms: termsOf(floor, { input, seconds, experience, spread }),
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

interface Teaching {
  readonly teacher: LocalDeviceName | undefined;
  readonly experience: Experience | null;
  readonly without: Ablation;
}

/** Kernel, launches and copies in seconds: by what was learnt, or by the datasheet where nothing was. */
function partsOf(floor: Floor, { teacher, experience, without }: Teaching) {
  const transfer = floor.toDevice + floor.fromDevice;
  if (!experience || !teacher) return { kernel: floor.kernel * gpuOverFloor, launch: floor.launch, transfer };
  const demanded: Demanded = {
    device: teacher,
    kernelFloorNs: floor.kernel * 1e9,
    launchFloorNs: floor.launch * 1e9,
    transferFloorNs: transfer * 1e9,
    bound: floor.kernelBound,
    launches: floor.launches,
  };
  return {
    kernel: kernelOf(demanded, experience) / 1e9,
    launch: without.launches ? 0 : launchOf(demanded, experience) / 1e9,
    transfer: transferOf(demanded, experience) / 1e9,
  };
}

/** Errors on other programs (their plain times included), and what growth laws got wrong, as independent factors. */
function halfWidth(
  experience: Experience | null,
  parts: Parts,
  { extrapolated, growthError }: Pick<ProgramShape, 'extrapolated' | 'growthError'>,
): number {
  const past = experience ? spreadOf(experience, parts) : datasheetSpread;
  return Math.hypot(past, extrapolated ? Math.log(1 + Math.max(0.05, growthError)) : 0);
}

/** The interval's half-width with its numbers put in. */
function widthFormula({ experience, seconds, spread, input }: Findings): string {
  const { regions, extrapolated, growthError } = input.shape;
  const width = `interval ×/÷ ${Math.exp(spread).toFixed(2)}`;
  if (regions.length === 0 || !experience || experience.reach === null) return width;
  const growth = extrapolated ? `, and ${Math.log(1 + Math.max(0.05, growthError)).toFixed(3)} of growth laws` : '';
  return `${width} = e^(${experience.reach.toFixed(3)} · ${doubtOf(seconds).toFixed(3)})${growth}`;
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
  readonly input: ForecastInput;
  readonly seconds: DeviceForecast['seconds'];
  readonly experience: Experience | null;
  readonly spread: number;
}

/** The terms of the model, then the correction, then the interval: enough to do the sum again by hand. */
function termsOf(floor: Floor, findings: Findings): Term[] {
  const { input, seconds, experience } = findings;
  const width = widthFormula(findings);
  const from = experience
    ? `learnt on this kind of device from ${experience.programs.length} other programs (${experience.programs.join(', ')}; ${experience.cells} cells)`
    : '';
  const plain = input.plainSeconds * (experience?.plainFactor ?? 1);
  const micro = (value: number): string => `${(value * 1e6).toPrecision(4)} µs`;
  return [
    ...floor.terms,
    {
      name: 'plain code',
      seconds: plain,
      formula: `${micro(input.plainSeconds)} · ${(experience?.plainFactor ?? 1).toFixed(3)}`,
      source: experience
        ? 'timed in a process of its own, times what the other programs took longer beside their variants (median)'
        : 'timed in a process of its own',
    },
    {
      name: 'kernel, corrected',
      seconds: seconds.kernel,
      ...(experience
        ? {
            formula: `floor ${micro(floor.kernel)} · e^${(experience.offset + experience.offsets[kindOf({ bound: floor.kernelBound })]).toFixed(3)}`,
            source: from,
          }
        : {
            formula: `floor ${micro(floor.kernel)} · ${gpuOverFloor}`,
            source:
              'no GPU was measured: hand-written kernels reach 30 to 60 % of a datasheet, tuned libraries up to 90 %',
          }),
    },
    {
      name: 'launches, corrected',
      seconds: seconds.launch,
      formula: experience
        ? `the larger of ${micro(floor.launch)} and ${(experience.wakeNs / 1e3).toPrecision(3)} µs + ${floor.launches - 1} × ${(experience.againNs / 1e3).toPrecision(3)} µs`
        : micro(floor.launch),
      source: experience
        ? 'starting the device from rest, and each further launch: learnt with the kernels of the other programs'
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
      formula: `${(input.shape.serialShare * 100).toFixed(2)} % of the plain ${micro(plain)}`,
      source: 'share of counted work and accesses outside of parallel loops',
    },
    {
      name: 'total',
      seconds: seconds.total,
      formula: `speed-up = ${micro(plain)} / ${micro(seconds.total)}, ${width}`,
      source:
        input.shape.regions.length === 0
          ? 'nothing is handed over'
          : experience
            ? experience.reach === null
              ? 'a factor of three either way: too few other programs were measured there'
              : `${Math.round(coverage * 100)} % of the errors on the other programs, each over its own doubt, lie within the first factor; the second is this forecast’s doubt: the root of 0.15² + (0.6 · share of the kernel)² + (0.3 · of launches)² + (0.3 · of transfers)²`
            : 'a factor of 2.5 either way for a device that was never measured',
    },
  ];
}
