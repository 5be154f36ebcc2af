import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedWorkloads } from '../../kernels/index.ts';
import { ownExtension } from '../self-extension.ts';
import { UsageError, workloadAliases } from '../workload/load.ts';
import { nearest, unknownName } from '../workload/suggest.ts';

/** What a verb works on. A `file` is a workload if its default export is one, and a script otherwise. */
export type Target =
  | { readonly kind: 'workload'; readonly name: string; readonly file: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'function'; readonly file: string; readonly export: string };

/** What a program's file may be called. */
export const targetExtensions: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

const kernels = fileURLToPath(new URL('../../kernels/', import.meta.url));

/**
 * Says what a target is by its name alone; nothing is loaded.
 *
 * @param text a workload's name or alias, `file.ts`, or `file.ts#exportedFunction`
 * @throws UsageError with a suggestion where one is near
 */
export function resolveTarget(text: string, { cwd = process.cwd() }: { cwd?: string } = {}): Target {
  const name = workloadAliases[text] ?? text;
  if (Object.hasOwn(shippedWorkloads, name))
    return { kind: 'workload', name, file: join(kernels, name, `workload${ownExtension}`) };
  const hash = text.lastIndexOf('#');
  const path = hash < 0 ? text : text.slice(0, hash);
  if (extname(path) === '' && hash < 0 && !/[\\/]/.test(path))
    throw new UsageError(
      `${unknownName('workload', text, [...Object.keys(shippedWorkloads), ...Object.keys(workloadAliases)])} Or name a file, such as ./${text}.ts.`,
    );
  const file = findFile(resolve(cwd, path), path);
  if (hash < 0) return { kind: 'file', file };
  const exported = text.slice(hash + 1);
  if (exported === '') throw new UsageError(`\`${text}\` names no function after the #. Write ${path}#name.`);
  return { kind: 'function', file, export: exported };
}

function findFile(absolute: string, asked: string): string {
  if (existsSync(absolute) && !statSync(absolute).isDirectory()) {
    const file = realpathSync(absolute);
    if (targetExtensions.includes(extname(file))) return file;
    const jsx = /^\.[jt]sx$/.test(extname(file)) ? ' Node runs no JSX: compile it, and name what comes out.' : '';
    throw new UsageError(`${asked} is not a program: its name must end in ${targetExtensions.join(', ')}.${jsx}`);
  }
  const what = existsSync(absolute) ? 'is a folder; name a file in it' : 'does not exist';
  throw new UsageError(`${asked} ${what}.${neighbours(absolute, asked)}`);
}

function neighbours(absolute: string, asked: string): string {
  const folder = existsSync(absolute) ? absolute : dirname(absolute);
  if (!existsSync(folder)) return ` There is no folder ${dirname(asked)} either.`;
  const near = nearest(
    basename(asked),
    readdirSync(folder).filter(name => targetExtensions.includes(extname(name))),
  );
  return near ? ` Did you mean \`${join(dirname(asked), near)}\`?` : '';
}

/** The target as a person would write it. */
export function targetLabel(target: Target): string {
  if (target.kind === 'workload') return target.name;
  return target.kind === 'function' ? `${target.file}#${target.export}` : target.file;
}

/** What a program's process said, with its name; some messages begin with the place in its file that they are about. */
export const saidOf = (target: Target, message: string): string =>
  message.startsWith(target.file) ? message : `${targetLabel(target)}: ${message}`;
