import { styleText } from 'node:util';
import type { CsvRow } from '../results/schema.ts';
import { alignColumns, type CellText, inert, type Style } from './align.ts';
import { count, duration, durationRange, errorMagnitude, percent, plusMinus } from './format.ts';
import { distinctSizes, hasSpread, type Subject, type SummaryPoint, subjectsOf, unmeasured } from './rows.ts';

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

function tableOf(subject: Subject, size: number, stream: NodeJS.WritableStream): string {
  const atSize = subject.points.filter(point => point.size === size);
  const measured = atSize.filter(
    ({ status, phase, regime }) => status === 'ok' && phase === 'end_to_end' && regime === 'steady',
  );
  const missing = unmeasured(atSize);
  const heading = headings.map((text): CellText => ({ text, style: 'underline' }));
  const lines = alignColumns([heading, ...[...measured, ...missing].map(lineOf)], { right: rightAligned, stream });
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
