import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const oldest = 24;

/**
 * The Node that runs the tool: `PGRAM_NODE` where it is set; else the pinned package for this platform; else this
 * very Node where it is new enough, with a warning, because bytecode depends on the version of V8.
 */
export function findNode(root) {
  const flags = ['--no-warnings=ExperimentalWarning'];
  const chosen = process.env.PGRAM_NODE;
  if (chosen) {
    const version = versionOf(chosen);
    if (!version)
      throw new Error(`PGRAM_NODE is ${chosen}, which does not start. Unset it, or name a Node from ${oldest} on.`);
    if (major(version) < oldest)
      throw new Error(`PGRAM_NODE is ${chosen}, Node ${version}; TypeScript needs Node ${oldest} or later.`);
    return { path: chosen, source: 'PGRAM_NODE', flags };
  }
  const pinned = pinnedNode(root);
  if (pinned && versionOf(pinned)) return { path: pinned, source: 'pinned', flags };
  const why = pinned
    ? 'the pinned Node does not start here'
    : `no pinned Node is installed for ${process.platform}-${process.arch}`;
  if (major(process.version) >= oldest)
    return {
      path: process.execPath,
      source: 'system',
      flags,
      warning: `${why}; using Node ${process.version}: its bytecode can differ from published results`,
    };
  throw new Error(
    `${why}, and this is Node ${process.version}. Run \`npm ci\` without --omit=optional, or set PGRAM_NODE to a Node from ${oldest} on.`,
  );
}

function pinnedNode(root) {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  try {
    const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function versionOf(path) {
  if (path === process.execPath) return process.version;
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const major = version => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);
