import type { CsvRow } from '../../../results/schema.ts';
import { count, duration, percent } from '../../format.ts';
import { shortPath } from '../../parts/subject.ts';
import { type DataColumn, dataTable, numberColumn, textColumn } from '../data-table.ts';
import { type Figure, figures, partHeading } from '../figure.ts';
import { type Html, html } from '../template.ts';

const numberAt = (row: CsvRow, name: string): number | undefined => {
  const value = row[name];
  return typeof value === 'number' ? value : undefined;
};

const place = (row: CsvRow): Html =>
  html`<small>${shortPath(String(row.file ?? ''))}${row.line === undefined ? '' : `:${row.line}`}</small>`;

const tiers = ['interpreter', 'sparkplug', 'maglev', 'turbofan'] as const;

/** "turbofan 98 %": the tier of V8 that most of the function's own ticks were in. */
function mostly(row: CsvRow): string {
  const shares = tiers.map(tier => ({ tier, share: numberAt(row, `${tier}_share`) ?? 0 }));
  const most = shares.reduce((a, b) => (b.share > a.share ? b : a));
  return most.share === 0 ? '–' : `${most.tier} ${percent(most.share)}`;
}

const functionColumns: readonly DataColumn<CsvRow>[] = [
  textColumn('function', row => html`${row.function ?? '(anonymous)'} ${place(row)}`),
  textColumn('variant', row => String(row.variant ?? '–')),
  numberColumn('calls', row => numberAt(row, 'calls'), count),
  numberColumn(
    'self, sampled',
    row => numberAt(row, 'self_ns'),
    (value, row) => html`${duration(value)} <small>± ${duration(numberAt(row, 'self_standard_error_ns') ?? 0)}</small>`,
  ),
  numberColumn('total, sampled', row => numberAt(row, 'total_ns'), duration),
  textColumn('mostly', mostly),
];

const lineColumns: readonly DataColumn<CsvRow>[] = [
  textColumn('line', row => html`${shortPath(String(row.file ?? ''))}:${row.line ?? ''}`),
  textColumn('variant', row => String(row.variant ?? '–')),
  numberColumn(
    'self, sampled',
    row => numberAt(row, 'self_ns'),
    (value, row) => html`${duration(value)} <small>± ${duration(numberAt(row, 'self_standard_error_ns') ?? 0)}</small>`,
  ),
];

const mostRows = 12;
const longest = (rows: readonly CsvRow[]): CsvRow[] =>
  [...rows].sort((a, b) => Number(b.self_ns ?? 0) - Number(a.self_ns ?? 0)).slice(0, mostRows);

/** Share of the time in code that has no name, by variant: rule 7 of what a report may not leave out. */
function unnamed(rows: readonly CsvRow[]): Html {
  const variants = [...Map.groupBy(rows, row => String(row.variant ?? ''))].map(([variant, those]) => {
    const dark = those.filter(row => row.place === 'unnamed');
    const share = dark.reduce((sum, row) => sum + (numberAt(row, 'share') ?? 0), 0);
    const untold = share > 0 && dark.some(row => (numberAt(row, 'share_standard_error') ?? 0) >= share);
    return `${variant === '' ? '' : `${variant}: `}${percent(share)}${untold ? ' (too few samples to tell)' : ''}`;
  });
  return variants.length === 0 ? html`` : html`<p>Time in code without a name: ${variants.join(', ')}.</p>`;
}

export type ProfileFile = 'profile.csv' | 'time-by-place.csv' | 'hot-lines.csv';

/** Where the sampled time of a workload goes: by place, by function, by line. Empty without a profile. */
export function profileSection(
  workload: string,
  rows: Readonly<Record<ProfileFile, readonly CsvRow[]>>,
  charts: readonly Figure[],
): Html {
  const { 'profile.csv': functions, 'time-by-place.csv': places, 'hot-lines.csv': lines } = rows;
  if (functions.length + places.length === 0) return html``;
  return html`${partHeading(workload, 'profile', 'Profile: where the time goes')}
<p>Sampled, with a sampler that disturbs: these times never enter a speed-up.</p>
${unnamed(places)}${figures(charts)}${
  functions.length === 0
    ? html``
    : dataTable(`The ${mostRows} functions with the most time of their own`, functionColumns, longest(functions))
}${lines.length === 0 ? html`` : dataTable('Hot lines', lineColumns, longest(lines))}
`;
}
