import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CpuProfile, tabulate } from '../cpu-profile.ts';

/** How many functions the page lists. */
const listed = 12;

/** Where speedscope shows a profile. */
const speedscopeLink = (name: string): string =>
  `speedscope/index.html#profileURL=${encodeURIComponent(`/profiles/${encodeURIComponent(name)}`)}&title=${encodeURIComponent(name)}`;

/**
 * The page that links the views of one run: its hottest functions as text, speedscope with the first profile in it,
 * and clinic's pages where there are any.
 *
 * @param folder the run folder's `profiles/`
 */
export function indexPage(folder: string): string {
  const names = readdirSync(folder).sort();
  const profiles = names.filter(name => name.endsWith('.cpuprofile'));
  const pages = names.filter(name => name.endsWith('.html'));
  const link = (href: string, text: string, target: string) =>
    `<a href="${href}" target="${target}">${inert(text)}</a>`;
  const views = [
    ...profiles.map(name => link(speedscopeLink(name), `speedscope: ${name}`, 'view')),
    ...pages.map(name => link(`profiles/${encodeURIComponent(name)}`, name.replace(/\.html$/, ''), 'view')),
  ];
  const first =
    profiles[0] === undefined ? pages[0] && `profiles/${encodeURIComponent(pages[0])}` : speedscopeLink(profiles[0]);
  const title = `Profile: ${basename(join(folder, '..'))}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${inert(title)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${inert(title)}</h1>
<nav aria-label="Views"><ul>${views.map(view => `<li>${view}</li>`).join('')}</ul></nav>
${hottest(folder, profiles)}</header>
${first === undefined ? '<p>This run holds no profile.</p>' : `<iframe name="view" title="Profile view" src="${first}"></iframe>`}
</body>
</html>
`;
}

/** A tree whose samples and children are nodes of it: anything else did not come from V8 as it is. */
function isProfile({ nodes, samples = [], timeDeltas = [] }: CpuProfile): boolean {
  const known = new Set(nodes.map(({ id }) => id));
  const children = nodes.flatMap(node => node.children ?? []);
  return (
    nodes.every(
      ({ callFrame: { functionName, url, lineNumber, columnNumber } }) =>
        typeof functionName === 'string' &&
        typeof url === 'string' &&
        // Throws for one that is no path on this machine.
        (!url.startsWith('file:') || fileURLToPath(url) !== '') &&
        Number.isInteger(lineNumber) &&
        Number.isInteger(columnNumber),
    ) &&
    known.size === nodes.length &&
    // Every node has one parent at most, which comes before it: no circles.
    new Set(children).size === children.length &&
    nodes.every(({ id, children: own = [] }) => own.every(child => known.has(child) && child > id)) &&
    samples.every(id => known.has(id)) &&
    timeDeltas.every(delta => typeof delta === 'number')
  );
}

function hottest(folder: string, profiles: readonly string[]): string {
  const read = profiles.flatMap(name => {
    try {
      const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile;
      return isProfile(profile) ? [profile] : [];
    } catch {
      return []; // speedscope says what is wrong with it.
    }
  });
  if (read.length === 0) return '';
  // Whose code it is plays no part here: everything is listed.
  const all = tabulate(read, { root: '/', include: [] }).filter(
    ({ kind, self }) => kind !== 'idle' && self.milliseconds > 0,
  );
  const sum = all.reduce((total, { self }) => total + self.milliseconds, 0);
  const rows = all
    .slice(0, listed)
    .map(
      ({ name, file, line, self, total }) =>
        `<tr><th scope="row">${inert(name)}</th><td>${self.milliseconds.toFixed(1)}</td><td>${((self.milliseconds / sum) * 100).toFixed(1)} %</td><td>${total.milliseconds.toFixed(1)}</td><td>${line > 0 ? inert(`${basename(file)}:${line}`) : ''}</td></tr>`,
    );
  const runs = read.length === 1 ? 'one sampled run' : `mean of ${read.length} sampled profiles`;
  return `<details open><summary>Hottest functions (${runs}; sampled times never enter a speed-up)</summary>
<div class="table"><table><thead><tr><th scope="col">function</th><th scope="col">self ms</th><th scope="col">share</th><th scope="col">total ms</th><th scope="col">where</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></details>`;
}

const inert = (text: string): string => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);

const style = `
:root { color-scheme: light; font: 14px/1.4 system-ui, sans-serif; color: #1a1a1a; background: #fff }
body { margin: 0; display: flex; flex-direction: column; height: 100vh }
header { padding: 8px 16px; border-bottom: 1px solid #8a8a8a }
h1 { font-size: 16px; margin: 0 0 4px }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 0 0 4px; padding: 0 }
a { color: #0b57a4 }
.table { max-height: 24vh; overflow: auto }
table { border-collapse: collapse }
th, td { padding: 1px 14px 1px 0; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
th { font-weight: 600 }
tbody th, thead th:first-child { text-align: left; font-family: ui-monospace, monospace; font-weight: 400 }
td:last-child, thead th:last-child { text-align: left }
iframe { flex: 1; border: 0; width: 100%; min-height: 300px }`;
