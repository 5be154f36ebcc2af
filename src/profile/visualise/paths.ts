import { realpathSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** What a file that may be served is sent as. Whatever has another ending is not served. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.cpuprofile': 'application/json',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
};

export interface Servable {
  readonly file: string;
  readonly type: string;
  readonly bytes: number;
}

/**
 * The file that a path below `root` names, or undefined where there is none that may be served: outside of `root` by
 * `..`, by an absolute path, or by a link that leads out; folders, sockets and unknown endings.
 *
 * @param path as it stands in the address, still percent-encoded, without a leading slash
 */
export function servable(root: string, path: string): Servable | undefined {
  try {
    const name = decodeURIComponent(path);
    if (/[\0\\]/.test(name) || name.split('/').some(part => part === '..' || part === '.' || part === ''))
      return undefined;
    const type = types[extname(name).toLowerCase()];
    if (type === undefined) return undefined;
    // Links are followed first; what counts is where the bytes lie.
    const inside = realpathSync(root);
    const file = realpathSync(join(inside, name));
    const stats = statSync(file);
    return stats.isFile() && file.startsWith(inside + sep) ? { file, type, bytes: stats.size } : undefined;
  } catch {
    // Malformed encoding, or no such file.
    return undefined;
  }
}
