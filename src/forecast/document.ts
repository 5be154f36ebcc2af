import type { CustomInstruction } from './custom/index.ts';
import type { DeviceForecast } from './forecast.ts';
import type { ProgramForecast } from './program.ts';
import type { Interval, Kept, ParallelRegion } from './types.ts';

/** One device of a forecast, as `forecast --json` prints it. */
export interface DeviceEntry
  extends Pick<
    DeviceForecast,
    'device' | 'label' | 'ranOn' | 'seconds' | 'bound' | 'wholeProgramSpeedup' | 'advice' | 'terms'
  > {
  /** Over the plain code as it runs here, transfers included. */
  readonly speedup: Interval & { readonly baseline: 'naive'; readonly scope: 'end_to_end' };
  /** From which size on it pays; null where it never does, or where that cannot be told. */
  readonly breakEvenSize: number | null;
  /** Programs whose measurements on this device the forecast learnt from; never the one that it is about. */
  readonly learntFrom: readonly string[];
}

/** What `forecast --json` prints under `schema`, and what the function `forecast` gives. */
export interface ForecastDocument {
  readonly target: string;
  /** Null for a script. */
  readonly size: number | null;
  /** The plain program, measured; or by the law of its time at smaller sizes where `extrapolated`. */
  readonly plainSeconds: number;
  readonly extrapolated: boolean;
  readonly devices: readonly DeviceEntry[];
  /** Loops whose iterations may run side by side. */
  readonly regions: readonly ParallelRegion[];
  /** What stays where it is, and why. */
  readonly kept: readonly Kept[];
  readonly customInstructions: readonly CustomInstruction[];
}

/** A forecast as plain data. */
export const forecastDocument = (
  { shape, plain, forecasts }: ProgramForecast,
  customInstructions: readonly CustomInstruction[],
): ForecastDocument => ({
  target: shape.target,
  size: shape.size,
  plainSeconds: plain.seconds,
  extrapolated: shape.extrapolated || plain.extrapolatedFrom.length > 0,
  devices: forecasts.map(
    ({
      device,
      label,
      ranOn,
      speedup,
      seconds,
      bound,
      wholeProgramSpeedup,
      breakEvenSize,
      advice,
      terms,
      experience,
    }) => ({
      device,
      label,
      ranOn,
      speedup: { ...speedup, baseline: 'naive', scope: 'end_to_end' },
      seconds,
      bound,
      wholeProgramSpeedup,
      breakEvenSize,
      advice,
      learntFrom: experience?.programs ?? [],
      terms,
    }),
  ),
  regions: shape.regions,
  kept: shape.kept,
  customInstructions,
});
