import type { Variant } from '../backends/variant.ts';
import type { OperationMix } from '../census/operations/index.ts';
import type { Ceilings } from '../hardware/ceilings.ts';
import type { DeviceSpec } from '../hardware/device.ts';
import { type LocalDeviceName, localDeviceNames, localDevices, variantsOfDevice } from '../hardware/local-devices.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import { type CsvRow, schemaVersion } from '../results/schema.ts';
import { resolveTarget } from '../target/index.ts';
import { loadWorkload } from '../workload/load.ts';
import { formatParameters } from '../workload/parameters.ts';
import type { AnyWorkload } from '../workload/types.ts';
import type { CalibrationCell } from './calibration.ts';
import { type DeviceForecast, type ForecastInput, forecastOn } from './forecast.ts';
import { type PlainTime, timePlain } from './plain.ts';
import { shapeOf } from './shape.ts';
import type { ProgramShape } from './types.ts';

/** Variants that stand for a local device in some workload. */
export const deviceVariants: readonly string[] = localDeviceNames.flatMap(name => variantsOfDevice[name]);

/** The variant of a workload that stands for a device; one that runs the algorithm of `naive` before one that does not. */
export function variantFor(workload: AnyWorkload, device: LocalDeviceName): Variant<unknown, never> | undefined {
  const those = variantsOfDevice[device].flatMap(
    name => workload.variants.find(variant => variant.name === name) ?? [],
  );
  return (those.find(({ sameAlgorithm }) => sameAlgorithm) ?? those[0]) as Variant<unknown, never> | undefined;
}

export interface Frozen {
  readonly group: PlannedGroup;
  readonly shape: ProgramShape;
  readonly plain: PlainTime;
  readonly rows: readonly CsvRow[];
}

interface FreezeOptions {
  readonly ceilings: Ceilings;
  readonly cells: readonly CalibrationCell[];
  readonly seed: number;
  /** What the plain code takes, where it was timed already. */
  readonly plain?: PlainTime;
  /** That time it otherwise. */
  readonly processes?: number;
  /** Operations at the size, where they are counted already; asked for once the plain code has been timed. */
  readonly counted?: () => Promise<OperationMix>;
}

/** Everything about one cell group that a forecast needs and may know before its variants run. */
export async function freezeGroup(
  group: PlannedGroup,
  { ceilings, cells, seed, plain: timed, processes = 3, counted }: FreezeOptions,
): Promise<Frozen> {
  const { target, size, parameters, work } = group;
  const spec = { target: resolveTarget(target), size, seed, parameters };
  const plain = timed ?? (await timePlain(spec, { processes }));
  const mix = await counted?.();
  const shape = await shapeOf(spec, { plainSeconds: plain.seconds, work, ...(mix ? { counted: mix } : {}) });
  const workload = await loadWorkload(target);
  const devices = localDevices(ceilings);
  const rows = localDeviceNames.flatMap(name => {
    const [device, variant] = [devices[name], variantFor(workload, name)];
    if (!device || !variant || !group.variants.includes(variant.name)) return [];
    const input: ForecastInput = {
      program: group.workload,
      shape,
      plainSeconds: plain.seconds,
      cells,
    };
    return [rowOf(group, { device, variant, input })];
  });
  return { group, shape, plain, rows };
}

interface Asked {
  readonly device: DeviceSpec;
  readonly variant: Variant<unknown, never>;
  readonly input: ForecastInput;
}

function rowOf({ workload, size, parameters }: PlannedGroup, { device, variant, input }: Asked): CsvRow {
  const said = forecastOn(device, input);
  const without = (what: 'transfers' | 'memory' | 'launches'): number =>
    forecastOn(device, { ...input, without: { [what]: true } }).speedup.mid;
  return {
    schema_version: schemaVersion,
    workload,
    size,
    parameters: formatParameters(parameters),
    forecast_device: device.name,
    ran_on: device.kind,
    variant: variant.name,
    same_algorithm: variant.sameAlgorithm,
    forecast_at: new Date().toISOString(),
    plain_ns: input.plainSeconds * 1e9,
    ...forecastCells(said),
    serial_share: input.shape.serialShare,
    cores: device.kind === 'cpu' ? device.cores.value : 1,
    programs_learnt: said.experience?.programs.length ?? 0,
    extrapolated: input.shape.extrapolated,
    speedup_without_transfers: without('transfers'),
    speedup_without_memory: without('memory'),
    speedup_without_launches: without('launches'),
  };
}

const forecastCells = ({ speedup, bound, seconds, floor }: DeviceForecast): CsvRow => ({
  speedup_low: speedup.low,
  speedup_forecast: speedup.mid,
  speedup_high: speedup.high,
  bound,
  kernel_ns: seconds.kernel * 1e9,
  launch_ns: seconds.launch * 1e9,
  transfer_ns: seconds.transfer * 1e9,
  serial_ns: seconds.serial * 1e9,
  kernel_floor_ns: floor.kernel * 1e9,
  kernel_bound: floor.bound,
  launch_floor_ns: floor.launch * 1e9,
  launches: floor.launches,
  transfer_floor_ns: floor.transfer * 1e9,
});
