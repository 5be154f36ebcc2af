// A process that runs a batch of tests: paths on stdin, one verdict a line on stdout, as `runBatches` reads them.
import { readFileSync, writeSync } from 'node:fs';
import { runTest } from './run-test.ts';

// Tests reject promises on purpose and throw from microtasks.
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);
const [root = ''] = process.argv.slice(2);
for (const path of readFileSync(0, 'utf8').split('\n').filter(Boolean))
  writeSync(1, `${JSON.stringify({ path, verdict: runTest(root, path) })}\n`);
process.exit(0);
