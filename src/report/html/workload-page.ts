import type { CsvRow } from '../../results/schema.ts';
import { count } from '../format.ts';
import { layerSums } from '../parts/layers.ts';
import { type Program, rowsAbout } from '../parts/subject.ts';
import type { Part, PartFile } from '../parts/types.ts';
import { type Subject, subjectsOf } from '../rows.ts';
import type { Sentence } from '../sentence.ts';
import type { Chart } from '../standard.ts';
import { anchor, type Figure, figures, partHeading } from './figure.ts';
import { forecastSection } from './sections/forecast.ts';
import { layersSection } from './sections/layers.ts';
import { loopsSection } from './sections/loops.ts';
import { lacksOf, missingSection } from './sections/missing.ts';
import { profileSection } from './sections/profile.ts';
import { phaseTable, resultTable } from './summary-table.ts';
import { type Html, html } from './template.ts';

/** A chart of the page with its place in it. */
export type PlacedFigure = Figure & Pick<Chart, 'workload' | 'section'>;

/** What the page of one workload is made of. */
export interface WorkloadPage {
  readonly program: Program;
  readonly summary: readonly CsvRow[];
  /** Rows of samples.csv of this workload. */
  readonly samples: number;
  readonly sentences: readonly Sentence[];
  readonly charts: readonly PlacedFigure[];
  readonly parts: readonly Part[];
  /** The run folder as one would type it. */
  readonly run: string;
}

const subjectTables = (subject: Subject): Html => html`<h4>${subject.label}</h4>
${resultTable(subject)}<details><summary>Phases, compilation and first calls</summary>
${phaseTable(subject)}</details>
`;

function times(workload: string, subjects: readonly Subject[], charts: readonly Figure[]): Html {
  if (subjects.length === 0 && charts.length === 0) return html``;
  return html`${partHeading(workload, 'times', 'Times')}
${figures(charts)}${subjects.map(subjectTables)}`;
}

function rawSamples({ program, samples }: WorkloadPage, charts: readonly Figure[]): Html {
  if (samples === 0) return html``;
  return html`${partHeading(program.name, 'samples', 'Raw samples')}
<p>${count(samples)} rows of <a href="samples.csv">samples.csv</a>, none averaged, none dropped.</p>
${figures(charts)}`;
}

/** Everything that the run knows of one workload, from times to loops; what it does not know is a list of commands. */
export function workloadPage(page: WorkloadPage): Html {
  const { program, summary, sentences, charts, parts, run } = page;
  const { name: workload, names } = program;
  const subjects = subjectsOf(summary).filter(subject => subject.workload === workload);
  const drawn = (section: Chart['section']) =>
    charts.filter(chart => chart.workload === workload && (chart.section ?? 'times') === section);
  const lacks = lacksOf(parts, program, { run, measured: subjects.length > 0 });
  const rowsOf = (file: PartFile) => parts.flatMap(part => rowsAbout(part, file, names));
  const profiled = {
    'profile.csv': rowsOf('profile.csv'),
    'time-by-place.csv': rowsOf('time-by-place.csv'),
    'hot-lines.csv': rowsOf('hot-lines.csv'),
  };
  const id = anchor(workload);
  return html`<section class="page" aria-labelledby="${id}"><h2 id="${id}">${workload}</h2>
${sentences
  .filter(sentence => sentence.workload === workload)
  .map(
    ({ text }) => html`<p>${text}</p>
`,
  )}${times(workload, subjects, drawn('times'))}
${forecastSection(workload, parts, names)}${loopsSection(workload, parts, names)}${layersSection(workload, layerSums(rowsOf('census.csv')), drawn('layers'))}${profileSection(workload, profiled, drawn('profile'))}${rawSamples(page, drawn('samples'))}${missingSection(lacks, run)}<p class="muted">Machine, versions and protocol: <a href="#environment">environment</a>.</p>
</section>
`;
}
