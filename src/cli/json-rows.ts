import { type CsvRow, summaryColumns } from '../results/schema.ts';

/** Rows of a summary as JSON holds them: every column of `summary.csv` in every row, null where there is no value. */
export const jsonRows = (summary: readonly CsvRow[]): Record<string, string | number | boolean | null>[] =>
  summary.map(row =>
    Object.fromEntries(
      summaryColumns.map(({ name }) => {
        const value = row[name];
        return [name, value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value];
      }),
    ),
  );
