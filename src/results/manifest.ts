import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './provenance.ts';

/** `manifest.json`: what was asked, where and how it ran, and how far it came. */
export interface Manifest {
  readonly schema: 1;
  readonly runId: string;
  readonly experiment: string;
  readonly question: string;
  readonly arguments: readonly string[];
  readonly seed: number;
  readonly gpuProfile: 'safe' | 'record';
  /** The measuring protocol, as src/measure/protocol.ts defines it. */
  readonly protocol: Readonly<Record<string, string | number>>;
  /** What is to be measured: the groups of cells, with their work models. */
  readonly plan: readonly PlannedGroup[];
  readonly environment: Environment;
  /** Measured ceilings of the devices (src/hardware), or null where the probe was left out. */
  readonly ceilings: unknown;
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Every sitting: a run that was interrupted and resumed has several. */
  readonly sittings: readonly { readonly startedAt: string; readonly endedAt?: string }[];
  readonly state: 'running' | 'interrupted' | 'complete';
}

/** One group of the plan as plain data. */
export interface PlannedGroup {
  readonly target: string;
  readonly workload: string;
  readonly size: number;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly variants: readonly string[];
  readonly work: {
    readonly operations: number;
    readonly operationUnit: string;
    readonly bytesRead: number;
    readonly bytesWritten: number;
    readonly bytesToDevice: number;
    readonly bytesFromDevice: number;
    readonly items: number;
    readonly itemUnit: string;
  };
}

/** @throws Error that names the folder, where it holds no run */
export function readManifest(folder: string): Manifest {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) throw new Error(`${folder} holds no run: there is no manifest.json in it`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw new Error(`${file} is not readable: ${(error as Error).message}`);
  }
}
