#!/usr/bin/env node
// Finds the pinned Node and a Vulkan driver, then runs src/cli with both. Plain JavaScript for any Node from 20 on.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compiledFolder } from './launcher/cache.mjs';
import { findNode } from './launcher/node.mjs';
import { findVulkan } from './launcher/vulkan.mjs';

/** One of the tool's modules: its source in a checkout; in the package its copy without types. */
function own(root, module) {
  const source = join(root, `src/${module}.ts`);
  return existsSync(source) ? source : join(root, `dist/src/${module}.js`);
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [verb, ...rest] = process.argv.slice(2);

try {
  const node = findNode(root);
  const vulkan = findVulkan(root, node.path);
  // `exec` runs any script under the same Node and driver: the tests, or an experiment's own file.
  if (verb === 'exec' && rest.length === 0) throw new Error('exec needs a script to run, as in npx pgram exec my.ts');
  if (verb === 'exec' && !rest[0].startsWith('-') && !existsSync(rest[0]))
    throw new Error(`exec: there is no script ${rest[0]} here; name it as seen from ${process.cwd()}`);
  const script =
    verb === 'exec'
      ? [`--import=${pathToFileURL(own(root, 'exec-hooks'))}`, ...rest]
      : [own(root, 'cli/main'), ...process.argv.slice(2)];
  const env = {
    // A script's own modules, of which each may be another, would only fill it.
    ...(verb === 'exec' ? {} : { NODE_COMPILE_CACHE: compiledFolder(root) }),
    ...process.env,
    ...vulkan.env,
    PGRAM_LAUNCH: JSON.stringify({
      node: { source: node.source, path: node.path, warning: node.warning },
      vulkan: vulkan.report,
    }),
  };
  if (node.warning) process.stderr.write(`pgram: ${node.warning}\n`);
  const child = spawn(node.path, [...node.flags, ...script], { stdio: 'inherit', env });
  // The terminal sends Ctrl-C to the child as well; the launcher only has to outlive it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (signal !== 'SIGINT') child.kill(signal);
    });
  child.on('error', error => {
    process.stderr.write(`pgram: cannot start ${node.path}: ${error.message}\n`);
    process.exitCode = 4;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 4);
  });
} catch (error) {
  process.stderr.write(`pgram: ${error.message}\n`);
  process.exitCode = 4;
}
