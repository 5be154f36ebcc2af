import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { adapterHere } from '../hardware/adapter.ts';
import { catalogueDevice, catalogueNames, readDevice } from '../hardware/catalogue.ts';
import type { DeviceSpec } from '../hardware/device.ts';
import { type LocalDeviceName, localDeviceNames, localDevices } from '../hardware/local-devices.ts';
import { probeCeilings } from '../hardware/probe/index.ts';
import { DeviceFileError } from '../hardware/validate-device.ts';
import {
  type Confinement,
  type ProgramSpec,
  resolveTarget,
  type Selection,
  selectProgram,
  type Target,
} from '../target/index.ts';
import { loadWorkload, TargetError, UsageError } from '../workload/load.ts';
import { unknownName } from '../workload/suggest.ts';
import type { AnyWorkload } from '../workload/types.ts';
import { shippedCalibration } from './calibration.ts';
import { type MinedAt, mineInstructions } from './custom/index.ts';
import { forecastProgram, type ProgramForecast } from './program.ts';

/** A forecast in the words of whoever asks: the command line, or a caller of the package. */
export interface ForecastQuestion extends Selection, DeviceChoice {
  readonly confinement?: Confinement;
  readonly timeoutMs?: number;
  /** Hears what is being done; it takes seconds. */
  readonly onStep?: (step: string) => void;
}

export interface DeviceChoice {
  /** Names of devices of this machine or the catalogue, or `all`; what is here and one that is not where left out. */
  readonly devices?: readonly string[];
  /** Files that describe devices (docs/forecast.md). */
  readonly deviceFiles?: readonly string[];
  /** Probe the ceilings of this machine again, though they are known. */
  readonly fresh?: boolean;
}

export interface AskedForecast {
  readonly spec: ProgramSpec;
  readonly forecast: ProgramForecast;
}

/** Beside what is here, one device that is not. */
export const shownByDefault = [...localDeviceNames, 'h100'];
/** A function has no named sizes: large enough that starting up is not all there is. */
const functionSize = 1000;

/**
 * What each device would give a program.
 *
 * @param text a workload's name or alias, `file.ts`, or `file.ts#function`
 * @throws UsageError for what does not exist, TargetError for a program that throws, does not load or hits a limit
 */
export async function askForecast(text: string, question: ForecastQuestion): Promise<AskedForecast> {
  const target = resolveTarget(text);
  const workload = await workloadBehind(target);
  const devices = await chooseDevices(question, question.onStep);
  const size = question.size ?? defaultSize(target, workload);
  const { target: _, ...selected } = await selectProgram(text, {
    ...question,
    ...(size === undefined ? {} : { size }),
  });
  const spec = { target, ...selected };
  const { confinement, timeoutMs, onStep } = question;
  const forecast = await forecastProgram(spec, {
    program: workload?.name ?? text,
    devices,
    cells: shippedCalibration().cells,
    ...(confinement ? { confinement } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(onStep ? { onStep } : {}),
    ...(workload ? { work: (n, parameters) => workload.work(n, { ...defaultsOf(workload), ...parameters }) } : {}),
  });
  return { spec, forecast };
}

/** The workload behind a target, if there is one; a file is only loaded where it says that it is one. */
export async function workloadBehind(target: Target): Promise<AnyWorkload | undefined> {
  if (target.kind === 'workload') return loadWorkload(target.name);
  const declares =
    target.kind === 'file' && /export\s+default\s+defineWorkload/.test(readFileSync(target.file, 'utf8'));
  return declares ? loadWorkload(target.file) : undefined;
}

const defaultsOf = ({ parameters = {} }: AnyWorkload) =>
  Object.fromEntries(Object.entries(parameters).map(([axis, values]) => [axis, values[0]!]));

/** A workload's size `small`, or its first; a script has none. */
function defaultSize(target: Target, workload: AnyWorkload | undefined): number | undefined {
  if (workload) return workload.sizes.small ?? Object.values(workload.sizes)[0];
  return target.kind === 'function' ? functionSize : undefined;
}

/** @throws UsageError for a name that nobody knows, or a device file that cannot be */
async function chooseDevices(
  { devices, deviceFiles = [], fresh = false }: DeviceChoice,
  onStep?: (step: string) => void,
): Promise<DeviceSpec[]> {
  const all = [...localDeviceNames, ...catalogueNames()];
  const own = deviceFiles.map(file => {
    try {
      return readDevice(resolve(file));
    } catch (error) {
      throw error instanceof DeviceFileError ? new UsageError(error.message, { cause: error }) : error;
    }
  });
  const wanted = devices ?? (own.length > 0 ? [] : shownByDefault);
  const asked = wanted.includes('all') ? all : wanted;
  for (const name of asked)
    if (!all.includes(name))
      throw new UsageError(`${unknownName('device', name, all)} Or describe one with --device-file.`);
  const local = asked.some(name => !catalogueNames().includes(name))
    ? localDevices(await ceilings(fresh, onStep))
    : undefined;
  const known = asked.flatMap(name =>
    catalogueNames().includes(name) ? [catalogueDevice(name)] : (local?.[name as LocalDeviceName] ?? []),
  );
  return [...known, ...own];
}

const ceilings = async (fresh: boolean, onStep?: (step: string) => void) =>
  probeCeilings({
    adapter: await adapterHere('safe'),
    gpuProfile: 'safe',
    fresh,
    ...(onStep ? { onStep } : {}),
  });

/** Recurring patterns are a picture of what runs, at a small size as good as at a large one. */
export async function customInstructionsOf(spec: ProgramSpec): Promise<MinedAt | undefined> {
  const small = spec.size === undefined ? spec : { ...spec, size: Math.min(spec.size, minedSize) };
  try {
    return { ...(await mineInstructions(small)), size: small.size ?? null };
  } catch (error) {
    if (error instanceof TargetError) return undefined;
    throw error;
  }
}

const minedSize = 64;
