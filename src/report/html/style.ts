import { verdictColours } from '../charts/verdict-source.ts';
import { fontFamily } from '../text.ts';

const verdictRules = Object.entries(verdictColours)
  .map(([verdict, colour]) => `.verdict-${verdict} { --verdict: ${colour}; }`)
  .join('\n');

/** The report's style sheet: no script, no font and no image from outside; light, dark, narrow and on paper. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --text: #1a1a1a; --muted: #55585c; --line: #d8d9da; --head: #f0f1f2;
  --link: #00529b; --bad: #b00020; --warn-page: #fff4d6; --warn-line: #b08300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15171a; --card: #1d2024; --text: #e8e8e6; --muted: #a9adb2; --line: #3a3f45; --head: #262a2f;
    --link: #8ec5ff; --bad: #ff8a9a; --warn-page: #382e12; --warn-line: #d9b24a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 1rem clamp(0.8rem, 3vw, 2.5rem) 4rem; max-width: 84rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Verdana, sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.6rem 0 0.2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.6rem 0 0.6rem; border-bottom: 1px solid var(--line); padding-bottom: 0.2rem; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 0.4rem; }
h4 { font-size: 0.95rem; margin: 1.2rem 0 0.3rem; }
p { margin: 0.5rem 0; max-width: 75ch; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.muted, figcaption, caption { color: var(--muted); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 0.5rem; top: 0.5rem; background: var(--card); padding: 0.4rem; }
.answers { list-style: none; margin: 1rem 0; padding: 0; display: grid; gap: 0.6rem; }
.answers li {
  background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--link);
  border-radius: 4px; padding: 0.6rem 0.9rem; font-size: 1.08rem; overflow-wrap: anywhere;
}
.notice {
  background: var(--warn-page); border: 1px solid var(--warn-line); border-left-width: 4px; border-radius: 4px;
  padding: 0.6rem 0.9rem; margin: 1rem 0; max-width: none;
}
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; list-style: none; padding: 0; margin: 0.8rem 0; }
.charts { margin: 0.8rem 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); align-items: start; }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 0.6rem; min-width: 0; }
/* Charts keep their light ground in the dark: their colours were chosen on white. */
figure .chart { background: #ffffff; border-radius: 4px; padding: 0.3rem; }
/* Letters at fractions of a pixel, as drawings and explorable charts were laid out: else labels come out wider than their place. */
figure .chart text { font-family: ${fontFamily}; text-rendering: geometricPrecision; }
figure .chart svg { overflow: visible; }
figure svg { display: block; width: 100%; height: auto; max-width: 38rem; margin: 0 auto; }
/* The explorable chart takes the drawing's place on the screen, never on paper. */
.stage { background: #ffffff; color: #1a1a1a; border-radius: 4px; padding: 0.3rem; display: none; text-align: center; overflow: hidden; }
.live .stage { display: block; }
.live .chart { display: none; }
.stage .vega-embed { padding: 0 !important; width: auto; }
.stage text { text-rendering: geometricPrecision; }
.stage svg { max-width: none; width: auto; margin: 0; }
#vg-tooltip-element { font: 0.8rem/1.4 "DejaVu Sans", Verdana, sans-serif; max-width: 26rem; }
/* What is drawn for two columns of a paper takes both here. */
figure.wide { grid-column: 1 / -1; }
figure.wide svg { max-width: 62rem; }
figcaption { font-size: 0.85rem; line-height: 1.4; margin-top: 0.5rem; overflow-wrap: anywhere; }
.scroll { margin: 0.6rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 4px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: 0.8125rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0.5rem 0.6rem; caption-side: top; }
th, td { padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { background: var(--head); vertical-align: bottom; white-space: normal; min-width: 3.4rem; }
tbody th { font-weight: 600; }
tbody + tbody { border-top: 2px solid var(--muted); }
td.number, th.number { text-align: right; }
td.number small { white-space: nowrap; }
td.reason { white-space: normal; min-width: 16rem; overflow-wrap: anywhere; }
td small { color: var(--muted); font-size: 0.75rem; display: block; white-space: normal; }
.status-bad { color: var(--bad); font-weight: 600; }
.software td:first-of-type, .software th { font-style: italic; }
.doubt { border: 1px solid var(--warn-line); border-radius: 3px; padding: 0 0.25rem; font-size: 0.75rem; }
button.sort { all: unset; cursor: pointer; font: inherit; color: inherit; }
button.sort:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
button.sort::after { content: '\\a0↕'; color: var(--muted); font-weight: normal; }
[aria-sort=ascending] > button.sort::after { content: '\\a0↑'; color: var(--text); }
[aria-sort=descending] > button.sort::after { content: '\\a0↓'; color: var(--text); }
.filter { display: block; font-size: 0.85rem; color: var(--muted); margin: 0.6rem 0 0.3rem; }
.filter input { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--muted); border-radius: 4px; padding: 0.15rem 0.4rem; width: 16rem; max-width: 100%; }
:target { scroll-margin-top: 1rem; }
figure:target { outline: 2px solid var(--link); }
.nested { padding-left: calc(var(--depth) * 1em); }
.verdict { white-space: nowrap; }
.verdict::before { content: ''; display: inline-block; width: 0.65em; height: 0.65em; border-radius: 2px; margin-right: 0.4em; background: var(--verdict); }
${verdictRules}
td .reason { display: inline-block; white-space: normal; min-width: 14rem; max-width: 30rem; }
th small { color: var(--muted); font-weight: normal; }
td code { white-space: normal; }
code { font-family: "DejaVu Sans Mono", ui-monospace, monospace; font-size: 0.92em; overflow-wrap: anywhere; }
.lacks dd { margin: 0; }
/* One page at a time where scripts run; all of them without, and on paper. */
.paged .page:not(.current) { display: none; }
nav a[aria-current] { color: var(--text); font-weight: 600; text-decoration: none; border-bottom: 2px solid var(--link); }
.overview { font-size: 0.9rem; }
.overview td, .overview tbody th { white-space: normal; }
.overview td.reason { min-width: 13rem; }
.overview td.number { min-width: 5.5rem; }
.overview td.number small { white-space: normal; }
details { margin: 0.8rem 0; }
summary { cursor: pointer; padding: 0.2rem 0; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 0.15rem 1rem; margin: 0.4rem 0; font-size: 0.9rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
dd dl { margin: 0 0 0.4rem; }
dd details { margin: 0; }
dd ol { margin: 0; padding-left: 1.6rem; }
@media (max-width: 40rem) {
  h1 { font-size: 1.3rem; }
  figure { padding: 0.2rem; }
  figure .chart, .stage { padding: 0; }
  figure.wide .chart, figure.wide .stage { overflow-x: auto; }
  figure.wide .chart svg { min-width: 38rem; }
  /* A row of the answers is a card: nothing to scroll sideways for. */
  .overview thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .overview, .overview caption, .overview tbody, .overview tr, .overview tbody th { display: block; }
  .overview tr { padding: 0.4rem 0.2rem; border-bottom: 2px solid var(--line); }
  .overview tbody th, .overview td { border: 0; }
  .overview td, .overview td.number { display: grid; grid-template-columns: 8rem 1fr; gap: 0 0.6rem; text-align: left; padding: 0.15rem 0.5rem; }
  .overview td > * { grid-column: 2; }
  .overview td::before { content: attr(data-label); color: var(--muted); }
  figcaption { padding: 0 0.4rem 0.3rem; }
  /* Whose row it is stays in sight while its numbers are scrolled to. */
  table:not(.overview) tbody th { position: sticky; left: 0; background: var(--card); min-width: 9.2rem; max-width: 11rem; white-space: normal; overflow-wrap: anywhere; }
  table:not(.overview) tbody th small { display: block; }
  /* A name seven loops deep still stands in one line. */
  .nested { padding-left: calc(var(--depth) * 0.2em); }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin: 0 0 0.4rem 0.8rem; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --card: #ffffff; --text: #000000; --muted: #444444; --line: #bbbbbb; --head: #eeeeee;
    --link: #000000; --bad: #8a0018; --warn-page: #ffffff; --warn-line: #666666;
  }
  html { font-size: 8.5pt; }
  body { max-width: none; padding: 0; }
  nav, .skip, .filter, .link { display: none; }
  button.sort::after { content: none; }
  .paged .page:not(.current) { display: block; }
  .live .stage { display: none; }
  .live .chart { display: block; }
  .charts { grid-template-columns: 1fr 1fr; }
  figure, .answers li, tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  .scroll { overflow: visible; border: 0; }
  table { font-size: 6pt; }
  th, td { padding: 0.1rem 0.25rem; white-space: normal; }
  details::details-content { content-visibility: visible; height: auto; }
}
`;
