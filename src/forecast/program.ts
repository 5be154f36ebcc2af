import type { DeviceSpec } from '../hardware/device.ts';
import type { Confinement, ProgramSpec } from '../target/index.ts';
import type { Parameters, WorkModel } from '../workload/types.ts';
import { breakEvenSize } from './break-even.ts';
import type { CalibrationCell } from './calibration.ts';
import { type DeviceForecast, forecastOn } from './forecast.ts';
import { type PlainTime, timePlain } from './plain.ts';
import { shapeOf } from './shape.ts';
import type { ProgramShape } from './types.ts';

export interface ProgramForecastOptions {
  /** Nothing is learnt from measurements of this name. */
  readonly program: string;
  readonly devices: readonly DeviceSpec[];
  readonly cells: readonly CalibrationCell[];
  /** What a workload says of itself at a size. */
  readonly work?: (size: number, parameters: Parameters) => WorkModel;
  readonly confinement?: Confinement;
  readonly timeoutMs?: number;
  readonly onStep?: (step: string) => void;
}

export interface ProgramForecast {
  readonly shape: ProgramShape;
  readonly plain: PlainTime;
  readonly forecasts: readonly (DeviceForecast & { readonly breakEvenSize: number | null })[];
}

/** Sizes below the one that is asked about, for where a device begins to pay. */
const smaller = [1 / 16, 1 / 4] as const;

/** A program on several devices, at its size and from which size on. @throws TargetError as its parts do */
export async function forecastProgram(spec: ProgramSpec, options: ProgramForecastOptions): Promise<ProgramForecast> {
  const { size } = spec;
  const sizes =
    size === undefined ? [] : [...new Set(smaller.map(part => Math.round(size * part)))].filter(n => n >= 4);
  const here = await atSize(spec, options);
  const known: Sized[] = [];
  // A size that a workload does not take says nothing about where a device begins to pay.
  for (const n of sizes)
    known.push(
      ...(await atSize({ ...spec, size: n }, { ...options, processes: 1 })
        .then(sized => [sized])
        .catch(() => [])),
    );
  const forecasts = options.devices.map(device => {
    const forecast = forecastOn(device, inputOf(here, options));
    const points = [...known, here].map(sized => ({
      size: sized.shape.size ?? 0,
      speedup: forecastOn(device, inputOf(sized, options)).speedup.mid,
    }));
    const pays = here.shape.regions.length > 0 && size !== undefined;
    return { ...forecast, breakEvenSize: pays ? breakEvenSize(points) : null };
  });
  return { shape: here.shape, plain: here.plain, forecasts };
}

interface Sized {
  readonly shape: ProgramShape;
  readonly plain: PlainTime;
}

async function atSize(
  spec: ProgramSpec,
  options: ProgramForecastOptions & { readonly processes?: number },
): Promise<Sized> {
  const { confinement, timeoutMs, onStep, work, processes = 3 } = options;
  const limits = { ...(confinement ? { confinement } : {}), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const where = spec.size === undefined ? '' : ` at size ${spec.size}`;
  onStep?.(`timing the plain program${where}`);
  const plain = await timePlain(spec, { ...limits, processes });
  onStep?.(`counting and tracing${where}`);
  const stated = spec.size === undefined ? undefined : work?.(spec.size, spec.parameters ?? {});
  const shape = await shapeOf(spec, { ...limits, plainSeconds: plain.seconds, ...(stated ? { work: stated } : {}) });
  return { shape, plain };
}

const inputOf = ({ shape, plain }: Sized, { program, cells }: ProgramForecastOptions) => ({
  program,
  shape,
  plainSeconds: plain.seconds,
  cells,
});
