// Loaded into a child process of the tool (--import): gives it the tool's own modules with their types already blanked, where
// the parent has left them, because Node keeps what it strips for no process that may not write, and stripping a hundred
// modules takes longer than most of what such a child does. A text is found by the digest of its source, so it is never
// another version's; what is not there Node strips itself.
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = new URL(import.meta.url).searchParams.get('folder');
const own = new URL('../../src/', import.meta.url).href;
// As they are now: a profile puts clocks on both (src/profile/boundaries.ts), and what is loaded here is not the program's.
const [digestOf, read] = [hash, readFileSync];

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(own) || !url.endsWith('.ts')) return nextLoad(url, context);
    try {
      const digest = digestOf('sha256', read(fileURLToPath(url)), 'hex');
      return { format: 'module', source: read(join(folder, digest), 'utf8'), shortCircuit: true };
    } catch {
      return nextLoad(url, context);
    }
  },
});
