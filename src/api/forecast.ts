import type { ForecastDocument } from '../forecast/document.ts';
import type { ProgramOptions } from './options.ts';

export interface ForecastCall extends ProgramOptions {
  /**
   * Devices of this machine (`cpu`, `cpu-simd`, `cpu-threads`, `cpu-simd-threads`, `webgpu`) or of the catalogue
   * (`h100`, …), or `all`; default those of this machine and `h100`.
   */
  readonly devices?: readonly string[];
  /** JSON files that describe devices of your own (docs/forecast.md). */
  readonly deviceFiles?: readonly string[];
  /** Whether recurring patterns are mined that would be worth an instruction (seconds more); default false. */
  readonly customInstructions?: boolean;
  /** Hears what is being done. */
  readonly onStep?: (step: string) => void;
}

/**
 * What each device would give a program: speed-up with an interval, what binds it, from which size on it pays. What
 * `pgram forecast --json` prints.
 *
 * The program is timed, counted and traced here, so this takes seconds; on first use the machine's ceilings are probed
 * as well (about ten seconds, then cached).
 *
 * @param target a workload's name or alias, `file.ts`, or `file.ts#function`
 * @returns times in seconds, speed-ups over the plain program as it runs here, transfers included
 * @throws UsageError for what does not exist; TargetError for a program that throws, does not load or hits a limit
 */
export async function forecast(target: string, options: ForecastCall = {}): Promise<ForecastDocument> {
  const [{ limitsOf }, { askForecast, customInstructionsOf }, { forecastDocument }] = await Promise.all([
    import('./limits.ts'),
    import('../forecast/ask.ts'),
    import('../forecast/document.ts'),
  ]);
  const { allow: _allow, timeoutMs: _timeout, customInstructions, ...question } = options;
  const asked = await askForecast(target, { ...question, ...limitsOf(options) });
  return forecastDocument(asked.forecast, customInstructions ? await customInstructionsOf(asked.spec) : undefined);
}
