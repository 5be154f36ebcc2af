import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium as driver } from 'playwright-core';
import { chromium } from '../../src/report/chromium.ts';

/** The headless browser of the package, and a function that ends it and removes its files. */
export async function openBrowser(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const scratch = mkdtempSync(join(tmpdir(), 'pgram-browser-'));
  const { executable, args, env } = chromium(scratch);
  const browser = await driver.launch({
    executablePath: executable,
    args: args.filter(arg => arg !== '--headless'),
    env: env as Record<string, string>,
  });
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
