import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ceilings } from '../hardware/ceilings.ts';
import type { Group } from '../measure/events.ts';
import type { Protocol } from '../measure/protocol.ts';
import { UsageError } from '../workload/load.ts';
import type { Demands, WorkModel } from '../workload/types.ts';
import { checkManifest } from './check-manifest.ts';
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
  readonly protocol: Protocol;
  /** What is to be measured: the groups of cells, with their work models. */
  readonly plan: readonly PlannedGroup[];
  readonly environment: Environment;
  /** Measured ceilings of the devices, or null where the probe was left out. */
  readonly ceilings: Ceilings | null;
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Every sitting: a run that was interrupted and resumed has several. */
  readonly sittings: readonly { readonly startedAt: string; readonly endedAt?: string }[];
  readonly state: 'running' | 'interrupted' | 'complete';
  /** Of a run on a cluster: the machines that measured it, known once it is merged. */
  readonly slurm?: { readonly nodes: readonly MeasuringNode[] };
}

/** One machine among several that measured a run. */
export interface MeasuringNode {
  readonly node: string;
  readonly environment: Environment;
  readonly ceilings: Ceilings | null;
}

/** One group of the plan with its work model. */
export interface PlannedGroup extends Group {
  /** What the size means for this workload; empty where it does not say. */
  readonly sizeMeaning: string;
  readonly work: WorkModel;
  /** What variants cannot do without, by name, where that is more than the work model says. */
  readonly demands?: Readonly<Record<string, Demands>>;
  /** Whether the command line left variants of the workload out. */
  readonly narrowed: boolean;
  /** SHA-256 of the target's file; null for a workload that ships. */
  readonly targetSha256: string | null;
}

/** @throws UsageError that names the folder, where it holds no run or one whose manifest cannot be read */
export function readManifest(folder: string): Manifest {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) throw new UsageError(`${folder} holds no run: there is no manifest.json in it`);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw new UsageError(`${file} is not readable: ${(error as Error).message}`);
  }
  if (manifest?.experiment === undefined)
    throw new UsageError(`${folder} is not of a bench or an experiment: nothing was measured in it side by side.`);
  checkManifest(manifest, file);
  return manifest;
}

/** Whether a folder is of a bench or an experiment; runs of other verbs lie beside them. */
export function holdsMeasurements(folder: string): boolean {
  try {
    readManifest(folder);
    return true;
  } catch {
    return false;
  }
}
