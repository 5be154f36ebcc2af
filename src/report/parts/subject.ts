import { isAbsolute, relative, resolve } from 'node:path';
import { packageRoot } from '../../results/provenance.ts';
import type { CsvRow } from '../../results/schema.ts';
import type { Part, PartFile } from './types.ts';

/** A group of a manifest's plan, as far as it says what a workload's file is. */
export interface PlannedTarget {
  readonly workload?: unknown;
  readonly target?: unknown;
}

/** One program that a page has something to say about. */
export interface Program {
  /** The workload's name, or the path of a target that is none. */
  readonly name: string;
  /** What one types to have a verb work on it. */
  readonly target: string;
  /** The names under which tables know it. */
  readonly names: ReadonlySet<string>;
}

/** A workload of a run: other verbs know it by its name, or by its file where it is a user's. */
function workloadProgram(workload: string, plan: readonly PlannedTarget[]): Program {
  const targets = plan.flatMap(group =>
    group.workload === workload && typeof group.target === 'string' ? [group.target] : [],
  );
  return {
    name: workload,
    target: shortPath(targets[0] ?? workload),
    names: new Set([workload, ...targets, ...targets.map(target => resolve(target))]),
  };
}

/** The workloads of a run, and behind them what else its parts are about. */
export function programsOf(
  workloads: readonly string[],
  plan: readonly PlannedTarget[],
  parts: readonly Part[],
): Program[] {
  const own = workloads.map(workload => workloadProgram(workload, plan));
  const rows = parts.flatMap(part => Object.values(part.tables).flat());
  const targets = new Set(rows.map(row => String(row.target ?? row.workload ?? '')).filter(name => name !== ''));
  const others = [...targets].filter(target => !own.some(({ names }) => names.has(target)));
  return [
    ...own,
    ...others.map(target => ({ name: shortPath(target), target: shortPath(target), names: new Set([target]) })),
  ];
}

/** Rows about a workload, from one part. */
export const rowsAbout = (part: Part, file: PartFile, names: ReadonlySet<string>): readonly CsvRow[] =>
  (part.tables[file] ?? []).filter(row => names.has(String(row.target ?? row.workload ?? '')));

/** A path as a person reads it: from the package or from here, where it lies in one of them. */
export function shortPath(file: string): string {
  if (!isAbsolute(file)) return file;
  const inside = [packageRoot, process.cwd()]
    .map(root => relative(root, file))
    .find(path => !path.startsWith('..') && !isAbsolute(path));
  return inside ?? file;
}
