import { readFileSync } from 'node:fs';

/** What doctor and bubbleprof computed, as their page carries it. */
export function pageData(page: string): unknown {
  const html = readFileSync(page, 'utf8');
  const begin = '<script type="application/json" id="clinic-data">';
  const from = html.indexOf(begin);
  const to = html.indexOf('</script>', from);
  if (from < 0 || to < 0) throw new Error('its page carries no data; was another version of clinic installed?');
  return JSON.parse(html.slice(from + begin.length, to));
}
