import type { Ceilings } from '../hardware/ceilings.ts';
import { type LocalDeviceName, localDevices } from '../hardware/local-devices.ts';
import type { CsvRow } from '../results/schema.ts';
import { floorOf } from './model.ts';
import type { ProgramShape } from './types.ts';

/** What the model saw of a program at a size, as a run wrote it down. */
export interface SeenShape {
  readonly workload: string;
  readonly size: number;
  readonly shape: ProgramShape;
}

/**
 * Rows of a run's `forecast.csv` with the floors that the model has now for the programs and the ceilings of that run:
 * measurements stay good when a term of the model is mended, floors do not.
 *
 * @throws Error where a row's program is not among the shapes
 */
export function refloored(rows: readonly CsvRow[], shapes: readonly SeenShape[], ceilings: Ceilings): CsvRow[] {
  const devices = localDevices(ceilings);
  return rows.map(row => {
    const device = devices[row.forecast_device as LocalDeviceName];
    const seen = shapes.find(({ workload, size }) => workload === row.workload && size === Number(row.size));
    if (!device || !seen)
      throw new Error(`${row.workload} ${row.size} on ${row.forecast_device} is not among what the run saw`);
    const floor = floorOf(seen.shape, device);
    return {
      ...row,
      serial_share: seen.shape.serialShare,
      kernel_floor_ns: floor.kernel * 1e9,
      kernel_bound: floor.kernelBound,
      launch_floor_ns: floor.launch * 1e9,
      launches: floor.launches,
      transfer_floor_ns: (floor.toDevice + floor.fromDevice) * 1e9,
    };
  });
}
