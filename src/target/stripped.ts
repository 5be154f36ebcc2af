import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from '../../bin/launcher/cache.mjs';
import { toolRoot } from './own.ts';

/** Where the tool's modules lie without types, each under the SHA-256 digest of its source. */
const folder = join(cacheFolder(toolRoot), `stripped-${process.versions.node}`);

let flags: readonly string[] | undefined;

/**
 * Node's flags for a child process that is to find the tool's own modules stripped already (bin/launcher/stripped-hooks.mjs).
 * None in the package, whose modules have no types, and none where nothing can be kept.
 */
export function strippedFlags(): readonly string[] {
  flags ??= import.meta.url.endsWith('.ts') && keepStripped() ? [`--import=${hooks()}`] : [];
  return flags;
}

function hooks(): string {
  const url = pathToFileURL(join(toolRoot, 'bin/launcher/stripped-hooks.mjs'));
  url.searchParams.set('folder', folder);
  return url.href;
}

/** Leaves what is missing; several processes may do so at once. */
function keepStripped(): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    // AssemblyScript is no TypeScript that Node could strip, and nothing that a child loads.
    for (const name of globSync('src/**/*.ts', { cwd: toolRoot, exclude: ['src/**/assembly/**'] })) {
      const source = readFileSync(join(toolRoot, name), 'utf8');
      const path = join(folder, createHash('sha256').update(source).digest('hex'));
      if (existsSync(path)) continue;
      const scratch = `${path}.${process.pid}`;
      writeFileSync(scratch, stripTypeScriptTypes(source));
      renameSync(scratch, path);
    }
    return true;
  } catch {
    return false;
  }
}
