import type { CsvRow } from '../../src/results/schema.ts';

/** The rows of the three tables of a soak. */
export interface SoakRows {
  readonly faults: readonly CsvRow[];
  readonly fuzz: readonly CsvRow[];
  readonly adversarial: readonly CsvRow[];
}

const count = (number: number): string => number.toLocaleString('en');
const sum = (rows: readonly CsvRow[], column: string): number =>
  rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
const share = (rows: readonly CsvRow[], is: (row: CsvRow) => boolean): [CsvRow[], CsvRow[]] => [
  rows.filter(is),
  rows.filter(row => !is(row)),
];

/** How far the tables go and what they found, in sentences made of their rows. */
export function summaryOf({ faults, fuzz, adversarial }: SoakRows): string {
  const [kills, others] = share(faults, row => String(row.fault).startsWith('kill -9'));
  const [programs, readers] = share(fuzz, row => String(row.reader).startsWith('programs under'));
  const asExpected = adversarial.filter(row => row.found === row.expected && row.baseline === 'ok');
  const rows = [...faults, ...fuzz, ...adversarial];
  const commits = [...new Set(rows.map(row => `\`${row.commit}\``))].sort();
  const times = rows.map(row => String(row.tried_at)).sort();
  const minute = (time = ''): string => time.replace(/:\d+\.\d+Z$/, 'Z');
  const lost = ['samples_lost', 'samples_repeated', 'processes_repeated', 'cells_missing', 'cells_extra', 'complaints'];
  const damage = lost.map(column => `${count(sum(faults, column))} ${column.replace('_', ' ')}`);
  return [
    `- **Faults:** ${count(sum(kills, 'tries'))} kills and ${count(sum(others, 'tries'))} other faults of ${others.length} kinds: ${damage.join(', ')}.`,
    `- **Damaged input:** ${count(sum(readers, 'cases'))} damaged files through ${readers.length} readers and ${count(sum(programs, 'cases'))} generated programs: ${count(sum(fuzz, 'failures'))} failures.`,
    `- **Kernels:** ${asExpected.length} of ${adversarial.length} that cheat or break ended as they must, with the baseline beside them measured.`,
    `- **Of:** commits ${commits.join(', ')}, from ${minute(times[0])} to ${minute(times.at(-1))}; each row says its own.`,
  ].join('\n');
}
