import type { TopLevelSpec } from 'vega-lite';
import { figureWidths } from '../theme.ts';
import { specData } from './scripts.ts';
import { inlineSvg } from './svg.ts';
import { type Html, html } from './template.ts';

/** A chart that has been drawn, and where its files lie. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly spec: TopLevelSpec;
  readonly svg: string;
  /** From the page, without a slash at its end. */
  readonly folder: string;
  /** Whether its PNG lies there too. */
  readonly png: boolean;
}

/** What an id may hold, of any text. */
export const anchor = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '');

const widthOf = (svg: string): number => Number(/^<svg [^>]*?\swidth="([\d.]+)"/.exec(svg)?.[1] ?? 0);

/** A chart of the page: its drawing, its caption with links to its files, its spec, and a link to itself. */
export function figure(chart: Figure): Html {
  const key = chart.folder === 'charts' ? chart.name : `${chart.folder} ${chart.name}`;
  const path = chart.folder.split('/').map(encodeURIComponent).join('/');
  const file = (extension: string, name: string) =>
    html`<a href="${path}/${encodeURIComponent(chart.name)}.${extension}">${name}</a>`;
  const spec = anchor(`spec ${key}`);
  const isWide = widthOf(chart.svg) > 1.3 * figureWidths['one-column'];
  const wide = isWide ? html` class="wide"` : html``;
  // On a narrow screen a wide one scrolls, and what scrolls has to be reached by keyboard.
  const scrolls = isWide ? html` tabindex="0" role="group" aria-label="${chart.title}"` : html``;
  return html`<figure${wide} id="${anchor(`chart ${key}`)}" data-spec="${spec}"><div class="chart"${scrolls}>${inlineSvg(chart.svg, { prefix: anchor(key), label: chart.title })}</div>
<figcaption>${chart.caption} ${file('svg', 'SVG')}, ${chart.png ? html`${file('png', 'PNG')}, ` : html``}${file('vl.json', 'spec')}. <a class="link" href="#${anchor(`chart ${key}`)}">link</a></figcaption>${specData(spec, chart.spec)}</figure>
`;
}

export const figures = (charts: readonly Figure[]): Html =>
  charts.length === 0 ? html`` : html`<div class="charts">${charts.map(figure)}</div>`;

/** The heading of a part of a workload's page, to which a link can lead: `#matmul-loops`. */
export const partHeading = (workload: string, part: string, text: string): Html =>
  html`<h3 id="${anchor(`${workload} ${part}`)}">${text}</h3>`;
