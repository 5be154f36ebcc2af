import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { indexPage } from '../../src/profile/visualise/index-page.ts';
import { openBrowser } from '../../src/report/chromium.ts';

import { writeReport } from '../../src/report/html.ts';
import { sentences } from '../../src/report/sentence.ts';
import { standardCharts } from '../../src/report/standard.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { seriousFindings } from '../support/axe.ts';
import { writeParts } from './sample-parts.ts';
import { sampleRows } from './sample-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-page-'));
const evil = '</script><script>globalThis.pwned = 1</script><img src=x onerror="globalThis.pwned = 1">';
const rows: CsvRow[] = sampleRows
  .filter(({ workload, size }) => workload === 'matmul' && Number(size) >= 256)
  .map(row => ({ ...row, device: row.variant === 'threads' ? evil : row.device, reason: row.reason && evil }));

let browser: Browser;
let close: () => Promise<void>;
let path: string;
const complaints: string[] = [];

beforeAll(async () => {
  // What a program brings along: the names of its functions and files, and what it printed.
  await writeParts(join(folder, 'parts'), { function: `f${evil}`, file: `${evil}.ts`, said: `printed ${evil}` });
  const input = { summary: rows, samples: [], sentences: sentences(rows), charts: standardCharts(rows) };
  path = await writeReport(folder, { ...input, manifest: { runId: `a run ${evil}` } });
  ({ browser, close } = await openBrowser());
});

afterAll(async () => {
  await close?.();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page; whatever it asks for or complains of is noted. */
async function open({
  hash = '',
  ...options
}: { hash?: string } & Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.on('console', message => complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(error.message));
  page.on('request', request => {
    if (!/^(file|data):/.test(request.url())) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`file://${path}${hash}`);
  return page;
}

/** The tables of results of matmul's page. */
const results = '#matmul ~ .scroll table';

const variantsShown = (page: Page): Promise<string[]> =>
  page.locator(results).first().locator('tbody tr:visible th').allTextContents();

describe('the page in a browser', () => {
  test('charts come alive where they stand, with tooltips, a legend that singles out, and zoom', async () => {
    const page = await open({ hash: '#matmul' });
    const figure = page.locator('figure.live').first();
    await figure.locator('.stage svg').waitFor({ timeout: 120_000 });
    const mark = figure.locator('.stage svg .role-mark.mark-symbol path').last();
    await mark.hover({ force: true });
    const tip = page.locator('#vg-tooltip-element');
    await expect.poll(() => tip.isVisible(), { timeout: 60_000 }).toBe(true);
    expect(await tip.textContent()).toMatch(/ms|µs|s/);

    const faint = () =>
      figure
        .locator('.stage svg .role-mark.mark-symbol path')
        .evaluateAll(paths => paths.filter(path => Number(path.getAttribute('opacity') ?? 1) < 0.2).length);
    expect(await faint()).toBe(0);
    await figure.locator('.stage svg .role-legend-symbol path').first().click({ force: true });
    await expect.poll(faint).toBeGreaterThan(0);

    const before = await mark.getAttribute('transform');
    const box = (await figure.locator('.stage svg').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 3);
    await page.mouse.wheel(0, -300);
    await expect.poll(() => mark.getAttribute('transform')).not.toBe(before);
    await page.close();
  });

  test('tables sort both ways and back, by the number and not by its text', async () => {
    const page = await open({ hash: '#matmul' });
    const table = page.locator(results).first();
    const heading = table.locator('thead th', { hasText: 'time, median' });
    const values = () =>
      table.locator('tbody tr').evaluateAll(rows =>
        rows
          .map(row => (row as HTMLTableRowElement).cells[4]?.dataset.value ?? '')
          .filter(Boolean)
          .map(Number),
      );
    const original = await values();
    await heading.locator('button').press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect(await values()).toEqual([...original].sort((a, b) => a - b));
    await heading.locator('button').click();
    expect(await values()).toEqual([...original].sort((a, b) => b - a));
    await heading.locator('button').click();
    expect(await values()).toEqual(original);
    await page.close();
  });

  test('a table is filtered by words, and says how many rows are left', async () => {
    const page = await open({ hash: '#matmul' });
    const filter = page.locator('section .filter input').first();
    await filter.fill('simd-threads');
    const shown = await page.locator(results).first().locator('tbody tr:visible th').allTextContents();
    expect(shown.length).toBeGreaterThan(0);
    expect(new Set(shown)).toEqual(new Set(['simd-threads']));
    expect(await page.locator('section .filter output').first().textContent()).toMatch(/^\d+ of \d+$/);
    await page.close();
  });

  test('a deep link shows its chart; paper shows the drawing, unfolded, without buttons', async () => {
    const page = await open({ hash: '#chart-matmul-speedup' });
    const figure = page.locator('#chart-matmul-speedup');
    expect(await figure.evaluate(node => node.getBoundingClientRect().top < innerHeight)).toBe(true);
    await page.locator('figure.live').first().waitFor({ timeout: 120_000 });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('figure.live .chart').first().isVisible()).toBe(true);
    expect(await page.locator('figure.live .stage').first().isVisible()).toBe(false);
    expect(await page.locator('.filter').first().isVisible()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('details:not([open])').count()).toBe(0);
    const pdf = await page.pdf();
    expect(pdf.length).toBeGreaterThan(20_000);
    await page.close();
  });

  test('one page at a time: answers first, a link shows the page that its target lies in; on paper all', async () => {
    const page = await open();
    const headings = () => page.locator('h2:visible').allTextContents();
    expect(await headings()).toEqual([]);
    expect(await page.locator('.overview').isVisible()).toBe(true);
    await page.locator('nav a', { hasText: 'matmul' }).click();
    // The page follows its hash in an event of its own, after the click has returned.
    await expect.poll(headings).toEqual(['matmul']);
    expect(await page.locator('nav a[aria-current]').allTextContents()).toEqual(['matmul']);
    await page.goto(`file://${path}#matmul-layers`);
    await expect
      .poll(() => page.locator('#matmul-layers').evaluate(node => node.getBoundingClientRect().top < innerHeight))
      .toBe(true);
    await page.emulateMedia({ media: 'print' });
    await expect.poll(headings).toEqual(['matmul', 'environment']);
    await page.close();
  });

  test('on a phone a loop seven deep has its name in one line', async () => {
    const page = await open({ hash: '#matmul-loops', viewport: { width: 390, height: 844 } });
    const lines = await page
      .locator('.nested')
      .first()
      .evaluate(node => {
        (node as HTMLElement).style.setProperty('--depth', '7');
        node.textContent = 'convolution:49';
        return node.getClientRects().length;
      });
    expect(lines).toBe(1);
    await page.close();
  });

  test('without scripts tables, charts and every page are there', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator('.overview').isVisible()).toBe(true);
    expect(await page.locator('h2:visible').allTextContents()).toEqual(['matmul', 'environment']);
    expect(await page.locator('figure .chart svg').first().isVisible()).toBe(true);
    expect(await page.locator('figure .chart svg:visible').count()).toBe(await page.locator('figure').count());
    expect((await variantsShown(page)).length).toBeGreaterThan(5);
    await page.close();
  });

  // Every width and every scheme on either kind of page.
  test.each([
    ['desktop', 'light', 1280, '#matmul-times'],
    ['desktop', 'dark', 1280, ''],
    ['phone', 'light', 390, ''],
    ['phone', 'dark', 390, '#matmul-times'],
  ] as const)(
    'axe finds nothing serious, and nothing is wider than the screen: %s, %s',
    async (_, colorScheme, width, hash) => {
      const page = await open({ hash, viewport: { width, height: 900 }, colorScheme });
      if (hash !== '') await page.locator('figure.live').first().waitFor({ timeout: 120_000 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page)).toEqual([]);
      await page.close();
    },
  );

  test('a name that tries to be a script is text: nothing ran, nothing was asked for, nothing complained', async () => {
    const page = await open({ hash: '#matmul' });
    // Every chart comes alive as it is scrolled to, the drawings of the source among them.
    for (const figure of await page.locator('figure:visible').all()) {
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('.stage svg').first().waitFor({ timeout: 120_000 });
    }
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(await page.locator('img, [onerror], [onload]').count()).toBe(0);
    expect(await page.locator('h1').textContent()).toContain('<script>');
    const shown = await page.locator('#matmul ~ *').allTextContents();
    for (const text of [`f${evil}`, `${evil}.ts`, `printed ${evil}`]) expect(shown.join(' ')).toContain(text);
    await page.close();
    expect(complaints).toEqual([]);
  });

  test('the visualiser lists functions and files by name, and they are text there, too', async () => {
    const profiles = join(folder, 'profiles');
    mkdirSync(profiles);
    const frame = {
      functionName: `f${evil}`,
      scriptId: '1',
      url: `file:///${evil}.ts`,
      lineNumber: 1,
      columnNumber: 1,
    };
    const nodes = [
      { id: 1, callFrame: { ...frame, functionName: '(root)', url: '' }, children: [2], hitCount: 0 },
      { id: 2, callFrame: frame, hitCount: 9 },
    ];
    const profile = { nodes, startTime: 0, endTime: 9000, samples: Array(9).fill(2), timeDeltas: Array(9).fill(1000) };
    writeFileSync(join(profiles, 'naive.cpuprofile'), JSON.stringify(profile));
    writeFileSync(join(profiles, `<img src=x onerror="pwned = 1">.html`), '');
    const page = await browser.newPage();
    await page.setContent(indexPage(profiles).replace(/<iframe.*?<\/iframe>/s, ''));
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(await page.locator('script, img, [onerror]').count()).toBe(0);
    expect(await page.locator('body').textContent()).toContain(`f${evil}`);
    await page.close();
  });
});
