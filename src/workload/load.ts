import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { shippedWorkloads } from '../../kernels/index.ts';
import { allowSelfImport } from '../self-import.ts';
import { isWorkload } from './define.ts';
import { unknownName } from './suggest.ts';
import type { AnyWorkload } from './types.ts';

/** The request cannot be carried out as it was typed; the message says what to type instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A target's file is there but does not load, or is itself at fault. */
export class TargetError extends Error {
  override readonly name: string = 'TargetError';
}

/** Aliases of the shipped workloads; known without loading any, so that a typo is answered at once. */
export const workloadAliases: Readonly<Record<string, string>> = {
  matrix: 'matmul',
  od: 'ode',
  qs: 'quicksort',
  crypt: 'crypto',
  dummy: 'calibration',
};

export const isFileTarget = (target: string): boolean => /\.[mc]?[jt]s(#|$)/.test(target) || /[/\\]/.test(target);

/** The canonical form of a target: a shipped workload's name, or a file's absolute path. */
export function canonicalTarget(target: string): string {
  const name = workloadAliases[target] ?? target;
  if (name in shippedWorkloads) return name;
  if (isFileTarget(target)) {
    const path = resolve(target);
    const [file = '', name] = target.split('#');
    if (name !== undefined && !existsSync(path) && existsSync(file))
      throw new UsageError(
        `${target} is a function, and only a workload has variants to check or measure. \`pgram trace\`, \`forecast\`, \`analyze\` and \`analyze-bytecode\` take functions; docs/bring-your-own-program.md shows how one becomes a workload.`,
      );
    if (!existsSync(path))
      throw new UsageError(`${target}: no such file. A target is a workload's name or a TypeScript file.`);
    if (statSync(path).isDirectory()) throw new UsageError(`${target} is a folder; name a file in it.`);
    return path;
  }
  throw new UsageError(
    `${unknownName('workload', target, [...Object.keys(shippedWorkloads), ...Object.keys(workloadAliases)])} Or give a file, e.g. ./my-workload.ts.`,
  );
}

/**
 * The workload of a target.
 * @throws UsageError where there is no such workload or file, or the file's default export is no workload
 * @throws TargetError where the file does not load
 */
export async function loadWorkload(target: string): Promise<AnyWorkload> {
  const canonical = canonicalTarget(target);
  const shipped = shippedWorkloads[canonical];
  if (shipped) return shipped();
  allowSelfImport();
  let loaded: { default?: unknown };
  try {
    loaded = (await import(pathToFileURL(canonical).href)) as { default?: unknown };
  } catch (error) {
    throw new TargetError(`${target} does not load: ${(error as Error).message}`, { cause: error });
  }
  if (!isWorkload(loaded.default))
    throw new UsageError(
      `${target}: the default export is not a workload. Write \`export default defineWorkload({ … })\` (docs/bring-your-own-program.md); \`pgram trace\`, \`forecast\` and \`analyze\` also take \`${target}#function\`.`,
    );
  return loaded.default as AnyWorkload;
}

/** Resolves `--size`: an integer, or one of the workload's named sizes. */
export function resolveSize(workload: AnyWorkload, size: string | number): number {
  const named = workload.sizes[String(size)];
  if (named !== undefined) return named;
  const number = Number(size);
  if (/^\d+$/.test(String(size).trim()) && Number.isSafeInteger(number)) return number;
  throw new UsageError(
    `${workload.name} has no size \`${size}\`. Give an integer${workload.sizeMeaning ? ` (${workload.sizeMeaning})` : ''} or one of: ${Object.entries(
      workload.sizes,
    )
      .map(([name, value]) => `${name} (${value})`)
      .join(', ')}.`,
  );
}
