import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startPgram } from '../support/pgram.ts';

/** Processes whose environment holds a text: those that a call has started, whoever their parent is. */
function processesWith(mark: string): string[] {
  return readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      // It ended between the two looks, or is somebody else's.
      return false;
    }
  });
}

async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end; await delay(20)) if (holds()) return true;
  return holds();
}

/** A terminal's Ctrl-C reaches every process; `kill` only the launcher. */
const ways = {
  'Ctrl-C': (pid: number) => process.kill(-pid, 'SIGINT'),
  kill: (pid: number) => process.kill(pid, 'SIGTERM'),
} as const;

const nothing = /^pgram: interrupted; nothing was written\. .+\n$/m;

test.each([
  ['trace', 'Ctrl-C'],
  ['analyze-bytecode', 'kill'],
  ['forecast', 'kill'],
] as const)('%s that is ended by %s says in a line what is left, and leaves nothing', async (verb, way) => {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-interrupt-'));
  const scratch = join(folder, 'tmp');
  mkdirSync(scratch);
  writeFileSync(join(folder, 'endless.ts'), 'for (;;) {}\n');
  const options = verb === 'forecast' ? ['--device', 'h100'] : ['--out', 'results'];
  const { child, finished } = startPgram([verb, 'endless.ts', ...options], {
    cwd: folder,
    detached: true,
    env: { ...process.env, TMPDIR: scratch },
  });
  const running = join(scratch, 'pgram-scratch-');
  expect(await until(() => processesWith(running).length > 0, 120_000)).toBe(true);
  ways[way](child.pid as number);
  const { code, stdout, stderr } = await finished;
  expect(stderr).toMatch(nothing);
  expect([code, stdout]).toEqual([130, '']);
  expect(await until(() => processesWith(scratch).length === 0, 60_000)).toBe(true);
  expect([readdirSync(scratch), readdirSync(folder).sort()]).toEqual([[], ['endless.ts', 'tmp']]);
});
