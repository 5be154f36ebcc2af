// Builds what `npm pack` ships: dist/, the checkout with its types stripped in place (Node strips none under
// node_modules), so that every line and column is that of the source, and declarations beside it. Runs as `prepack`; the
// checkout itself never needs it.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const out = join(root, 'dist');
const rooms = ['bin', 'src', 'kernels', 'experiments', 'examples'];

/** A relative path to one of our modules in quotes: an import, or the URL of a worker. `.js` is as long as `.ts`. */
const ownModule = /(['"`])(\.{1,2}\/[^'"`\n]*?)\.ts\1/g;
const rewritten = (text: string): string => text.replace(ownModule, '$1$2.js$1');

/** Sources of WebAssembly are shipped as what they were compiled to. */
const isAssembly = (file: string): boolean => /(^|\/)assembly\/.*\.(ts|json)$/.test(file);

export function buildPackage(): void {
  rmSync(out, { recursive: true, force: true });
  for (const file of rooms
    .flatMap(room => globSync(`${room}/**/*.*`, { cwd: root }))
    .filter(each => !isAssembly(each))) {
    const to = join(out, file.endsWith('.ts') ? file.replace(/ts$/, 'js') : file);
    mkdirSync(dirname(to), { recursive: true });
    if (!file.endsWith('.ts')) cpSync(join(root, file), to);
    else writeFileSync(to, rewritten(stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'))));
  }
  declarations();
  const {
    scripts: _,
    devDependencies: __,
    ...shipped
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(shipped, null, 2)}\n`);
}

function declarations(): void {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', out, '--rootDir', root];
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tools/pack'), ...options], { cwd: root, stdio: 'inherit' });
  for (const file of globSync('**/*.d.ts', { cwd: out })) {
    const path = join(out, file);
    writeFileSync(path, rewritten(readFileSync(path, 'utf8')));
  }
}

if (import.meta.main) buildPackage();
