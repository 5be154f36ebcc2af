import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeHtml } from './html/template.ts';
import { withResolution } from './png.ts';
import { fontFiles, textWidth } from './text.ts';

/** A text mark as Vega's scenegraph hands it to the function that measures. */
interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/**
 * Without a canvas Vega guesses 0.8 em a character, 30–45 % too wide for DejaVu Sans, and lays out axes, legends and
 * titles by that guess. It asks a replaceable function, which vega's typings leave out.
 */
const { textMetrics } = vega as unknown as { textMetrics: { width: (item: TextItem, text: unknown) => number } };
textMetrics.width = (item, text) =>
  textWidth(
    String(text ?? ''),
    item.fontSize ?? 11,
    item.fontWeight === 'bold' || Number(item.fontWeight) >= 600 ? 'bold' : 'normal',
  );

/** Vega-Lite's lengths are CSS pixels: 96 an inch. */
export const pixelsPerInch = 96;

let queue: Promise<unknown> = Promise.resolve();

/**
 * Draws a Vega-Lite spec as SVG, without a browser. The same spec gives the same bytes: the numbers in element ids
 * start anew for each drawing, which is why drawings take turns.
 */
export function renderSvg(spec: TopLevelSpec): Promise<string> {
  const drawn = queue.then(() => draw(spec));
  queue = drawn.catch(() => undefined);
  return drawn;
}

async function draw(spec: TopLevelSpec): Promise<string> {
  const warnings: string[] = [];
  const logger = vega.logger(vega.Warn);
  logger.warn = (...messages) => {
    warnings.push(messages.join(' '));
    return logger;
  };
  const { spec: compiled } = compile(spec, { logger });
  if (warnings.length > 0) throw new Error(`Vega-Lite warns about a chart's spec: ${warnings.join('; ')}`);
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' });
  try {
    // Letters at fractions of a pixel, as they were measured: on a screen of few pixels they would come out wider than their place.
    const attributes = `role="img" aria-label="${escapeHtml(titleOf(spec))}" text-rendering="geometricPrecision"`;
    return (await view.toSVG()).replace('class="marks"', () => attributes);
  } finally {
    view.finalize();
  }
}

/** The title's text: what somebody who cannot see the picture is told that it is. */
function titleOf({ title }: TopLevelSpec): string {
  const text = typeof title === 'object' && 'text' in title ? title.text : title;
  return Array.isArray(text) ? text.join(' ') : typeof text === 'string' ? text : 'chart';
}

/**
 * Draws an SVG as PNG with DejaVu Sans alone: no system font can change the picture. Its resolution is written into
 * the file.
 */
export function renderPng(svg: string, dotsPerInch = 300): Buffer {
  const image = new Resvg(svg, {
    background: '#ffffff',
    font: {
      fontFiles: Object.values(fontFiles),
      loadSystemFonts: false,
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
    fitTo: { mode: 'zoom', value: dotsPerInch / pixelsPerInch },
  });
  return withResolution(image.render().asPng(), dotsPerInch);
}

/** The files of one chart, by absolute path. */
export interface ChartFiles {
  readonly svg: string;
  readonly png: string;
  readonly spec: string;
}

/**
 * Writes `name.svg`, `name.png` (300 dots an inch; `png: false` leaves it out) and the spec, `name.vl.json`, into `folder`;
 * returns the SVG too.
 */
export async function writeChart(
  folder: string,
  name: string,
  spec: TopLevelSpec,
  { png = true }: { readonly png?: boolean } = {},
): Promise<{ readonly svg: string; readonly files: ChartFiles }> {
  if (!/^[\w.=-]+$/.test(name))
    throw new Error(`A chart's name becomes a file name: letters, digits, . = - _, not "${name}"`);
  const svg = await renderSvg(spec);
  await mkdir(folder, { recursive: true });
  const files = {
    svg: join(folder, `${name}.svg`),
    png: join(folder, `${name}.png`),
    spec: join(folder, `${name}.vl.json`),
  };
  await Promise.all([
    writeFile(files.svg, svg),
    ...(png ? [writeFile(files.png, renderPng(svg))] : []),
    writeFile(files.spec, `${JSON.stringify(spec, null, 2)}\n`),
  ]);
  return { svg, files };
}
