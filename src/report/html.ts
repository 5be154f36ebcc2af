import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { CsvRow } from '../results/schema.ts';
import { writeCaptions } from './captions.ts';
import { answersTable } from './html/answers-table.ts';
import { environment } from './html/environment.ts';
import { anchor, figures } from './html/figure.ts';
import { pageScripts } from './html/scripts.ts';
import { style } from './html/style.ts';
import { type Html, html, trusted } from './html/template.ts';
import { type PlacedFigure, workloadPage } from './html/workload-page.ts';
import { layerChart, placeChart } from './parts/charts.ts';
import { layerSums } from './parts/layers.ts';
import { readParts } from './parts/read.ts';
import { type PlannedTarget, programsOf, rowsAbout } from './parts/subject.ts';
import type { Parts } from './parts/types.ts';
import { writeChart } from './render.ts';
import type { Sentence } from './sentence.ts';
import type { Chart } from './standard.ts';

/** What a report is made of; plain data only. */
export interface ReportInput {
  /** `manifest.json` as it stands; all of it is shown. */
  readonly manifest: { readonly runId: string; readonly plan?: readonly PlannedTarget[] };
  /** Rows of `summary.csv`. */
  readonly summary: readonly CsvRow[];
  /** Rows of `samples.csv`; they are counted, not shown. */
  readonly samples: readonly CsvRow[];
  /** One for each workload and set of parameters, and an experiment's own; `workload` is empty for what is about all. */
  readonly sentences: readonly Sentence[];
  readonly charts: readonly Chart[];
  /** For captions of charts that are made here. */
  readonly machine?: string;
  /** `false` draws no PNGs: what is committed stays small. */
  readonly png?: boolean;
  readonly onStep?: OnStep;
}

/** Hears what takes seconds; the detail changes quickly. */
export type OnStep = (step: string, detail?: string) => void;

/** A page that is ready to be put together: charts are drawn, other verbs' folders are read. */
export interface DrawnReport extends Omit<ReportInput, 'charts'>, Partial<Parts> {
  readonly charts: readonly PlacedFigure[];
  /** The run folder as one would type it; its id unless told. */
  readonly run?: string;
}

/** Forbids everything that is not in the file itself: a name that slipped through escaping could still load nothing. */
const contentPolicy = (scripts: readonly string[]): string =>
  `default-src 'none'; script-src ${scripts.join(' ')}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;

function softwareNotice(summary: readonly CsvRow[]): Html {
  const rows = summary.filter(row => row.ran_on === 'software-adapter');
  if (rows.length === 0) return html``;
  const devices = [...new Set(rows.map(({ device }) => String(device ?? '')))].join(', ');
  const variants = [...new Set(rows.map(({ variant }) => String(variant ?? '')))].join(', ');
  return html`<p class="notice" role="note"><strong>No GPU behind some of these numbers.</strong> ${variants} ran on the software adapter ${devices}: a CPU that pretends to be a GPU. It shows that the kernels are right; its times say nothing about a GPU. Charts draw it hollow and dashed, tables call it by its name.</p>
`;
}

const problemNotice = (problems: readonly string[]): Html =>
  problems.length === 0
    ? html``
    : html`<div class="notice" role="note"><strong>Not everything in this folder could be read.</strong><ul>${problems.map(text => html`<li>${text}</li>`)}</ul></div>
`;

/** Manifests of other verbs have none, and one can come from anywhere. */
const planOf = ({ plan }: ReportInput['manifest']): readonly PlannedTarget[] => (Array.isArray(plan) ? plan : []);

/** Workloads of a run in the order in which they first occur. */
function workloadsOf({ summary, sentences, charts }: Pick<ReportInput, 'summary' | 'sentences' | 'charts'>): string[] {
  const names = [
    summary.map(({ workload }) => String(workload)),
    sentences.map(s => s.workload),
    charts.map(c => c.workload),
  ];
  return [...new Set(names.flat())].filter(name => name !== '');
}

/** What is about all workloads, and of each workload and set of parameters the first; the others are on its page. */
const headlines = (sentences: readonly Sentence[]): Sentence[] =>
  sentences.filter(
    ({ workload, parameters }, index) =>
      workload === '' ||
      sentences.findIndex(other => other.workload === workload && other.parameters === parameters) === index,
  );

/** The whole page. */
export function reportHtml(input: DrawnReport): string {
  const { manifest, summary, samples, sentences, charts, parts = [], problems = [] } = input;
  const plan = planOf(manifest);
  const programs = programsOf(workloadsOf(input), plan, parts);
  const general = charts.filter(({ workload }) => workload === '');
  const runId = manifest.runId;
  const run = input.run ?? runId;
  const hasCharts = charts.length > 0 || parts.some(part => part.charts.length > 0);
  const scripts = pageScripts(hasCharts);
  const link = (id: string, text: string) => html`<li><a href="#${id}">${text}</a></li>`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(scripts.hashes)}">
<title>${runId} · Parallelogram</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#answers">Skip to the answers</a>
<header><p class="muted">Parallelogram: what would it gain from other hardware, and how sure are we?</p>
<h1>${runId}</h1></header>
<nav aria-label="Pages"><ul>${link('answers', 'answers')}${programs.map(({ name }) => link(anchor(name), name))}${link('environment', 'environment')}${summary.length > 0 ? html`<li><a href="summary.csv">summary.csv</a></li>` : html``}</ul></nav>
<main>
<section class="page" aria-label="Answers"><div id="answers">${summary.length > 0 ? html`` : html`<p>Nothing was measured in this folder: it holds what ${parts[0]?.verb ?? 'a verb'} found, a page for each program.</p>`}${answersTable(summary, parts)}</div>
${problemNotice(problems)}${softwareNotice(summary)}<ul class="answers">
${headlines(sentences).map(
  ({ text }) => html`<li>${text}</li>
`,
)}</ul>
${figures(general)}</section>
${programs.map(program =>
  workloadPage({
    ...{ program, summary, sentences, charts, parts, run },
    samples: samples.filter(row => row.workload === program.name).length,
  }),
)}<section class="page" aria-labelledby="environment"><h2 id="environment">environment</h2>
${environment(manifest)}</section>
</main>
${scripts.markup}</body>
</html>
`;
  return page.toString();
}

/** Charts of what other verbs counted and sampled, a workload each. */
function partCharts({ parts }: Parts, input: ReportInput): Chart[] {
  const { manifest, machine } = input;
  return programsOf(workloadsOf(input), planOf(manifest), parts).flatMap(({ name: workload, names }) => {
    const of = { workload, slug: workload.replace(/[^\w.-]+/g, '-'), machine };
    return [
      ...layerChart(layerSums(parts.flatMap(part => rowsAbout(part, 'census.csv', names))), of),
      ...placeChart(
        parts.flatMap(part => rowsAbout(part, 'time-by-place.csv', names)),
        of,
      ),
    ];
  });
}

/**
 * Writes `report.html` and, for each chart, `charts/<name>.svg`, `.png` and `.vl.json`, with all captions in
 * `charts/captions.md`, into a run's folder. The page shows what other verbs have put under `parts/` too. It is one
 * file: it needs no network, and without scripts it can still be read whole; its links lead to the files beside it.
 *
 * @returns the path of the page
 */
export async function writeReport(folder: string, input: ReportInput): Promise<string> {
  const { png = true, onStep } = input;
  const found = readParts(folder);
  const all = [...input.charts, ...partCharts(found, input)];
  const charts: PlacedFigure[] = [];
  for (const chart of all) {
    onStep?.(`drawing ${all.length} charts`, `${charts.length + 1}, ${chart.name}`);
    const { svg } = await writeChart(join(folder, 'charts'), chart.name, chart.spec, { png });
    charts.push({ ...chart, svg, folder: 'charts', png });
  }
  await mkdir(folder, { recursive: true });
  await writeCaptions(join(folder, 'charts'), all);
  const path = join(folder, 'report.html');
  const run = relative('.', folder) || '.';
  await writeFile(path, reportHtml({ ...input, ...found, charts, run }));
  return path;
}
