import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this package lives. */
export const toolRoot = fileURLToPath(new URL('../../', import.meta.url));

/** The files that count as the user's own, and may be read. */
export interface Ownership {
  /** Absolute, ends in a separator. */
  readonly root: string;
  /** Packages in node_modules that count as own as well. */
  readonly include: readonly string[];
}

/**
 * A program's own folder: that of the nearest package.json, or the one it lies in where there is none below the
 * user's home. Inside this package it is always the file's own folder, so that the tool never counts itself.
 */
export function ownFolder(file: string): string {
  const folder = dirname(file);
  const shared = new Set([homedir(), tmpdir(), toolRoot.slice(0, -1)]);
  for (let at = folder; dirname(at) !== at && !shared.has(at); at = dirname(at))
    if (existsSync(join(at, 'package.json'))) return at + sep;
  return folder + sep;
}

/** Whether a module is the user's: under the root and not in node_modules, or of an included package. */
export function isOwn(file: string, { root, include }: Ownership): boolean {
  const packageName = packageOf(file);
  if (packageName !== undefined) return include.includes(packageName);
  return file.startsWith(root);
}

/** The name of the innermost package in node_modules that holds a file. */
export function packageOf(file: string): string | undefined {
  const marker = `${sep}node_modules${sep}`;
  const at = file.lastIndexOf(marker);
  if (at < 0) return undefined;
  const [first = '', second = ''] = file.slice(at + marker.length).split(sep);
  return first.startsWith('@') ? `${first}/${second}` : first;
}
