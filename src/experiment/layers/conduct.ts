import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeCensus } from '../../census/census.ts';
import type { PlannedGroup } from '../../results/manifest.ts';
import { resolveTarget } from '../../target/index.ts';
import { formatParameters } from '../../workload/parameters.ts';
import type { Conduct } from '../define.ts';
import { subjectName } from '../names.ts';

/** What one layer of one variant executed. */
export interface LayerCount {
  readonly layer: string;
  /** Null where a part of it depends on data. */
  readonly flops: number | null;
  readonly instructions: number;
  /** Arithmetic and bitwise: what computes where nothing is floating point. */
  readonly integerOperations: number;
  readonly unsolved: number;
}

/** One variant at one size. */
export interface LayersSubject {
  readonly workload: string;
  readonly parameters: string;
  readonly size: number;
  readonly variant: string;
  /** What the workload says that it takes, in its own unit. */
  readonly operations: number;
  readonly operationUnit: string;
  readonly layers: readonly LayerCount[];
  /** Why there are no counts; empty where there are. */
  readonly reason: string;
}

const executed = new Set(['executed-bytecode', 'webassembly', 'gpu-kernel']);
/** A census is several runs of one program under counting. */
const timeoutMs = 300_000;

/** Takes the census of every variant of the plan that has no file yet. */
export async function conductLayers({ folder, plan, seed, signal, onProgress }: Conduct): Promise<boolean> {
  mkdirSync(join(folder, 'subjects'), { recursive: true });
  const waiting = plan
    .flatMap(group => group.variants.map(variant => ({ group, variant })))
    .filter(({ group, variant }) => !existsSync(fileOf(folder, group, variant)));
  for (const [done, { group, variant }] of waiting.entries()) {
    if (signal.aborted) return false;
    const label = `${group.workload} ${group.size} ${variant}`;
    onProgress({ done, total: waiting.length, label, step: 'counting', remainingMs: undefined });
    const subject = await countSubject(group, variant, seed);
    const file = fileOf(folder, group, variant);
    writeFileSync(`${file}.part`, `${JSON.stringify(subject, null, 1)}\n`);
    renameSync(`${file}.part`, file);
  }
  return !signal.aborted;
}

async function countSubject(group: PlannedGroup, variant: string, seed: number): Promise<LayersSubject> {
  const { target, workload, size, parameters, work } = group;
  const census = await takeCensus(
    { target: resolveTarget(target), size, parameters, variant, seed },
    { timeoutMs, machineCode: false },
  );
  return {
    workload,
    parameters: formatParameters(parameters),
    size,
    variant,
    operations: work.operations,
    operationUnit: work.operationUnit,
    layers: census.complete
      ? census.layers
          .filter(({ layer }) => executed.has(layer))
          .map(({ layer, flops, counts, unsolved }) => ({
            layer,
            flops,
            instructions: Object.values(counts).reduce((sum, value) => sum + value, 0),
            integerOperations: counts.arithmetic + counts.bitwise,
            unsolved: unsolved.length,
          }))
      : [],
    reason: census.problems.join('; '),
  };
}

const fileOf = (folder: string, { workload, parameters, size }: PlannedGroup, variant: string): string =>
  join(
    folder,
    'subjects',
    `${subjectName({ workload, parameters: formatParameters(parameters) })}-${size}-${variant.replace(/[^\w.-]+/g, '_')}.json`,
  );

/** What a run knows of its subjects, in the order of the plan. */
export const readLayers = (folder: string, plan: readonly PlannedGroup[]): LayersSubject[] =>
  plan.flatMap(group =>
    group.variants
      .map(variant => fileOf(folder, group, variant))
      .filter(file => existsSync(file))
      .map(file => JSON.parse(readFileSync(file, 'utf8')) as LayersSubject),
  );
