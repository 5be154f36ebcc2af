import { styleText } from 'node:util';
import type { CsvRow } from '../results/schema.ts';
import { count, duration, durationRange, errorMagnitude, percent, plusMinus } from './format.ts';
import { distinctSizes, hasSpread, type Subject, type SummaryPoint, subjectsOf, unmeasured } from './rows.ts';

type Style = Parameters<typeof styleText>[0];

interface CellText {
  readonly text: string;
  readonly style?: Style | undefined;
}

export interface TerminalOptions {
  /** Where the table will be written: colours only if it is a terminal and NO_COLOR is not set. Default stdout. */
  readonly stream?: NodeJS.WritableStream;
  /** Only these sizes; default all. */
  readonly sizes?: readonly number[];
}

const headings = [
  'variant',
  'status',
  'median',
  '95 % interval',
  'over naive',
  'over best CPU',
  'of bound',
  'ran on',
  'max error',
];
/** Columns of numbers, which stand right-aligned. */
const rightAligned = new Set([2, 4, 5, 6, 8]);

const dash: CellText = { text: '–', style: 'dim' };

const statusStyle = ({ status, doubts }: SummaryPoint): Style =>
  status === 'skipped' ? 'dim' : status !== 'ok' ? 'red' : doubts.length > 0 ? 'yellow' : 'green';

function speedup(point: SummaryPoint, which: 'overNaive' | 'overBestCpu'): CellText {
  const ratio = point[which];
  if (!ratio) return dash;
  const unsure = which === 'overNaive' && point.verdict === 'AMBIGUOUS';
  return { text: `${plusMinus(ratio)}×${unsure ? ' ?' : ''}`, style: unsure ? 'yellow' : undefined };
}

function ranOn({ ranOn, device }: SummaryPoint): CellText {
  if (ranOn === 'software-adapter') return { text: 'software adapter', style: 'yellow' };
  return ranOn === undefined ? dash : { text: ranOn === 'gpu' ? `gpu: ${device}` : device };
}

const lineOf = (point: SummaryPoint): CellText[] => [
  { text: point.variant, style: 'bold' },
  { text: [point.status, ...point.doubts].join(', '), style: statusStyle(point) },
  point.time ? { text: duration(point.time.mid) } : dash,
  point.time && hasSpread(point.time) ? { text: durationRange(point.time), style: 'dim' } : dash,
  speedup(point, 'overNaive'),
  speedup(point, 'overBestCpu'),
  point.boundShare === undefined ? dash : { text: percent(point.boundShare) },
  ranOn(point),
  point.maxAbsError === undefined ? dash : { text: errorMagnitude(point.maxAbsError) },
];

/** Characters that a terminal shows; combining marks and wide characters do not occur in what we print. */
const width = (text: string): number => [...text].length;

/** What comes from a program or a driver must not steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const inert = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');

function align(rows: readonly (readonly CellText[])[], paint: (cell: CellText, padded: string) => string): string[] {
  const widths = headings.map((_, column) => Math.max(...rows.map(row => width(row[column]!.text))));
  return rows.map(row =>
    row
      .map((cell, column) => {
        const padding = ' '.repeat(widths[column]! - width(cell.text));
        return paint(cell, rightAligned.has(column) ? padding + cell.text : cell.text + padding);
      })
      .join('  ')
      .trimEnd(),
  );
}

function tableOf(subject: Subject, size: number, stream: NodeJS.WritableStream): string {
  const paint = ({ style }: CellText, padded: string) =>
    style === undefined ? padded : styleText(style, padded, { stream });
  const atSize = subject.points.filter(point => point.size === size);
  const measured = atSize.filter(
    ({ status, phase, regime }) => status === 'ok' && phase === 'end_to_end' && regime === 'steady',
  );
  const missing = unmeasured(atSize);
  const heading = headings.map((text): CellText => ({ text, style: 'underline' }));
  const safe = (cell: CellText): CellText => ({ ...cell, text: inert(cell.text) });
  const lines = align([heading, ...[...measured, ...missing].map(point => lineOf(point).map(safe))], paint);
  const reasons = missing.map(({ variant, status, reason }) => `${variant}: ${status}: ${reason}`).map(inert);
  const title = styleText('bold', inert(`${subject.label} at size ${count(size)}`), { stream });
  return [`${title}, end to end, steady state`, ...lines, ...reasons].join('\n');
}

/**
 * Tables for the terminal, one for each workload, set of parameters and size: status, median and speed-ups with 95 %
 * intervals, share of the device's bound, where it ran, error. Below each, why a cell has no time. A `?` marks a
 * speed-up whose interval does not tell faster from slower.
 */
export function terminalTable(summary: readonly CsvRow[], options: TerminalOptions = {}): string {
  const { stream = process.stdout, sizes } = options;
  return subjectsOf(summary)
    .flatMap(subject =>
      distinctSizes(subject.points)
        .filter(size => sizes === undefined || sizes.includes(size))
        .map(size => tableOf(subject, size, stream)),
    )
    .join('\n\n');
}
