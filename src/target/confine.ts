import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { UsageError } from '../workload/load.ts';
import { nearest } from '../workload/suggest.ts';
import { ownFolder, toolRoot } from './own.ts';

const switches = ['net', 'child', 'worker', 'addons', 'wasi', 'inspector'] as const;
type Switch = (typeof switches)[number];

/**
 * What a confined program may do beyond reading its own folder and node_modules and writing to a scratch folder.
 * `all` lifts the confinement.
 */
export interface Confinement {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly open: readonly Switch[];
  readonly all: boolean;
}

/** Nothing opened. */
export const closed: Confinement = { read: [], write: [], open: [], all: false };

/**
 * Reads the values of `--allow`: `read=<path>`, `write=<path>`, `net`, `child`, `worker`, `addons`, `wasi`,
 * `inspector`, `all`; several in one value are separated by commas.
 *
 * @throws UsageError that names the value and what is possible
 */
export function parseAllow(values: readonly string[], cwd = process.cwd()): Confinement {
  const read: string[] = [];
  const write: string[] = [];
  const open = new Set<Switch>();
  let all = false;
  for (const value of values.flatMap(text => text.split(','))) {
    const [, key = value, path] = /^(\w+)=(.*)$/s.exec(value) ?? [];
    if ((key === 'read' || key === 'write') && path) (key === 'read' ? read : write).push(resolve(cwd, path));
    else if (key === 'read' || key === 'write')
      throw new UsageError(`--allow ${key} needs a path: --allow ${key}=<file or folder>`);
    else if (value === 'all') all = true;
    else if ((switches as readonly string[]).includes(value)) open.add(value as Switch);
    else {
      const near = nearest(value, ['read=<path>', 'write=<path>', ...switches, 'all']);
      throw new UsageError(
        `--allow ${value} is unknown.${near ? ` Did you mean \`${near}\`?` : ''} Known: read=<path>, write=<path>, ${switches.join(', ')}, all.`,
      );
    }
  }
  return { read, write, open: [...open], all };
}

/** Adds what a part of the tool itself needs, such as `inspector` for exact counting. */
export const widen = (confinement: Confinement, ...open: readonly Switch[]): Confinement => ({
  ...confinement,
  open: [...new Set([...confinement.open, ...open])],
});

const flagOf: Readonly<Record<Switch, string>> = {
  net: '--allow-net',
  child: '--allow-child-process',
  worker: '--allow-worker',
  addons: '--allow-addons',
  wasi: '--allow-wasi',
  inspector: '--allow-inspector',
};

/** Whether this Node's own permission model covers the network (from Node 25 on). */
export const nodeConfinesNetwork = process.allowedNodeEnvironmentFlags.has('--allow-net');

/** Node's flags for a program at `file`. */
export function confinementFlags(
  confinement: Confinement,
  { file, scratch }: { file: string; scratch: string },
): string[] {
  if (confinement.all) return [];
  const readable = [
    toolRoot,
    ownFolder(file),
    ...moduleFolders(file),
    // What the tool itself needs may lie beside it, or behind a link.
    ...moduleFolders(join(toolRoot, 'package.json')),
    ...packageFiles(file),
    scratch,
    ...confinement.read,
    ...confinement.write,
  ];
  return [
    '--permission',
    ...withLinks(readable).map(path => `--allow-fs-read=${everythingIn(path)}`),
    ...withLinks([scratch, ...confinement.write]).map(path => `--allow-fs-write=${everythingIn(path)}`),
    // Node 24 has flags for the network only in name; there `refuseNetwork` stands in.
    ...confinement.open.filter(name => process.allowedNodeEnvironmentFlags.has(flagOf[name])).map(name => flagOf[name]),
  ];
}

/** What was open, in words for the report and the manifest. */
export function openings(confinement: Confinement): string[] {
  if (confinement.all) return ['everything'];
  return [
    ...confinement.read.map(path => `read=${path}`),
    ...confinement.write.map(path => `write=${path}`),
    ...confinement.open,
    ...(nodeConfinesNetwork || confinement.open.includes('net') ? [] : ['net refused by best effort only']),
  ];
}

/** Node looks for the nearest package.json from the file's folder upwards, to know what kind of module it is. */
function packageFiles(file: string): string[] {
  const found: string[] = [];
  for (let at = dirname(file); ; at = dirname(at)) {
    found.push(join(at, 'package.json'));
    if (dirname(at) === at) return found;
  }
}

/** Packages are looked up in every node_modules from the file's folder upwards. */
function moduleFolders(file: string): string[] {
  const found: string[] = [];
  for (let at = dirname(file); dirname(at) !== at; at = dirname(at)) {
    const folder = join(at, 'node_modules');
    if (existsSync(folder)) found.push(folder + sep);
  }
  return found;
}

/** Node checks the path asked for and where a link leads. */
const withLinks = (paths: readonly string[]): string[] => [
  ...new Set(
    paths.flatMap(path => (existsSync(path) ? [path, realpathSync(path) + (path.endsWith(sep) ? sep : '')] : [path])),
  ),
];

const everythingIn = (path: string): string => (path.endsWith(sep) ? `${path}*` : path);

const permissionCures: Readonly<Record<string, (resource: string) => string>> = {
  FileSystemRead: resource => `--allow read=${resource || '<path>'}`,
  FileSystemWrite: resource => `--allow write=${resource || '<path>'}`,
  ChildProcess: () => '--allow child',
  WorkerThreads: () => '--allow worker',
  WASI: () => '--allow wasi',
  Inspector: () => '--allow inspector',
  Addon: () => '--allow addons',
  Net: () => '--allow net',
};

/** What to allow so that this error goes away, or undefined where it is not the confinement's. */
export function permissionCure(error: unknown): string | undefined {
  const { code, permission, resource, cause } = (error ?? {}) as Record<string, unknown>;
  if (code === 'ERR_DLOPEN_DISABLED') return '--allow addons';
  if (code !== 'ERR_ACCESS_DENIED') return cause === undefined ? undefined : permissionCure(cause);
  const cure = permissionCures[String(permission)];
  return cure ? cure(String(resource ?? '')) : '--allow all';
}
