import { readFileSync } from 'node:fs';
import type { LocalDeviceName } from '../hardware/local-devices.ts';
import type { BoundName } from './types.ts';

/** What the model says of a program on a device before anything is measured there. All times in nanoseconds. */
export interface Demanded {
  readonly device: LocalDeviceName;
  /** The model's floors. */
  readonly kernelFloorNs: number;
  readonly launchFloorNs: number;
  readonly transferFloorNs: number;
  /** What set the floor of the kernel. */
  readonly bound: BoundName;
  /** How often the device is started: entries of the parallel loop. */
  readonly launches: number;
  /** Share of the program outside of parallel regions. */
  readonly serialShare: number;
  /** That the device divides the work among. */
  readonly cores: number;
}

/** One measured cell: what the model said at least, and what came of it. All times in nanoseconds. */
export interface CalibrationCell extends Demanded {
  readonly program: string;
  readonly size: number;
  readonly variant: string;
  readonly sameAlgorithm: boolean;
  /** One plain call as the forecast timed it, and as it was measured beside the variants. */
  readonly forecastPlainNs: number;
  readonly plainNs: number;
  /** Measured: the dispatch (launches included), and the copies both ways. */
  readonly kernelNs: number;
  readonly transferNs: number;
}

/** Measured on one machine, of many programs. */
export interface Calibration {
  readonly schema: 2;
  readonly measuredAt: string;
  readonly machine: string;
  readonly cells: readonly CalibrationCell[];
}

const file = new URL('./calibration.json', import.meta.url);

/** The measurements that ship with the tool. */
export const shippedCalibration = (): Calibration => JSON.parse(readFileSync(file, 'utf8')) as Calibration;
