import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../src/results/provenance.ts';

/**
 * Runs a verb as a person would, with its progress on this terminal.
 *
 * @throws Error where it ends with a code that means that nothing came of it; 1 only says that something it looked at is wrong
 */
export function pgram(words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(packageRoot, 'bin', 'pgram.mjs'), ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0 || code === 1) resolve();
      else reject(new Error(`pgram ${words.join(' ')} ended with ${code}`));
    });
  });
}
