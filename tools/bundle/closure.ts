import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface PackageFile {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** What packages must fit to go along. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  readonly libc: string;
}

/**
 * The folders of all packages that a package needs at run time, as Node resolves them, optional ones where they are
 * installed and meant for the platform.
 *
 * @param root the folder of the package itself
 * @param without names of packages that are left out, with all that only they need
 * @throws Error that names a required package that is not installed
 */
export function productionClosure(root: string, platform: Platform, without: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    const { dependencies = {}, optionalDependencies = {} } = readPackage(folder);
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      if (without.has(name)) continue;
      const at = resolveFrom(folder, name, root);
      const optional = Object.hasOwn(optionalDependencies, name);
      if (at === undefined && !optional)
        throw new Error(`${name}, which ${folder} needs, is not installed; run \`npm ci\` first.`);
      if (at === undefined || found.has(at) || (optional && !isMeantFor(readPackage(at), platform))) continue;
      found.add(at);
      visit(at);
    }
  };
  visit(root);
  return [...found].sort();
}

const readPackage = (folder: string): PackageFile =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;

/** Node's search: node_modules of the folder itself, then of its parents, up to the root. */
function resolveFrom(folder: string, name: string, root: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (at === root || at === dirname(at)) return undefined;
  }
}

/** `os`, `cpu` and `libc` of a package's own file, where it has them. */
const isMeantFor = ({ os, cpu, libc }: PackageFile, platform: Platform): boolean =>
  (os?.includes(platform.os) ?? true) &&
  (cpu?.includes(platform.cpu) ?? true) &&
  (libc?.includes(platform.libc) ?? true);
