import type { CsvRow } from '../../results/schema.ts';
import { type Answer, answerOf, speedupText } from '../answers.ts';
import { count } from '../format.ts';
import { type Subject, subjectsOf } from '../rows.ts';
import { type Html, html } from './template.ts';

const device = ({ best }: Answer): string =>
  best.ranOn === 'gpu' ? best.device : best.device === 'cpu-all' ? 'all cores' : 'one core';

const row = (answer: Answer, anchor: (text: string) => string): Html =>
  html`<tr><th scope="row"><a href="#${anchor(answer.workload)}">${answer.label}</a></th><td class="number" data-value="${answer.size}">${count(answer.size)}</td><td>${answer.best.variant} <small>${device(answer)}</small></td><td class="number" data-value="${answer.overNaive?.mid}">${speedupText(answer.overNaive)}</td><td>${answer.bound || '–'}</td><td>${answer.breakEven}</td><td class="reason">${answer.decision}</td></tr>
`;

/** The first screen: for each workload the fastest device, by how much, what bounds it, from which size offloading pays. */
export function answersTable(summary: readonly CsvRow[], anchor: (text: string) => string): Html {
  const answers = subjectsOf(summary).flatMap((subject: Subject) => answerOf(subject) ?? []);
  if (answers.length === 0) return html``;
  const caption =
    'Fastest on real hardware, end to end (transfers included); speed-up over naive with its 95 % interval. A ? marks what is not sure.';
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Answers by workload"><table class="overview"><caption>${caption}</caption>
<thead><tr><th scope="col">workload</th><th scope="col" class="number">size</th><th scope="col">best</th><th scope="col" class="number">over naive</th><th scope="col">bounded by</th><th scope="col">offloading pays from</th><th scope="col">offloaded or kept</th></tr></thead>
<tbody>
${answers.map(answer => row(answer, anchor))}</tbody></table></div>
`;
}
