import type { CsvRow } from '../../results/schema.ts';
import { type Answer, answerOf, speedupText } from '../answers.ts';
import { count, significant, sizeLabel } from '../format.ts';
import { forecastBeside, forecastsOf } from '../parts/forecasts.ts';
import { rowsAbout } from '../parts/subject.ts';
import type { Part } from '../parts/types.ts';
import { type Subject, subjectsOf } from '../rows.ts';
import { anchor } from './figure.ts';
import { type Html, html } from './template.ts';

const device = ({ best }: Answer): string =>
  best.ranOn === 'gpu' ? best.device : best.device === 'cpu-all' ? 'all cores' : 'one core';

/** What was forecast before the measurement, of the same device where it was, else of the best one. */
function forecastCell(parts: readonly Part[], { workload, size, best }: Answer): { text: Html; value?: number } {
  const said = forecastBeside(forecastsOf(parts, workload, best.parameters), { variant: best.variant, size });
  if (!said)
    return { text: wasForecast(parts, workload) ? html`<small>no loop of it gains on a device here</small>` : html`–` };
  const measured = said.measured === undefined ? 'not measured' : `measured ${significant(said.measured, 2)}×`;
  return {
    text: html`${speedupText(said.forecast)} <small>${said.device} at ${sizeLabel(said.size)}; ${measured}</small>`,
    value: said.forecast.mid,
  };
}

/** The hot loops of a workload; one that there was no time for has a row without a loop. */
const loopsOf = (parts: readonly Part[], workload: string) =>
  parts
    .flatMap(part => rowsAbout(part, 'opportunities.csv', new Set([workload])))
    .filter(row => row.function !== undefined);

/** Loops whose forecasts gave none of them to a device are a forecast, too. */
const wasForecast = (parts: readonly Part[], workload: string): boolean => loopsOf(parts, workload).length > 0;

/** The hottest loop of naive and what it is, where the run knows it. */
function loopReason(parts: readonly Part[], { workload }: Answer): Html {
  const [hottest] = loopsOf(parts, workload);
  if (!hottest) return html``;
  return html` <small>hottest loop ${hottest.function ?? ''}:${hottest.line ?? ''}: ${hottest.verdict ?? 'unknown'}${hottest.reason === undefined ? '' : html`, ${hottest.reason}`}</small>`;
}

const headings = [
  ['workload'],
  ['size', 'number'],
  ['best'],
  ['over naive, measured', 'number'],
  ['forecast', 'number'],
  ['bounded by'],
  ['offloading pays from'],
  ['offloaded or kept', 'reason'],
] as const;

function row(answer: Answer, parts: readonly Part[]): Html {
  const forecast = forecastCell(parts, answer);
  const cells: readonly { readonly text: string | Html; readonly value?: number | undefined }[] = [
    { text: count(answer.size), value: answer.size },
    { text: html`${answer.best.variant} <small>${device(answer)}</small>` },
    { text: speedupText(answer.overNaive), value: answer.overNaive?.mid },
    forecast,
    // A number and its unit stay together.
    { text: answer.bound.replaceAll(' %', '\u00a0%') || '–' },
    { text: answer.breakEven },
    { text: html`${answer.decision}${loopReason(parts, answer)}` },
  ];
  return html`<tr><th scope="row"><a href="#${anchor(answer.workload)}">${answer.label}</a></th>${cells.map(
    (cell, index) => {
      const [heading, kind] = headings[index + 1]!;
      const data = cell.value === undefined ? html`` : html` data-value="${cell.value}"`;
      return html`<td${kind ? html` class="${kind}"` : html``} data-label="${heading}"${data}><span>${cell.text}</span></td>`;
    },
  )}</tr>
`;
}

/**
 * The first screen: for each workload the fastest device, by how much, what was forecast, what bounds it, from which size
 * offloading pays.
 */
export function answersTable(summary: readonly CsvRow[], parts: readonly Part[]): Html {
  const answers = subjectsOf(summary).flatMap((subject: Subject) => answerOf(subject) ?? []);
  if (answers.length === 0) return html``;
  const caption =
    'Fastest on real hardware, end to end (transfers included); speed-up over naive with its 95 % interval. Forecasts are of the device named and were written down first. A ? marks what is not sure.';
  const without = answers.filter(
    ({ workload, best }) => forecastsOf(parts, workload, best.parameters).length === 0 && !wasForecast(parts, workload),
  ).length;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Answers by workload"><table class="overview"><caption>${caption}</caption>
<thead><tr>${headings.map(([text, kind]) => html`<th scope="col"${kind === 'number' ? html` class="number"` : html``}>${text}</th>`)}</tr></thead>
<tbody>
${answers.map(answer => row(answer, parts))}</tbody></table></div>
${
  without === 0
    ? html``
    : html`<p class="muted">A – under forecast: this run wrote none down. <code>npx pgram start --opportunities</code> and <code>npx pgram experiment run forecast-vs-measured</code> do; each workload’s page has the command for it alone.</p>
`
}`;
}
