import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TopLevelSpec } from 'vega-lite';
import { interactive } from './interactive.ts';
import { type Html, html, trusted } from './template.ts';

/** The scripts of a page, as markup and as what a content security policy has to name. */
export interface PageScripts {
  readonly markup: Html;
  /** `'sha256-…'` of each script: no other one may run, whatever a name smuggled in. */
  readonly hashes: readonly string[];
}

/** The build for browsers, which lies beside a package's main file. */
const browserBuild = (name: string): URL => new URL(`${name}.min.js`, import.meta.resolve(name));

const cached = new Map<boolean, PageScripts>();

/** The page's own script, and before it what draws charts if there are any. All of it stands in the page. */
export function pageScripts(charts: boolean): PageScripts {
  const found = cached.get(charts);
  if (found) return found;
  const files = [
    ...(charts ? ['vega', 'vega-lite', 'vega-embed'].map(browserBuild) : []),
    new URL('client.js', import.meta.url),
  ];
  const sources = files.map(file => readFileSync(file, 'utf8').replaceAll('</script', '<\\/script'));
  const scripts: PageScripts = {
    markup: html`${sources.map(
      source => html`<script>${trusted(source)}</script>
`,
    )}`,
    hashes: sources.map(source => `'sha256-${createHash('sha256').update(source).digest('base64')}'`),
  };
  cached.set(charts, scripts);
  return scripts;
}

/** The explorable form of a chart's spec as data in the page: nothing in it can end the element. */
export const specData = (id: string, spec: TopLevelSpec): Html =>
  html`<script type="application/json" id="${id}">${trusted(JSON.stringify(interactive(spec)).replaceAll('<', '\\u003c'))}</script>`;
