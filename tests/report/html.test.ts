import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { escapeHtml, html } from '../../src/report/html/template.ts';
import { reportHtml, writeReport } from '../../src/report/html.ts';
import { renderSvg } from '../../src/report/render.ts';
import { sentences } from '../../src/report/sentence.ts';
import { standardCharts } from '../../src/report/standard.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { gpuRows, sampleRows } from './sample-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pages = new Map<readonly CsvRow[], Promise<string>>();

/** The page of a run, written once: drawing is what takes time. */
function report(summary: readonly CsvRow[], manifest: { runId: string } = { runId: 'a-run' }): Promise<string> {
  const page = pages.get(summary) ?? write(summary, manifest);
  pages.set(summary, page);
  return page;
}

async function write(summary: readonly CsvRow[], manifest: { runId: string }): Promise<string> {
  const charts = [];
  for (const chart of standardCharts(summary))
    charts.push({ ...chart, svg: await renderSvg(chart.spec), folder: 'charts', png: true });
  return reportHtml({ manifest, summary, samples: [], sentences: sentences(summary), charts });
}

const matmulOnly = sampleRows.filter(({ workload, size }) => workload === 'matmul' && Number(size) >= 256);

/** The page without its scripts, whose texts are not markup. */
const withoutScripts = (page: string): string => page.replace(/<script[^>]*>.*?<\/script>/gs, '');

/** The names of all elements and attributes of a page, by HTML's own rule for where a tag begins. */
function markup(page: string): { elements: Set<string>; attributes: Set<string> } {
  const elements = new Set<string>();
  const attributes = new Set<string>();
  for (const [, name, rest] of page.matchAll(/<([a-z!][a-z\d-]*)((?:\s+[^\s=>"']+(?:="[^"]*")?)*)\s*\/?>/gi)) {
    elements.add(name!.toLowerCase());
    for (const [, attribute] of rest!.matchAll(/\s([^\s=>"']+)(?:="[^"]*")?/g))
      attributes.add(attribute!.toLowerCase());
  }
  return { elements, attributes };
}

test('names, reasons, devices, sentences and the manifest cannot put markup into the page', async () => {
  const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'&`;
  const poisoned = matmulOnly.map(row => ({
    ...row,
    variant: row.variant === 'tuned' ? evil : row.variant,
    device: `${row.device}${evil}`,
    reason: evil,
    workload: `matmul${evil}`,
    parameters: `order=${evil}`,
    best_cpu_variant: evil,
  }));
  const page = await report(poisoned, { runId: `run${evil}`, [evil]: [evil, { [evil]: evil }] } as { runId: string });
  const clean = markup(withoutScripts(await report(matmulOnly)));
  const found = markup(withoutScripts(page));
  expect(
    [...found.elements].filter(name => !clean.elements.has(name) && !['ol', 'li', 'details', 'summary'].includes(name)),
  ).toEqual([]);
  expect(found.elements).not.toContain('script');
  expect(found.elements).not.toContain('img');
  expect([...found.attributes].filter(name => name.startsWith('on'))).toEqual([]);
  // It is shown, not swallowed.
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
});

/** Any code points but halves of pairs, and often those that HTML acts on or forbids. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'&<>"\'/=&amp;\0\u0007\t\n\u007f'),
      fc.integer({ min: 0, max: 0xd7ff }).map(point => String.fromCodePoint(point)),
      fc.integer({ min: 0xe000, max: 0x10ffff }).map(point => String.fromCodePoint(point)),
    ),
  )
  .map(characters => characters.join(''));

test('escaped text has no character that HTML acts on, and reads the same when a browser undoes it', () => {
  const undo = (text: string) =>
    text.replace(
      /&(amp|lt|gt|quot|#39);/g,
      (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name as string]!,
    );
  fc.assert(
    fc.property(anyText, text => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: HTML forbids these, so they are replaced
      expect(undo(escaped)).toBe(text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd'));
    }),
  );
  expect(html`<p title="${'"'}">${html`<b>${'<'}</b>`}${['<', 1]}${undefined}</p>`.toString()).toBe(
    '<p title="&quot;"><b>&lt;</b>&lt;1</p>',
  );
});

test('the page loads nothing, and forbids itself to', async () => {
  const page = await report(matmulOnly);
  expect(page).toContain(`content="default-src &#39;none&#39;;`);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.replaceAll('&#39;', "'");
  const allowed = [...policy.matchAll(/'sha256-([^']+)'/g)].map(([, hash]) => hash);
  const scripts = [...page.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text!);
  expect(scripts.map(text => createHash('sha256').update(text).digest('base64'))).toEqual(allowed);
  expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|connect-src|https?:/);
  const outside = [...withoutScripts(page).matchAll(/(?:href|src|xlink:href)="([^"]*)"/g)].map(([, url]) => url!);
  expect(outside.length).toBeGreaterThan(5);
  for (const url of outside) expect(url).toMatch(/^(#[\w-]+|charts\/[\w.=-]+|summary\.csv|samples\.csv)$/);
  expect(withoutScripts(page).replace(/http:\/\/www\.w3\.org\/(2000\/svg|1999\/xlink)/g, '')).not.toMatch(
    /https?:\/\//,
  );
});

test('ids are unique though every SVG counts its own from 0, and every reference has a target', async () => {
  const whole = await report(sampleRows);
  const named = [...whole.matchAll(/<script[^>]*\sid="([^"]+)"/g)].map(([, id]) => id!);
  const page = withoutScripts(whole);
  for (const [, spec] of page.matchAll(/data-spec="([^"]+)"/g)) expect(named).toContain(spec);
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);
  expect(new Set([...ids, ...named]).size).toBe(ids.length + named.length);
  const references = [...page.matchAll(/url\(#([^)]+)\)|href="#([^"]+)"|aria-labelledby="([^"]+)"/g)].map(
    ([, a, b, c]) => a ?? b ?? c!,
  );
  expect(references.length).toBeGreaterThan(3);
  for (const reference of references) expect(ids).toContain(reference);
});

test('a software adapter puts a notice on the first screen; a GPU does not', async () => {
  const page = await report(matmulOnly, { runId: 'software' });
  expect(page.indexOf('No GPU behind some of these numbers')).toBeGreaterThan(0);
  expect(page.indexOf('No GPU behind some of these numbers')).toBeLessThan(page.indexOf('<h2'));
  expect(await report(gpuRows, { runId: 'gpu' })).not.toContain('No GPU behind');
});

test('every cell is a row: measured ones with numbers to sort by, others with status and reason', async () => {
  const page = await report(matmulOnly);
  const table = /<table><caption>[^<]*end to end.*?<\/table>/s.exec(page)![0];
  const variants = [...table.matchAll(/<th scope="row">([^<]*)</g)].map(([, name]) => name);
  const cells = new Set(matmulOnly.map(({ size, variant }) => `${size} ${variant}`));
  expect(variants.length).toBe(cells.size);
  expect(table).toContain('no answer after 30 s: the kernel was stopped');
  const naive = matmulOnly.find(
    row => row.variant === 'naive' && row.size === 512 && row.phase === 'end_to_end' && row.regime === 'steady',
  );
  expect(table).toContain(`data-value="${naive!.time_median_ns}"`);
});

test('the charts lie beside the page, and the page stays small', async () => {
  const small = sampleRows.filter(({ workload, size }) => workload === 'matmul' && size === 512);
  const input = { summary: small, samples: [], sentences: sentences(small), charts: standardCharts(small) };
  const path = await writeReport(folder, { ...input, manifest: { runId: 'files' } });
  for (const kind of ['svg', 'png', 'vl.json'])
    expect(statSync(join(folder, 'charts', `matmul-speedup.${kind}`)).size).toBeGreaterThan(1000);
  expect(readFileSync(path, 'utf8')).toContain('href="charts/matmul-speedup.png"');
  expect((await report(sampleRows)).length).toBeLessThan(3_000_000);
});
