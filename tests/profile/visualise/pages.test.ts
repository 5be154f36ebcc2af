import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedProfiles, serveProfiles } from '../../../src/profile/visualise/index.ts';
import { openBrowserWithWebGl } from './browser.ts';

/** For a machine that has other things to do. */
const patient = { timeout: 120_000 };

const folder = mkdtempSync(join(tmpdir(), 'pgram-test-pages-'));
const profiles = join(folder, 'profiles');
let served: ServedProfiles;
let browser: Browser;
let closeBrowser: () => Promise<void>;

/**
 * A profile whose truth is known: of 100 ms, `grindCoffee` takes 70, `boilWater` 29 and `sip` 1, all called by
 * `breakfast`. (speedscope never zooms to less than three times the shortest frame.)
 */
function knownProfile(): object {
  const frame = (functionName: string, lineNumber: number) => ({
    functionName,
    scriptId: '1',
    url: 'file:///kitchen/breakfast.ts',
    lineNumber,
    columnNumber: 0,
  });
  const ids = [5, ...Array(70).fill(3), ...Array(29).fill(4)];
  return {
    nodes: [
      { id: 1, callFrame: { ...frame('(root)', -1), url: '' }, children: [2] },
      { id: 2, callFrame: frame('breakfast', 1), children: [3, 4, 5] },
      { id: 3, callFrame: frame('grindCoffee', 11), hitCount: 70 },
      { id: 4, callFrame: frame('boilWater', 21), hitCount: 29 },
      { id: 5, callFrame: frame('sip', 31), hitCount: 1 },
    ],
    startTime: 0,
    endTime: 100_000,
    samples: ids,
    timeDeltas: ids.map(() => 1000),
  };
}

beforeAll(async () => {
  mkdirSync(profiles);
  writeFileSync(join(profiles, 'kitchen.cpuprofile'), JSON.stringify(knownProfile()));
  served = await serveProfiles({ folder: profiles, open: false });
  ({ browser, close: closeBrowser } = await openBrowserWithWebGl());
});

afterAll(async () => {
  await closeBrowser?.();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page that writes down what it asks for, and what it complains about. */
async function watchedPage(): Promise<{ page: Page; asked: string[]; errors: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1000, height: 700 } });
  const asked: string[] = [];
  const errors: string[] = [];
  page.on('request', request => asked.push(request.url()));
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return { page, asked, errors };
}

const elsewhere = (urls: readonly string[]): string[] =>
  urls.filter(url => !/^(data|blob):/.test(url) && new URL(url).host !== new URL(served.url).host);

test('the page opens without network or complaint, and names the hot function with its share', async () => {
  const { page, asked, errors } = await watchedPage();
  await page.goto(served.url);
  expect(new URL(page.url()).search).toBe('');
  const first = page.locator('tbody tr').first();
  await expect
    .poll(() => first.innerText(), patient)
    .toMatch(/grindCoffee\s+70\.0\s+70\.0 %\s+70\.0\s+breakfast\.ts:12/);
  // speedscope, in its frame, has read the profile that it was given.
  const frame = page.frameLocator('iframe');
  await expect.poll(() => frame.locator('body').innerText(), patient).toContain('kitchen.cpuprofile');
  expect(elsewhere(asked)).toEqual([]);
  expect(errors).toEqual([]);
  await page.close();
});

test('speedscope lists the hot function by name and time, and a double click zooms into it', async () => {
  const { page, asked, errors } = await watchedPage();
  await page.goto(served.url);
  const link = (await page.locator('nav a').first().getAttribute('href')) ?? '';
  await page.goto(new URL(link, page.url()).href);
  await expect.poll(() => page.locator('body').innerText(), patient).toContain('kitchen.cpuprofile');
  // Root-first from the top, in time order: `boilWater` ends the second row.
  const inRow = { x: 300, y: 172 };
  await expect.poll(() => colourAt(page, inRow), patient).not.toBe(white);
  const grind = await colourAt(page, inRow);
  const boil = await colourAt(page, { x: 850, y: 172 });
  expect(boil).not.toBe(grind);
  await page.mouse.move(850, 172);
  await expect.poll(() => page.locator('body').innerText(), patient).toContain('boilWater');
  await page.mouse.dblclick(850, 172);
  // Zoomed: it spans the width, one row further up, where `grindCoffee` was not drawn before.
  for (const x of [100, 500, 800]) await expect.poll(() => colourAt(page, { x, y: 158 }), patient).toBe(boil);
  await page.keyboard.press('3');
  await expect
    .poll(() => page.locator('body').innerText(), patient)
    .toMatch(/70\.00ms \(71%\)\s+70\.00ms \(71%\)\s+grindCoffee/);
  expect(elsewhere(asked)).toEqual([]);
  expect(errors).toEqual([]);
  await page.close();
});

const white = '255,255,255';

/** What a person sees there; WebGL's own buffer cannot be read after it was shown. */
async function colourAt(page: Page, { x, y }: { x: number; y: number }): Promise<string> {
  const clip = { x, y, width: 1, height: 1 };
  const png = (await page.screenshot({ clip })).toString('base64');
  const reader = await browser.newPage();
  const colour = await reader.evaluate(async base64 => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)].join();
  }, png);
  await reader.close();
  return colour;
}
