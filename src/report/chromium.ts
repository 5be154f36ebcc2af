import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unpackChromiumPackage } from '../../bin/launcher/chromium-package.mjs';
import { packageRoot } from '../results/provenance.ts';
import { fontFiles } from './text.ts';

/** How to start the browser that comes with the package: for vector PDF, and for the tests of pages. */
export interface Chromium {
  readonly executable: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const folderFor = (what: string, archive: string): string =>
  unpackChromiumPackage(packageRoot, { what, archives: [archive] });

/**
 * Chromium's headless shell, unpacked once (some seconds). On a bare machine it needs libraries that the package brings,
 * and a font: DejaVu, as in all our charts.
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
    args: ['--no-sandbox', '--disable-gpu', '--headless'],
    env: { ...process.env, FONTCONFIG_FILE: fonts, LD_LIBRARY_PATH: paths, TMPDIR: scratch },
  };
}

/**
 * Prints an SVG as a PDF of one page of its own size: vectors and embedded fonts, as journals want figures.
 *
 * @param size of the figure in CSS pixels (96 an inch)
 * @throws where the browser does not start, with what it said
 */
export async function svgToPdf(svg: string, size: { width: number; height: number }, file: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'pgram-pdf-'));
  try {
    const page = join(scratch, 'figure.html');
    writeFileSync(
      page,
      `<!doctype html><meta charset="utf-8"><style>@page { size: ${size.width}px ${size.height}px; margin: 0 } html, body { margin: 0 } svg { display: block; width: ${size.width}px; height: ${size.height}px }</style>${svg}`,
    );
    const { executable, args, env } = chromium(scratch);
    const printing = [...args, '--no-pdf-header-footer', `--print-to-pdf=${file}`, `file://${page}`];
    await promisify(execFile)(executable, printing, { env, timeout: 60_000 });
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new Error(`Chromium could not print ${file}: ${stderr.trim().split('\n').at(-1) || message}`, {
      cause: error,
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
