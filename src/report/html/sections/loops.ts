import type { CsvRow } from '../../../results/schema.ts';
import { maximum } from '../../../workload/extreme.ts';
import { count, percent, significant } from '../../format.ts';
import { rowsAbout, shortPath } from '../../parts/subject.ts';
import type { Part } from '../../parts/types.ts';
import { type DataColumn, dataTable, numberColumn, textColumn } from '../data-table.ts';
import { figures, partHeading } from '../figure.ts';
import { type Html, html } from '../template.ts';

const numberAt = (row: CsvRow, name: string): number | undefined => {
  const value = row[name];
  return typeof value === 'number' ? value : undefined;
};

/** The verdict with a mark in the colour that it has in the charts; the word says the same. */
export const verdictMark = (verdict: string): Html =>
  html`<span class="verdict verdict-${/^[a-z-]+$/.test(verdict) ? verdict : 'unknown'}">${verdict}</span>`;

const columns: readonly DataColumn<CsvRow>[] = [
  textColumn(
    'loop',
    row =>
      html`<span class="nested" style="--depth:${Math.min(12, Number(row.depth ?? 0))}">${row.function ?? '(module)'}:${row.line ?? ''}</span> <small>${shortPath(String(row.file ?? ''))}</small>`,
  ),
  textColumn('verdict', row => verdictMark(String(row.verdict ?? 'unknown'))),
  textColumn('evidence', row => String(row.evidence ?? '')),
  numberColumn('of the work', row => numberAt(row, 'work_share'), percent),
  numberColumn('entries', row => numberAt(row, 'entries'), count),
  numberColumn('iterations', row => numberAt(row, 'iterations'), count),
  numberColumn(
    'self-parallelism',
    row => numberAt(row, 'self_parallelism'),
    value => significant(value),
  ),
  numberColumn(
    'with sums as trees',
    row => numberAt(row, 'self_parallelism_reassociated'),
    value => significant(value),
  ),
  textColumn('why', row => html`<span class="reason">${row.reason ?? ''}</span>`),
];

/** Work, span and what they allow, in a sentence. */
function totals({ totals: found }: Part): string {
  if (!found) return '';
  const { work, span, spanReassociated, complete } = found;
  const parallelism = span > 0 ? `, parallelism ${significant(work / span)}` : '';
  const trees =
    spanReassociated > 0 && spanReassociated < span
      ? `; with sums as trees span ${count(spanReassociated)}, parallelism ${significant(work / spanReassociated)}`
      : '';
  return `Work ${count(work)}, span ${count(span)}${parallelism}${trees}.${complete ? '' : ' A limit stopped the run: the numbers are of what ran until then.'}`;
}

const captions: readonly (readonly [RegExp, string])[] = [
  [
    /^parallelogram$/,
    'Operations ready at each level of the dependence graph: area is work, length is span, dashed height is their ratio.',
  ],
  [/^parallelism-over-size$/, 'Parallelism against size, traced and as the fitted laws continue it.'],
  [/^loops-/, 'The source with each loop by its verdict; SP: self-parallelism.'],
];

const captionOf = (name: string): string => captions.find(([pattern]) => pattern.test(name))?.[1] ?? '';

/** The loop nest of each traced program of a workload: verdicts, the source, the parallelogram. Empty without a trace. */
export function loopsSection(workload: string, parts: readonly Part[], names: ReadonlySet<string>): Html {
  const sections = parts.flatMap(part => {
    const rows = rowsAbout(part, 'loops.csv', names).filter(row => row.kind === 'loop' && Number(row.iterations) > 0);
    if (rows.length === 0) return [];
    const sizes = rows.map(row => Number(row.size ?? 0));
    const size = part.size ?? maximum(sizes);
    const shown = rows.filter(row => Number(row.size ?? 0) === size);
    const what = [part.variant, part.parameters.replaceAll(';', ', '), `size ${count(size)}`]
      .filter(Boolean)
      .join(', ');
    const drawn = part.charts.map(chart => ({
      ...chart,
      title: `${what}: ${chart.name}`,
      caption: `${captionOf(chart.name)} Traced, never timed: ${what}, seed ${part.seed ?? 'unknown'}.`,
      folder: part.path === '' ? 'charts' : `${part.path}/charts`,
    }));
    return [
      html`<p>${what}. ${totals(part)} Every operation of this input was followed; nothing here was timed.</p>
${dataTable(`Loops of ${what}`, columns, shown)}${figures(drawn)}
`,
    ];
  });
  return sections.length === 0
    ? html``
    : html`${partHeading(workload, 'loops', 'Loops, and why each may or may not be shared out')}
${sections}`;
}
