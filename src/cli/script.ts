import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const launcher = fileURLToPath(new URL('../../bin/pgram.mjs', import.meta.url));

/**
 * Makes an experiment's file runnable by itself: `node experiments/cpu-vs-gpu.ts --help`. The launcher is started
 * anew, because a Vulkan driver has to be chosen before the process begins.
 */
export function runAsScript(name: string): Promise<void> {
  const child = spawn(process.execPath, [launcher, 'experiment', 'run', name, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.on('SIGINT', () => undefined);
  return new Promise(resolve => {
    child.on('exit', code => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
