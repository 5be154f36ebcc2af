import { type Column, type CsvRow, summaryColumns } from '../results/schema.ts';

/** Rows as JSON holds them: every column (of `summary.csv` where it does not say) in every row, null where there is no value. */
export const jsonRows = (
  rows: readonly CsvRow[],
  columns: readonly Column[] = summaryColumns,
): Record<string, string | number | boolean | null>[] =>
  rows.map(row =>
    Object.fromEntries(
      columns.map(({ name }) => {
        const value = row[name];
        return [name, value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value];
      }),
    ),
  );
