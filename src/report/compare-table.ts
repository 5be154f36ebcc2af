import { styleText } from 'node:util';
import type { CsvRow } from '../results/schema.ts';
import { alignColumns, type CellText, inert } from './align.ts';
import { count, duration, plusMinus } from './format.ts';

const headings = [
  'variant',
  'time in A',
  'time in B',
  'A over B',
  'verdict',
  'change of speed-up over naive',
  'verdict',
];
const rightAligned = new Set([1, 2, 3, 5]);
const dash: CellText = { text: '–', style: 'dim' };

const numberAt = (row: CsvRow, column: string): number | undefined => {
  const value = row[column];
  return typeof value === 'number' ? value : undefined;
};

/** A ratio with its interval; without one it stands alone with a question mark. */
function ratio(row: CsvRow, column: string): CellText {
  const [mid, low, high] = [column, `${column}_low`, `${column}_high`].map(name => numberAt(row, name));
  if (mid === undefined) return dash;
  if (low === undefined || high === undefined) return { text: `${mid.toPrecision(3)}× ?`, style: 'yellow' };
  return { text: `${plusMinus({ low, mid, high })}×` };
}

/** The sides whose measurement of a cell is called wrong: faster than the device allows. */
const wrongSides = (row: CsvRow): string[] =>
  (['a', 'b'] as const).filter(side => row[`faster_than_bound_${side}`] === true).map(side => side.toUpperCase());

function verdict(value: CsvRow[string]): CellText {
  if (value === undefined) return dash;
  const style = { FAST: 'green', SLOW: 'red', SAME: 'dim', AMBIGUOUS: 'yellow' } as const;
  const text = String(value);
  return { text, style: style[text as keyof typeof style] };
}

const time = (row: CsvRow, side: 'a' | 'b'): CellText => {
  const value = numberAt(row, `time_${side}_median_ns`);
  return value === undefined
    ? { text: String(row[`status_${side}`] ?? ''), style: 'yellow' }
    : { text: duration(value) };
};

const lineOf = (row: CsvRow): CellText[] => [
  { text: String(row.variant), style: 'bold' },
  time(row, 'a'),
  time(row, 'b'),
  ratio(row, 'speedup_b_vs_a'),
  wrongSides(row).length > 0
    ? { text: `wrong in ${wrongSides(row).join(', ')}`, style: 'yellow' }
    : verdict(row.verdict),
  ratio(row, 'speedup_change'),
  verdict(row.speedup_change_verdict),
];

/** What a cell without a comparable time says of each side, or of both at once. */
function reasons(row: CsvRow): string[] {
  const wrong = wrongSides(row);
  if (wrong.length > 0)
    return [
      inert(
        `${row.variant} in ${wrong.join(' and ')}: faster than its device's bound, so the measurement is wrong: no ratio`,
      ),
    ];
  if (row.phase !== undefined) return [];
  const [a, b] = (['a', 'b'] as const).map(side => {
    const reason = row[`reason_${side}`];
    return reason === undefined ? undefined : `${row[`status_${side}`]}: ${reason}`;
  });
  if (a !== undefined && a === b) return [inert(`${row.variant} in both: ${a}`)];
  return [
    ...(a === undefined ? [] : [inert(`${row.variant} in A: ${a}`)]),
    ...(b === undefined ? [] : [inert(`${row.variant} in B: ${b}`)]),
  ];
}

/**
 * Tables for the terminal from rows of `compare.csv`: end to end in the steady state, one for each workload, set of
 * parameters and size. A `?` marks a ratio without an interval.
 */
export function compareTable(
  rows: readonly CsvRow[],
  { stream = process.stdout }: { readonly stream?: NodeJS.WritableStream } = {},
): string {
  const shown = rows.filter(row => row.phase === undefined || (row.phase === 'end_to_end' && row.regime === 'steady'));
  const groups = Map.groupBy(shown, row => [row.workload, row.parameters ?? '', row.size].join('|'));
  return [...groups.values()]
    .map(group => {
      const { workload, parameters, size } = group[0]!;
      const label = parameters ? `${workload} (${String(parameters).replaceAll(';', ', ')})` : String(workload);
      const title = styleText('bold', inert(`${label} at size ${count(Number(size))}`), { stream });
      const heading = headings.map((text): CellText => ({ text, style: 'underline' }));
      const lines = alignColumns([heading, ...group.map(lineOf)], { right: rightAligned, stream });
      return [`${title}, end to end, steady state`, ...lines, ...group.flatMap(reasons)].join('\n');
    })
    .join('\n\n');
}

const nameOfWrong = (row: CsvRow): string =>
  `${row.workload} ${row.size} / ${row.variant} in ${wrongSides(row).join(' and ')}`;

/** The sentence that a person quotes: how many cells changed, and how many would by chance. */
export function compareSentence(rows: readonly CsvRow[]): string {
  const endToEnd = rows.filter(row => row.phase === 'end_to_end' && row.regime === 'steady');
  const timed = endToEnd.filter(row => wrongSides(row).length === 0);
  const wrong = endToEnd.filter(row => wrongSides(row).length > 0).map(nameOfWrong);
  const share = (value: string) => timed.filter(row => row.verdict === value).length;
  const changed = share('FAST') + share('SLOW');
  const broken = rows.filter(row => row.status_a === 'ok' && row.status_b !== 'ok' && row.phase === undefined);
  const lost = broken
    .filter(row => row.status_b !== 'skipped')
    .map(row => `${row.workload} / ${row.variant} (${row.status_b})`);
  const notCompared = `Faster than the device's bound, so measured wrongly and not compared: ${wrong.join(', ')}.`;
  if (timed.length === 0)
    return wrong.length > 0
      ? `The two runs share no cell that both measured rightly. ${notCompared}`
      : 'The two runs share no cell that both measured.';
  const chance = `at 95 % about ${(timed.length * 0.05).toFixed(1)} of ${timed.length} would differ by chance alone`;
  return [
    `Of ${timed.length} cells B is faster in ${share('FAST')}, slower in ${share('SLOW')}, the same within 5 % in ${share('SAME')}; ${share('AMBIGUOUS')} are ambiguous${changed > 0 ? ` (${chance})` : ''}.`,
    ...(wrong.length > 0 ? [notCompared] : []),
    ...(lost.length > 0 ? [`Ran in A and failed in B: ${[...new Set(lost)].join(', ')}.`] : []),
  ].join(' ');
}
