import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CsvRow } from '../results/schema.ts';
import { count } from './format.ts';
import { answersTable } from './html/answers-table.ts';
import { environment } from './html/environment.ts';
import { pageScripts, specData } from './html/scripts.ts';
import { style } from './html/style.ts';
import { phaseTable, resultTable } from './html/summary-table.ts';
import { inlineSvg } from './html/svg.ts';
import { type Html, html, trusted } from './html/template.ts';
import { writeChart } from './render.ts';
import { type Subject, subjectsOf } from './rows.ts';
import type { Sentence } from './sentence.ts';
import type { Chart } from './standard.ts';

/** What a report is made of; plain data only. */
export interface ReportInput<C extends Chart = Chart> {
  /** `manifest.json` as it stands; all of it is shown. */
  readonly manifest: { readonly runId: string };
  /** Rows of `summary.csv`. */
  readonly summary: readonly CsvRow[];
  /** Rows of `samples.csv`; they are counted, not shown. */
  readonly samples: readonly CsvRow[];
  /** One for each workload and set of parameters, and an experiment's own; `workload` is empty for what is about all. */
  readonly sentences: readonly Sentence[];
  readonly charts: readonly C[];
}

/** A chart that has been drawn. */
type DrawnChart = Chart & { readonly svg: string };

/** Forbids everything that is not in the file itself: a name that slipped through escaping could still load nothing. */
const contentPolicy = (scripts: readonly string[]): string =>
  `default-src 'none'; script-src ${scripts.join(' ')}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;

const anchor = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '');

function figure(chart: DrawnChart): Html {
  const file = (extension: string, name: string) => html`<a href="charts/${chart.name}.${extension}">${name}</a>`;
  const spec = anchor(`spec ${chart.name}`);
  return html`<figure id="${anchor(`chart ${chart.name}`)}" data-spec="${spec}"><div class="chart">${inlineSvg(chart.svg, { prefix: anchor(chart.name), label: chart.title })}</div>
<figcaption>${chart.caption} ${file('svg', 'SVG')}, ${file('png', 'PNG')}, ${file('vl.json', 'spec')}. <a class="link" href="#${anchor(`chart ${chart.name}`)}">link</a></figcaption>${specData(spec, chart.spec)}</figure>
`;
}

function softwareNotice(summary: readonly CsvRow[]): Html {
  const rows = summary.filter(row => row.ran_on === 'software-adapter');
  if (rows.length === 0) return html``;
  const devices = [...new Set(rows.map(({ device }) => String(device ?? '')))].join(', ');
  const variants = [...new Set(rows.map(({ variant }) => String(variant ?? '')))].join(', ');
  return html`<p class="notice" role="note"><strong>No GPU behind some of these numbers.</strong> ${variants} ran on the software adapter ${devices}: a CPU that pretends to be a GPU. It shows that the kernels are right; its times say nothing about a GPU. Charts draw it hollow and dashed, tables call it by its name.</p>
`;
}

function subjectSection(subject: Subject): Html {
  return html`<h3>${subject.label}: results</h3>
${resultTable(subject)}<details><summary>Phases, compilation and first calls</summary>
${phaseTable(subject)}</details>
`;
}

function workloadSection(workload: string, { summary, samples, sentences, charts }: ReportInput<DrawnChart>): Html {
  const subjects = subjectsOf(summary).filter(subject => subject.workload === workload);
  const own = samples.filter(row => row.workload === workload).length;
  const drawn = charts.filter(chart => chart.workload === workload);
  return html`<section aria-labelledby="${anchor(workload)}"><h2 id="${anchor(workload)}">${workload}</h2>
${sentences
  .filter(sentence => sentence.workload === workload)
  .map(
    ({ text }) => html`<p>${text}</p>
`,
  )}${own > 0 ? html`<p class="muted">${count(own)} raw samples in <a href="samples.csv">samples.csv</a>.</p>` : html``}
${drawn.length > 0 ? html`<div class="charts">${drawn.map(figure)}</div>` : html``}
${subjects.map(subjectSection)}</section>
`;
}

/** The whole page from drawn charts. */
export function reportHtml(input: ReportInput<DrawnChart>): string {
  const { manifest, summary, sentences, charts } = input;
  const names = [
    summary.map(({ workload }) => String(workload)),
    sentences.map(s => s.workload),
    charts.map(c => c.workload),
  ];
  const workloads = [...new Set(names.flat())].filter(name => name !== '');
  const general = charts.filter(({ workload }) => workload === '');
  const run = manifest.runId;
  const scripts = pageScripts(charts.length > 0);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(scripts.hashes)}">
<title>${run} · Parallelogram</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#answers">Skip to the answers</a>
<header><p class="muted">Parallelogram: what would it gain from other hardware, and how sure are we?</p>
<h1>${run}</h1></header>
<main>
<div id="answers">${answersTable(summary, anchor)}</div>
<ul class="answers">
${sentences.map(
  ({ text }) => html`<li>${text}</li>
`,
)}</ul>
${softwareNotice(summary)}<nav aria-label="Workloads"><ul>${workloads.map(name => html`<li><a href="#${anchor(name)}">${name}</a></li>`)}<li><a href="#environment">environment</a></li><li><a href="summary.csv">summary.csv</a></li></ul></nav>
${general.length > 0 ? html`<div class="charts">${general.map(figure)}</div>` : html``}
${workloads.map(workload => workloadSection(workload, input))}<section aria-labelledby="environment"><h2 id="environment">environment</h2>
${environment(manifest)}</section>
</main>
${scripts.markup}</body>
</html>
`;
  return page.toString();
}

/**
 * Writes `report.html` and, for each chart, `charts/<name>.svg`, `.png` and `.vl.json` into a run's folder.
 * The page is one file: it needs no network, and without scripts it can
 * still be read whole; its links lead to the files beside it.
 *
 * @returns the path of the page
 */
export async function writeReport(folder: string, input: ReportInput): Promise<string> {
  const charts: DrawnChart[] = [];
  for (const chart of input.charts) {
    const { svg } = await writeChart(join(folder, 'charts'), chart.name, chart.spec);
    charts.push({ ...chart, svg });
  }
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'report.html');
  await writeFile(path, reportHtml({ ...input, charts }));
  return path;
}
