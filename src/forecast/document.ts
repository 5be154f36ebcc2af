import { type Added, addedOneByOne, type CustomInstruction, type MinedAt } from './custom/index.ts';
import type { DeviceForecast } from './forecast.ts';
import type { ProgramForecast } from './program.ts';
import type { Interval, Kept, ParallelRegion } from './types.ts';

/** One device of a forecast, as `forecast --json` prints it. */
export interface DeviceEntry
  extends Pick<
    DeviceForecast,
    'device' | 'label' | 'ranOn' | 'plainSeconds' | 'seconds' | 'bound' | 'wholeProgramSpeedup' | 'advice' | 'terms'
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
  /** Share of the time in what no operation was counted of (native calls, starting up a script): no device moves it. */
  readonly uncountedShare: number;
  readonly customInstructions: readonly CustomInstruction[];
  /** What is left to execute with the first of them added, then the first two, …; null where they were not asked for. */
  readonly withCustomInstructions: {
    /** Size at which the program was mined; null for a script. */
    readonly size: number | null;
    /** Operations, loads and stores: W. */
    readonly instructions: number;
    /** Steps on the longest chains of straight-line code, times their executions: S. */
    readonly path: number;
    readonly added: readonly Added[];
  } | null;
}

/** A forecast as plain data. */
export const forecastDocument = ({ shape, plain, forecasts }: ProgramForecast, mined?: MinedAt): ForecastDocument => ({
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
      plainSeconds,
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
      plainSeconds,
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
  uncountedShare: shape.uncountedShare,
  customInstructions: mined?.customInstructions ?? [],
  withCustomInstructions: mined
    ? { size: mined.size, instructions: mined.instructions, path: mined.path, added: addedOneByOne(mined) }
    : null,
});
