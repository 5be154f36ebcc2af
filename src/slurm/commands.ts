import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UsageError } from '../workload/load.ts';
import { parseJson, parseSacct, parseSqueue, type States, sacctFormat, squeueFormat } from './states.ts';

/** Whether one of Slurm's programs is here. */
export const hasProgram = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder || '.', name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** What a program of Slurm's prints, or undefined where it is absent or refuses. */
function ask(program: string, args: readonly string[]): string | undefined {
  // Lists of array indices in full length.
  const env = { ...process.env, SLURM_BITSTR_LEN: '0' };
  const limits = { maxBuffer: 2 ** 28, timeout: 60_000 };
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', env, ...limits });
  return status === 0 ? stdout : undefined;
}

/** @throws UsageError where Slurm is not here */
export function requireSlurm(): void {
  if (!hasProgram('sbatch'))
    throw new UsageError(
      '--on slurm needs `sbatch`, which is not on the PATH here. Submit from a login node of the cluster, leave --on out to measure on this machine, or add --dry-run to see the scripts.',
    );
}

/** Hands a script to Slurm. @returns the job's id. @throws UsageError with what sbatch said */
export function submit(script: string, args: readonly string[] = []): string {
  const { status, stdout, stderr, error } = spawnSync('sbatch', ['--parsable', ...args, script], { encoding: 'utf8' });
  const [id = ''] = (stdout ?? '').trim().split(';');
  if (status !== 0 || !/^\d+$/.test(id))
    throw new UsageError(
      `Slurm did not take ${script}: ${(stderr ?? '').trim().replace(/^sbatch: (error: )?/gm, '') || error?.message || 'it gave no reason'}`,
    );
  return id;
}

/** The most tasks that an array may have here: `MaxArraySize`, whose default is 1001. */
export function mostTasks(): number {
  const said = /^MaxArraySize\s*=\s*(\d+)/m.exec(ask('scontrol', ['show', 'config']) ?? '');
  return Math.max(1, Number(said?.[1] ?? 1001));
}

/**
 * What Slurm knows of the tasks of a job array: the accounts (`sacct`) where they are kept, over them the queue, which is
 * never late. JSON where it is offered, else the text that every version prints. Empty where Slurm has forgotten the job.
 */
export function statesOf(job: string): States {
  const accounts = read(job, ['sacct', ['-X', '-j', job]], text => parseSacct(text, job), [
    '-n',
    '-P',
    '-o',
    sacctFormat,
  ]);
  const queue = read(job, ['squeue', ['-t', 'all', '-j', job]], text => parseSqueue(text, job), [
    '-h',
    '-r',
    '-o',
    squeueFormat,
  ]);
  return new Map([...accounts, ...queue]);
}

function read(
  job: string,
  [program, args]: readonly [string, readonly string[]],
  parse: (text: string) => States,
  asText: readonly string[],
): States {
  const document = ask(program, [...args, '--json']);
  const states = document === undefined ? undefined : parseJson(document, job);
  if (states && states.size > 0) return states;
  return parse(ask(program, [...args, ...asText]) ?? '');
}
