import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { speedupBars } from '../../src/report/charts/speedup-bars.ts';
import { chartsToPdf } from '../../src/report/chromium.ts';
import { renderSvg } from '../../src/report/render.ts';
import { subjectsOf } from '../../src/report/rows.ts';
import { sampleRows } from './sample-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-pdf-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a chart becomes a PDF of one page of its own size, with its font in it and no picture of pixels', async () => {
  const svg = await renderSvg(speedupBars(subjectsOf(sampleRows)[0]!));
  writeFileSync(join(folder, 'chart.svg'), svg);
  await chartsToPdf(folder);
  const pdf = readFileSync(join(folder, 'chart.pdf'), 'latin1');
  const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)!.map(Number);
  const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
  expect(boxes).toHaveLength(1);
  // 72 points are 96 CSS pixels.
  expect(Number(boxes[0]![1])).toBeCloseTo((width! * 72) / 96, -0.5);
  expect(Number(boxes[0]![2])).toBeCloseTo((height! * 72) / 96, -0.5);
  expect(pdf).toMatch(/\/FontName \/\w+\+DejaVuSans/);
  expect(pdf).not.toContain('/Subtype /Image');
});
