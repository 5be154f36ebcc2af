import { copyFileSync, linkSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Browser, chromium as driver } from 'playwright-core';
import { unpackSwiftShader } from '../../../bin/launcher/swiftshader.mjs';
import { chromium } from '../../../src/report/chromium.ts';
import { projectRoot } from '../../support/pgram.ts';

/**
 * The headless browser of the package with WebGL, which speedscope draws with: Chromium looks for the software driver
 * beside its own file, so both are brought into one folder.
 */
export async function openBrowserWithWebGl(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const scratch = mkdtempSync(join(tmpdir(), 'pgram-webgl-'));
  const { executable, args, env: all } = chromium(scratch);
  // Chromium names its driver itself; the launcher's choice for WebGPU would come before it.
  const { VK_DRIVER_FILES: _launcher, ...env } = all;
  const { folder: drivers } = unpackSwiftShader(projectRoot);
  for (const file of [executable, ...readdirSync(drivers).map(name => join(drivers, name))]) bring(file, scratch);
  const browser = await driver.launch({
    executablePath: join(scratch, basename(executable)),
    args: [
      ...args.filter(arg => arg !== '--headless' && arg !== '--disable-gpu'),
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
      '--in-process-gpu',
    ],
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

/** A link where that is possible: the browser is 200 MB. */
function bring(file: string, folder: string): void {
  const to = join(folder, basename(file));
  try {
    linkSync(file, to);
  } catch {
    copyFileSync(file, to);
  }
}
