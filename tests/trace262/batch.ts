// A process that runs tests: a batch whose paths come on stdin, one verdict a line on stdout; or one test `alone`.
import { readFileSync, writeSync } from 'node:fs';
import { runAlone, runTest } from './run-test.ts';

// Tests reject promises on purpose and throw from microtasks.
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);
const [root = '', path, how] = process.argv.slice(2);
if (path !== undefined) writeSync(1, runAlone(root, path, how === 'traced' ? 'traced' : 'plain'));
else
  for (const each of readFileSync(0, 'utf8').split('\n').filter(Boolean))
    writeSync(1, `${JSON.stringify({ path: each, verdict: runTest(root, each) })}\n`);
process.exit(0);
