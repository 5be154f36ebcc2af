import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { speedupBars } from '../../src/report/charts/speedup-bars.ts';
import { timeOverSize } from '../../src/report/charts/time-over-size.ts';
import { renderPng, renderSvg, writeChart } from '../../src/report/render.ts';
import { subjectsOf } from '../../src/report/rows.ts';
import type { CsvRow } from '../../src/results/schema.ts';
import { decodePng, inkIn, inkOutside, svgSize } from './pixels.ts';
import { gpuRows, sampleRows } from './sample-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const only = (rows: readonly CsvRow[], variants: readonly string[], sizes: readonly number[]) =>
  subjectsOf(rows.filter(row => variants.includes(String(row.variant)) && sizes.includes(Number(row.size))))[0]!;

const crossing = only(gpuRows, ['naive', 'simd-threads', 'webgpu-tuned'], [128, 256, 512]);
const software = only(sampleRows, ['naive', 'tuned', 'webgpu-tuned', 'webgpu-f16'], [512]);

test('time over size is drawn as it was when somebody last looked at it', async () => {
  await expect(await renderSvg(timeOverSize(crossing))).toMatchFileSnapshot('fixtures/time-over-size.svg');
});

test('speed-up bars are drawn as they were when somebody last looked at them', async () => {
  await expect(await renderSvg(speedupBars(software))).toMatchFileSnapshot('fixtures/speedup-bars.svg');
});

test("a time below its device's bound has no bar: the chart says so where the number would stand", async () => {
  const impossible = software.points.map(point =>
    point.variant === 'tuned' ? { ...point, doubts: ['faster than bound' as const] } : point,
  );
  const spec = speedupBars({ ...software, points: impossible });
  const panels = (spec as unknown as { vconcat: { data: { values: { label: string; missing: boolean }[] } }[] })
    .vconcat;
  const missing = panels.map(({ data }) => data.values.filter(bar => bar.missing).map(({ label }) => label));
  // webgpu-f16 was skipped; both panels, over naive and over the best CPU variant, lack the same bars.
  expect(missing).toEqual([
    ['tuned', expect.stringMatching(/^webgpu-f16/)],
    ['tuned', expect.stringMatching(/^webgpu-f16/)],
  ]);
  const svg = await renderSvg(spec);
  expect(svg.match(/>faster than bound</g)).toHaveLength(2);
  expect(inkOutside(svg)).toBe(0);
});

test('the same spec gives the same bytes, also when drawings overlap', async () => {
  const [first, other, second] = await Promise.all([
    renderSvg(timeOverSize(crossing)),
    renderSvg(speedupBars(software)),
    renderSvg(timeOverSize(crossing)),
  ]);
  expect(second).toBe(first);
  expect(renderPng(second)).toEqual(renderPng(first));
  expect(other).not.toBe(first);
});

test('a PNG is 300 dots an inch, says so, and has ink where title, tick labels and legend stand', async () => {
  const svg = await renderSvg(timeOverSize(crossing));
  const { width, height } = svgSize(svg);
  const png = renderPng(svg);
  // PNG specification §11.2.1 and §11.3.4.3: IHDR begins at byte 8, pHYs follows it here; 300 dpi are 11811 dots a metre.
  expect(Math.abs(png.readUInt32BE(16) - (width * 300) / 96)).toBeLessThanOrEqual(1);
  expect(png.toString('latin1', 37, 41)).toBe('pHYs');
  expect(png.readUInt32BE(41)).toBe(11811);
  const image = decodePng(png, Math.round(width), Math.round(height));
  const title = inkIn(image, [4, 3, 150, 16]);
  const tickLabels = inkIn(image, [20, 60, 52, 200]);
  const legend = inkIn(image, [70, Math.round(height) - 30, 200, Math.round(height)]);
  expect(title).toBeGreaterThan(100);
  expect(tickLabels).toBeGreaterThan(30);
  expect(legend).toBeGreaterThan(50);
});

test('a spec that Vega-Lite finds fault with is an error, not a picture', async () => {
  await expect(
    renderSvg({
      data: { values: [{ a: 1 }] },
      mark: 'bar',
      encoding: { x: { field: 'a', type: 'quantitative', scale: { type: 'log', zero: true } } },
    }),
  ).rejects.toThrow(/Vega-Lite warns.*log/);
});

test('writeChart leaves the picture twice and the spec that made it', async () => {
  const spec = speedupBars(software);
  const { files, svg } = await writeChart(folder, 'matmul-speedup', spec);
  expect(readdirSync(folder).sort()).toEqual(['matmul-speedup.png', 'matmul-speedup.svg', 'matmul-speedup.vl.json']);
  expect(await renderSvg(JSON.parse(readFileSync(files.spec, 'utf8')))).toBe(svg);
  await expect(writeChart(folder, '../elsewhere', spec)).rejects.toThrow('file name');
});
