import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { unpackChromiumPackage } from '../../bin/launcher/chromium-package.mjs';
import { packageRoot } from '../results/provenance.ts';
import { OutputError, orOutputError } from '../results/run-folder.ts';
import { fontFiles } from './text.ts';

const folderFor = (what: string, archive: string): string =>
  unpackChromiumPackage(packageRoot, { what, archives: [archive] });

/** How to start the browser that comes with the package. */
export interface Chromium {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Chromium's headless shell out of the package, unpacked once (some seconds). On a bare machine it needs libraries that the
 * package brings, and a font: DejaVu, as in all our charts.
 *
 * @param scratch a folder of the caller's, for the browser's own files; it may be removed when the browser has ended
 */
export function chromium(scratch: string): Chromium {
  const executable = join(folderFor('chromium', 'chromium'), 'chromium');
  const libraries = folderFor('chromium-libraries', 'al2023.tar');
  const fonts = join(scratch, 'fonts.conf');
  writeFileSync(
    fonts,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${dirname(fontFiles.normal)}</dir><cachedir>${join(scratch, 'fonts')}</cachedir></fontconfig>`,
  );
  const paths = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return {
    executable,
    args: ['--no-sandbox', '--disable-gpu'],
    env: { ...process.env, FONTCONFIG_FILE: fonts, LD_LIBRARY_PATH: paths, TMPDIR: scratch },
  };
}

/** @throws OutputError where the browser does not start, with what it said */
export async function openBrowser(): Promise<{ browser: Browser; close: () => Promise<void> }> {
  const scratch = mkdtempSync(join(tmpdir(), 'pgram-browser-'));
  const { executable, args, env } = chromium(scratch);
  try {
    const { chromium: driver } = await import('playwright-core');
    const options = { executablePath: executable, args: [...args], env: env as Record<string, string> };
    const browser = await driver.launch(options);
    return {
      browser,
      async close() {
        await browser.close();
        rmSync(scratch, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    const said = (error as Error).message.split('\n', 1)[0];
    throw new OutputError(`the browser does not start: ${said}. The SVG files are whole.`, { cause: error });
  }
}

/**
 * Prints every SVG of a folder as a PDF beside it, one page of the figure's own size: vectors and embedded fonts, as
 * journals want figures.
 *
 * @param written is told each file
 * @throws OutputError where the browser does not start or a file cannot be written, with what it said
 */
export async function chartsToPdf(folder: string, written: (file: string) => void = () => undefined): Promise<void> {
  const { browser, close } = await openBrowser();
  try {
    const page = await browser.newPage();
    for (const name of readdirSync(folder).filter(entry => entry.endsWith('.svg'))) {
      const svg = readFileSync(join(folder, name), 'utf8');
      const [, width, height] = /<svg [^>]*?width="([\d.]+)"[^>]*?height="([\d.]+)"/.exec(svg) ?? [];
      await page.setContent(`<style>html, body { margin: 0 } svg { display: block }</style>${svg}`);
      const pdf = await page.pdf({ width: `${width}px`, height: `${height}px`, pageRanges: '1' });
      const file = join(folder, name.replace(/svg$/, 'pdf'));
      orOutputError(file, () => writeFileSync(file, pdf));
      written(file);
    }
  } finally {
    await close();
  }
}
