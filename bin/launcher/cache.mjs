import { accessSync, constants, lstatSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where Node keeps what it compiled of each module (stripped types and lazy bytecode, no optimised code): with it a process
 * of the tool starts in half the time. Never for a process that counts what a program compiles or runs.
 */
export const compiledFolder = root => join(cacheFolder(root), 'compiled');

/** A folder of this process alone, where no lasting one can be had. */
let scratch;

/**
 * A folder for what is made once: inside node_modules, or where that is read-only in the user's cache folder (XDG Base
 * Directory Specification), or where that is not the user's own a new one that goes with this process. Libraries are
 * loaded from it, so nobody else may be able to write there.
 */
export function cacheFolder(root) {
  const preferred = join(root, 'node_modules/.cache/parallelogram');
  if (canWrite(preferred)) return preferred;
  const { XDG_CACHE_HOME = '' } = process.env;
  const own = join(isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'parallelogram');
  if (canWrite(own) && isOurs(own)) return own;
  if (scratch === undefined) {
    scratch = mkdtempSync(join(tmpdir(), 'parallelogram-'));
    process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  }
  return scratch;
}

function canWrite(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** A real folder of this user's that neither group nor others may write. Windows keeps profiles apart by itself. */
function isOurs(folder) {
  if (process.getuid === undefined) return true;
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o022) === 0;
}
