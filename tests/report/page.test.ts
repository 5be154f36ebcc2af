import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../src/report/chromium.ts';
import { writeReport } from '../../src/report/html.ts';
import { sentences } from '../../src/report/sentence.ts';
import { standardCharts } from '../../src/report/standard.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { seriousFindings } from '../support/axe.ts';
import { sampleRows } from './sample-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-page-'));
const evil = '</script><script>globalThis.pwned = 1</script><img src=x onerror="globalThis.pwned = 1">';
const rows: CsvRow[] = sampleRows
  .filter(({ workload }) => workload === 'matmul')
  .map(row => ({ ...row, device: row.variant === 'threads' ? evil : row.device, reason: row.reason && evil }));

let browser: Browser;
let close: () => Promise<void>;
let path: string;
const complaints: string[] = [];

beforeAll(async () => {
  const input = { summary: rows, samples: [], sentences: sentences(rows), charts: standardCharts(rows) };
  path = await writeReport(folder, { ...input, manifest: { runId: `a run ${evil}` } });
  ({ browser, close } = await openBrowser());
}, 120_000);

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
    await figure.locator('.stage svg').waitFor({ timeout: 20_000 });
    const mark = figure.locator('.stage svg .role-mark.mark-symbol path').last();
    await mark.hover({ force: true });
    const tip = page.locator('#vg-tooltip-element');
    await expect.poll(() => tip.isVisible(), { timeout: 5000 }).toBe(true);
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
  }, 60_000);

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
  }, 60_000);

  test('a table is filtered by words, and says how many rows are left', async () => {
    const page = await open({ hash: '#matmul' });
    const filter = page.locator('section .filter input').first();
    await filter.fill('simd-threads');
    const shown = await page.locator(results).first().locator('tbody tr:visible th').allTextContents();
    expect(shown.length).toBeGreaterThan(0);
    expect(new Set(shown)).toEqual(new Set(['simd-threads']));
    expect(await page.locator('section .filter output').first().textContent()).toMatch(/^\d+ of \d+$/);
    await page.close();
  }, 60_000);

  test('a deep link shows its chart; paper shows the drawing, unfolded, without buttons', async () => {
    const page = await open({ hash: '#chart-matmul-speedup' });
    const figure = page.locator('#chart-matmul-speedup');
    expect(await figure.evaluate(node => node.getBoundingClientRect().top < innerHeight)).toBe(true);
    await page.locator('figure.live').first().waitFor({ timeout: 20_000 });
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('figure.live .chart').first().isVisible()).toBe(true);
    expect(await page.locator('figure.live .stage').first().isVisible()).toBe(false);
    expect(await page.locator('.filter').first().isVisible()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('details:not([open])').count()).toBe(0);
    const pdf = await page.pdf();
    expect(pdf.length).toBeGreaterThan(20_000);
    await page.close();
  }, 60_000);

  test('without scripts tables and charts are there', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator('figure .chart svg').first().isVisible()).toBe(true);
    expect((await variantsShown(page)).length).toBeGreaterThan(5);
    await page.close();
  }, 60_000);

  test.each([
    ['desktop', 'light', 1280],
    ['desktop', 'dark', 1280],
    ['phone', 'light', 390],
    ['phone', 'dark', 390],
  ] as const)(
    'axe finds nothing serious, and nothing is wider than the screen: %s, %s',
    async (_, colorScheme, width) => {
      const page = await open({ hash: '#matmul-times', viewport: { width, height: 900 }, colorScheme });
      await page.locator('figure').first().scrollIntoViewIfNeeded();
      await page.locator('figure').first().scrollIntoViewIfNeeded();
      await page.locator('figure.live').first().waitFor({ timeout: 20_000 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page)).toEqual([]);
      await page.close();
    },
    60_000,
  );

  test('a name that tries to be a script is text: nothing ran, nothing was asked for, nothing complained', async () => {
    const page = await open({ hash: '#matmul' });
    await page.locator('figure').first().scrollIntoViewIfNeeded();
    await page.locator('figure.live').first().waitFor({ timeout: 20_000 });
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(await page.locator('h1').textContent()).toContain('<script>');
    await page.close();
    expect(complaints).toEqual([]);
  }, 60_000);
});
