import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../results/provenance.ts';
import { UsageError } from '../workload/load.ts';
import { sittingFolder } from './layout.ts';

/** What is asked of Slurm; words that it understands itself are passed on as they are. */
export interface Resources {
  readonly partition?: string;
  readonly gres?: string;
  readonly constraint?: string;
  readonly time?: string;
  readonly cpusPerTask?: number;
  readonly arrayLimit?: number;
}

/** Variables that a task needs from where it was submitted; anything else of that shell could change what is measured. */
const passedOn = ['HOME', 'USER', 'PATH', 'XDG_CACHE_HOME', 'LD_LIBRARY_PATH', 'VK_DRIVER_FILES', 'VK_ICD_FILENAMES'];

/** A bundle's own launcher, or the one of this checkout or package under the Node that runs it now. */
export function launcher(): string {
  const bundled = existsSync(join(packageRoot, 'bundle.json')) ? join(packageRoot, 'pgram') : undefined;
  const parts = bundled ? [bundled] : [process.execPath, join(packageRoot, 'bin/pgram.mjs')];
  return parts.map(quote).join(' ');
}

const quote = (text: string): string => (/^[\w./+@:=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** A `#SBATCH` line ends at white space, and `%` means something in a file's name. */
function plain(option: string, value: string): string {
  if (!/^[\w./+@:=,|&*()[\]!-]+$/.test(value))
    throw new UsageError(`${option} is \`${value}\`; Slurm's options cannot hold spaces, quotes or % there.`);
  return value;
}

const directive = (name: string, value: string | number | undefined): string[] =>
  value === undefined ? [] : [`#SBATCH --${name}=${plain(`--${name}`, String(value))}`];

export interface ScriptInput {
  readonly run: string;
  readonly sitting: number;
  readonly tasks: number;
  readonly resources: Resources;
}

/** The script of the job array: one task a node process, with nothing but the launcher in it. */
export function arrayScript({ run, sitting, tasks, resources }: ScriptInput): string {
  const { partition, gres, constraint, time, cpusPerTask, arrayLimit } = resources;
  plain('--out', run);
  return [
    '#!/bin/sh',
    ...directive('job-name', 'pgram'),
    `#SBATCH --array=0-${tasks - 1}${arrayLimit === undefined ? '' : `%${arrayLimit}`}`,
    `#SBATCH --output=${join(sittingFolder(run, sitting), 'log', '%a.txt')}`,
    ...directive('partition', partition),
    ...directive('gres', gres),
    ...directive('constraint', constraint),
    ...directive('time', time),
    ...directive('cpus-per-task', cpusPerTask),
    '#SBATCH --ntasks=1',
    // What a dead node leaves is told by status and measured again by --resume, not behind anybody's back.
    '#SBATCH --no-requeue',
    `#SBATCH --export=${exported()}`,
    `exec ${launcher()} experiment task ${quote(run)} ${sitting} "$SLURM_ARRAY_TASK_ID"`,
    '',
  ].join('\n');
}

/** The script that puts the shards together; it needs no GPU. */
export function mergeScript({ run, sitting, resources }: Omit<ScriptInput, 'tasks'>): string {
  return [
    '#!/bin/sh',
    ...directive('job-name', 'pgram-merge'),
    `#SBATCH --output=${join(sittingFolder(run, sitting), 'log', 'merge.txt')}`,
    ...directive('partition', resources.partition),
    ...directive('time', resources.time),
    '#SBATCH --ntasks=1',
    `#SBATCH --export=${exported()}`,
    `exec ${launcher()} experiment merge ${quote(run)}`,
    '',
  ].join('\n');
}

const exported = (): string => passedOn.filter(name => process.env[name] !== undefined).join(',') || 'NIL';
