/**
 * Rebuilds the WebAssembly modules from their sources, all or those whose path contains one of the arguments:
 * `node bin/pgram.mjs exec tools/build-wasm/main.ts [matmul …]`.
 */
import { writeFile } from 'node:fs/promises';
import { buildModule, findSources, moduleOf } from './build.ts';

const wanted = process.argv.slice(2);
const sources = await findSources();
for (const source of sources.filter(path => wanted.length === 0 || wanted.some(part => path.includes(part)))) {
  const bytes = await buildModule(source);
  await writeFile(moduleOf(source), bytes);
  process.stdout.write(`${source}: ${bytes.length} bytes\n`);
}
