import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openBrowser } from '../../../src/profile/visualise/open-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-test-open-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function opener(exit: number): NodeJS.ProcessEnv {
  const file = join(folder, 'xdg-open');
  writeFileSync(file, `#!/bin/sh\nprintf '%s' "$1" > '${join(folder, 'opened')}'\nexit ${exit}\n`);
  chmodSync(file, 0o755);
  return { ...process.env, DISPLAY: ':0', PATH: `${folder}${delimiter}${process.env.PATH}` };
}

const url = 'http://127.0.0.1:1/?token=a-b_c';

test('without a screen nothing is started, and the caller prints the address', async () => {
  expect(await openBrowser(url, { platform: 'linux', env: {} })).toBe(false);
});

test('the opener of the system is handed the address as it is', async () => {
  expect(await openBrowser(url, { platform: 'linux', env: opener(0) })).toBe(true);
  expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe(url);
});

test('an opener that fails, or is not there, is no browser', async () => {
  expect(await openBrowser(url, { platform: 'linux', env: opener(3) })).toBe(false);
  expect(await openBrowser(url, { platform: 'linux', env: { DISPLAY: ':0', PATH: '/nowhere' } })).toBe(false);
});
