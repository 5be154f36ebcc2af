import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { defineExperiment } from '../experiment/define.ts';
import { planGroups } from '../experiment/plan.ts';
import { analyseForecasts } from '../forecast/analyse.ts';
import { shippedCalibration } from '../forecast/calibration.ts';
import { type CustomInstruction, mineInstructions } from '../forecast/custom/index.ts';
import { deviceVariants } from '../forecast/freeze.ts';
import { freezePlan } from '../forecast/freeze-plan.ts';
import { forecastProgram, type ProgramForecast } from '../forecast/program.ts';
import { adapterHere } from '../hardware/adapter.ts';
import { catalogueDevice, catalogueNames, readDevice } from '../hardware/catalogue.ts';
import type { DeviceSpec } from '../hardware/device.ts';
import { localDeviceNames, localDevices } from '../hardware/local-devices.ts';
import { probeCeilings } from '../hardware/probe/index.ts';
import { DeviceFileError } from '../hardware/validate-device.ts';
import { type ProgramSpec, resolveTarget, type Target } from '../target/index.ts';
import { loadWorkload, TargetError, UsageError } from '../workload/load.ts';
import { unknownName } from '../workload/suggest.ts';
import type { AnyWorkload } from '../workload/types.ts';
import { forecastScreen } from './forecast-screen.ts';
import { answer, answerJson, remark } from './io.ts';
import { measure } from './measure.ts';
import { collect, list, type MeasureOptions } from './options.ts';
import { confinementOf, programOf, type TargetOptions, withTarget } from './target-options.ts';

interface ForecastVerbOptions extends TargetOptions {
  readonly device?: string;
  readonly deviceFile?: string[];
  readonly explain?: boolean;
  readonly measure?: boolean;
  readonly reprobe?: boolean;
  readonly out: string;
}

/** Beside what is here, one device that is not. */
const shownByDefault = [...localDeviceNames, 'h100'];
/** A function has no named sizes: large enough that starting up is not all there is. */
const functionSize = '1000';

/** `pgram forecast <target>`: what each device would give, with an interval, and why. */
export function addForecast(program: Command): void {
  withTarget(
    program
      .command('forecast <target> [args...]')
      .description('speed-up on each device, with an interval and the reason for the bound'),
  )
    .option(
      '--device <names>',
      `of this machine or the catalogue, comma-separated, or 'all' (default ${shownByDefault.join(',')})`,
    )
    .option('--device-file <file>', 'a device of your own (docs/forecast.md); may be repeated', collect)
    .option('--explain', 'every term of every forecast, with its number and source')
    .option('--measure', 'write the forecast down, then measure the matching variants and append the error')
    .option('--reprobe', 'probe the ceilings of this machine again, though they are known')
    .option('--out <folder>', 'where the run folder of --measure is made', 'results')
    .action(async (text: string, args: string[], options: ForecastVerbOptions) => {
      const target = resolveTarget(text);
      const workload = await workloadOf(target);
      if (options.measure && !workload)
        throw new UsageError(
          `--measure needs variants to measure, and ${text} is no workload. Write \`export default defineWorkload({ … })\` with a variant for each device (README, "Your own workload").`,
        );
      const devices = await devicesOf(options);
      const size = options.size ?? defaultSize(target, workload);
      const { target: _, ...spec } = await programOf(
        text,
        { ...options, ...(size === undefined ? {} : { size }) },
        args,
      );
      const result = await forecastProgram(
        { target, ...spec },
        {
          program: workload?.name ?? text,
          devices,
          cells: shippedCalibration().cells,
          confinement: confinementOf(options),
          timeoutMs: options.timeout * 1000,
          onStep: step => remark(step, options.quiet === true || options.json === true),
          ...(workload
            ? { work: (n, parameters) => workload.work(n, { ...defaultsOf(workload), ...parameters }) }
            : {}),
        },
      );
      const mined = options.json ? await customOf({ target, ...spec }) : [];
      if (options.json) await answerJson(document(result, mined));
      else await answer(forecastScreen(result, { explain: options.explain === true }));
      if (options.measure) await measureForecast(text, options, size);
    });
}

const defaultsOf = ({ parameters = {} }: AnyWorkload) =>
  Object.fromEntries(Object.entries(parameters).map(([axis, values]) => [axis, values[0]!]));

/** A workload's size `small`, or its first; a script has none. */
function defaultSize(target: Target, workload: AnyWorkload | undefined): string | undefined {
  if (workload) return String(workload.sizes.small ?? Object.values(workload.sizes)[0]);
  return target.kind === 'function' ? functionSize : undefined;
}

/** The workload behind a target; a file is only loaded where it says that it is one. */
async function workloadOf(target: Target): Promise<AnyWorkload | undefined> {
  if (target.kind === 'workload') return loadWorkload(target.name);
  const declares =
    target.kind === 'file' && /export\s+default\s+defineWorkload/.test(readFileSync(target.file, 'utf8'));
  return declares ? loadWorkload(target.file) : undefined;
}

/** @throws UsageError for a name that nobody knows, or a device file that cannot be */
async function devicesOf({ device, deviceFile = [], reprobe, debug }: ForecastVerbOptions): Promise<DeviceSpec[]> {
  const all = [...localDeviceNames, ...catalogueNames()];
  const own = deviceFile.map(file => {
    try {
      return readDevice(resolve(file));
    } catch (error) {
      if (error instanceof DeviceFileError && !debug) throw new UsageError(error.message);
      throw error;
    }
  });
  const asked = device === undefined ? (own.length > 0 ? [] : shownByDefault) : device === 'all' ? all : list(device);
  for (const name of asked)
    if (!all.includes(name))
      throw new UsageError(`${unknownName('device', name, all)} Or describe one with --device-file.`);
  const local = asked.some(name => !catalogueNames().includes(name))
    ? localDevices(await ceilings(reprobe === true))
    : undefined;
  const known = asked.flatMap(name => {
    if (catalogueNames().includes(name)) return [catalogueDevice(name)];
    return local?.[name as (typeof localDeviceNames)[number]] ?? [];
  });
  return [...known, ...own];
}

const ceilings = async (fresh: boolean) =>
  probeCeilings({ adapter: await adapterHere('safe'), gpuProfile: 'safe', fresh });

/** Recurring patterns are a picture of what runs, at a small size as good as at a large one. */
async function customOf(spec: ProgramSpec): Promise<readonly CustomInstruction[]> {
  const small = spec.size === undefined ? spec : { ...spec, size: Math.min(spec.size, minedSize) };
  try {
    return (await mineInstructions(small)).customInstructions;
  } catch (error) {
    if (error instanceof TargetError) return [];
    throw error;
  }
}

const minedSize = 64;

/** DESIGN's contract of `forecast --json`. */
function document(
  { shape, plain, forecasts }: ProgramForecast,
  customInstructions: readonly CustomInstruction[],
): object {
  return {
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
  };
}

/** The forecast goes into the run folder with its time, then the variants are measured, then the error stands beside it. */
async function measureForecast(text: string, options: ForecastVerbOptions, size: string | undefined): Promise<void> {
  const experiment = defineExperiment({
    name: 'forecast',
    question: 'How far is the forecast of one program from its measurement?',
    protocol:
      'The forecast is written down first; then the variants that stand for the devices, interleaved with naive.',
    columns: 'samples.csv, processes.csv, summary.csv; forecast.csv, score.csv',
    plan: async plan =>
      (await planGroups({ ...plan, variants: [] }, { workloads: [], sizes: ['small'] })).map(group => ({
        ...group,
        variants: group.variants.filter(name => name === 'naive' || deviceVariants.includes(name)),
      })),
    before: work => freezePlan(work),
    analyse: analyseForecasts,
  });
  const measureOptions: MeasureOptions = {
    seed: options.seed,
    out: options.out,
    gpuProfile: 'safe',
    probe: true,
    quick: true,
    ...(size === undefined ? {} : { size }),
    ...(options.param ? { param: options.param } : {}),
    ...(options.quiet ? { quiet: true } : {}),
    ...(options.json ? { json: true } : {}),
  };
  const run = await measure(experiment, measureOptions, {
    workloads: [text],
    resumeCommand: folder => `npx pgram forecast ${text} --measure (the run in ${relative('.', folder)} is kept)`,
  });
  if (!options.json) await answer(['', ...run.sentences, run.folder].join('\n'));
}
