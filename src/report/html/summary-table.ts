import { count, duration, durationRange, errorMagnitude, percent, plusMinus, significant } from '../format.ts';
import { distinctSizes, hasSpread, type Interval, type Subject, type SummaryPoint, unmeasured } from '../rows.ts';
import { type Html, html } from './template.ts';

interface TableColumn {
  readonly heading: string;
  readonly cell: (point: SummaryPoint) => { readonly text: string | Html; readonly value?: number | undefined };
  readonly numeric?: boolean;
}

const dash = '–';

const ratio = (interval: Interval | undefined) => ({
  text: interval ? `${plusMinus(interval)}×` : dash,
  value: interval?.mid,
});

const errorText = (value: number | undefined) => (value === undefined ? dash : errorMagnitude(value));

const ranOnWords: Readonly<Record<string, string>> = { cpu: 'CPU', 'software-adapter': 'software adapter', gpu: 'GPU' };

const ranOn: TableColumn = {
  heading: 'ran on',
  cell: ({ ranOn, device }) => ({
    text: html`${ranOnWords[ranOn ?? ''] ?? dash} <small>${device}</small>`,
  }),
};

const status: TableColumn = {
  heading: 'status',
  cell: point => ({
    text: html`${point.status}${point.doubts.map(doubt => html` <span class="doubt">${doubt}</span>`)}`,
  }),
};

const numeric = (heading: string, cell: TableColumn['cell']): TableColumn => ({ heading, cell, numeric: true });

const resultColumns: readonly TableColumn[] = [
  ranOn,
  status,
  numeric('time, median (95 % interval)', ({ time }) => ({
    text: time
      ? html`${duration(time.mid)} ${hasSpread(time) ? html`<small>${durationRange(time)}</small>` : html``}`
      : dash,
    value: time?.mid,
  })),
  numeric('over naive', ({ overNaive }) => ratio(overNaive)),
  { heading: 'verdict', cell: ({ verdict }) => ({ text: verdict ?? dash }) },
  numeric('over best CPU variant', ({ overBestCpu }) => ratio(overBestCpu)),
  numeric('rate', ({ itemsPerSecond, itemUnit }) => ({
    text: itemsPerSecond === undefined ? dash : `${rate(itemsPerSecond)}${itemUnit ?? ''}/s`,
    value: itemsPerSecond,
  })),
  numeric('share of bound', ({ boundShare, boundBy }) => ({
    text: html`${boundShare === undefined ? dash : percent(boundShare)} <small>${boundBy ?? ''}</small>`,
    value: boundShare,
  })),
  numeric('max. absolute error (tolerance)', ({ maxAbsError, tolerance }) => ({
    text: html`${errorText(maxAbsError)} <small>${tolerance === undefined ? '' : `(${errorText(tolerance)})`}</small>`,
    value: maxAbsError,
  })),
  numeric('max. ulp', ({ maxUlp }) => ({ text: maxUlp === undefined ? dash : significant(maxUlp), value: maxUlp })),
  numeric('processes / samples', ({ processes, samples }) => ({
    text: `${count(processes)} / ${count(samples)}`,
    value: samples,
  })),
];

const phaseColumns: readonly TableColumn[] = [
  ranOn,
  { heading: 'phase', cell: ({ phase }) => ({ text: phase ?? dash }) },
  { heading: 'regime', cell: ({ regime }) => ({ text: regime ?? dash }) },
  status,
  numeric('time, median', ({ time }) => ({ text: time ? duration(time.mid) : dash, value: time?.mid })),
  numeric('95 % interval', ({ time }) => ({
    text: time && hasSpread(time) ? `${duration(time.low)} – ${duration(time.high)}` : dash,
  })),
  numeric('processes / samples', ({ processes, samples }) => ({
    text: `${count(processes)} / ${count(samples)}`,
    value: samples,
  })),
];

/** "3.4 G" before a unit. */
function rate(perSecond: number): string {
  const prefixes = [
    [1e12, ' T'],
    [1e9, ' G'],
    [1e6, ' M'],
    [1e3, ' k'],
  ] as const;
  const found = prefixes.find(([scale]) => perSecond >= scale);
  return found ? `${significant(perSecond / found[0])}${found[1]}` : `${significant(perSecond)} `;
}

function okRow(point: SummaryPoint, columns: readonly TableColumn[]): Html {
  const cells = columns.map(({ cell, numeric }) => {
    const { text, value } = cell(point);
    // The plain number beside the printed one is what sorting goes by.
    const data = value === undefined ? html`` : html` data-value="${value}"`;
    return numeric ? html`<td class="number"${data}>${text}</td>` : html`<td${data}>${text}</td>`;
  });
  const kind = point.ranOn === 'software-adapter' ? html` class="software"` : html``;
  return html`<tr${kind}><td class="number" data-value="${point.size}">${count(point.size)}</td><th scope="row">${point.variant}</th>${cells}</tr>
`;
}

/** A cell without a time: its status, and the reason across the columns that it cannot fill. */
const failedRow = (point: SummaryPoint, columns: readonly TableColumn[]): Html =>
  html`<tr><td class="number" data-value="${point.size}">${count(point.size)}</td><th scope="row">${point.variant}</th><td>${dash} <small>${point.device}</small></td><td class="status-bad">${point.status}</td><td class="reason" colspan="${columns.length - 2}"><span class="reason">${point.reason}${point.maxAbsError === undefined ? '' : ` (largest absolute error ${errorText(point.maxAbsError)}, tolerance ${errorText(point.tolerance)})`}</span></td></tr>
`;

function table(caption: string, columns: readonly TableColumn[], bodies: readonly Html[]): Html {
  const headings = columns.map(({ heading, numeric }) =>
    numeric ? html`<th scope="col" class="number">${heading}</th>` : html`<th scope="col">${heading}</th>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr><th scope="col" class="number">size</th><th scope="col">variant</th>${headings}</tr></thead>
${bodies}</table></div>
`;
}

/** The results of a subject, largest size first: end to end in the steady state, with skipped and failed cells. */
export function resultTable(subject: Subject): Html {
  const failed = unmeasured(subject.points);
  const bodies = distinctSizes(subject.points)
    .reverse()
    .map(size => {
      const rows = subject.points.filter(
        point =>
          point.size === size && point.status === 'ok' && point.phase === 'end_to_end' && point.regime === 'steady',
      );
      return html`<tbody>
${rows.map(point => okRow(point, resultColumns))}${failed.filter(point => point.size === size).map(point => failedRow(point, resultColumns))}</tbody>
`;
    });
  return table(
    `${subject.label}: end to end, steady state; transfers included, compilation not`,
    resultColumns,
    bodies,
  );
}

/** The other rows of the summary: phases, first calls, compilation. */
export function phaseTable(subject: Subject): Html {
  const rows = subject.points.filter(
    ({ status, phase, regime }) => status === 'ok' && !(phase === 'end_to_end' && regime === 'steady'),
  );
  const bodies = distinctSizes(rows).map(
    size => html`<tbody>
${rows.filter(point => point.size === size).map(point => okRow(point, phaseColumns))}</tbody>
`,
  );
  return table(`${subject.label}: phases, compilation and first calls`, phaseColumns, bodies);
}
