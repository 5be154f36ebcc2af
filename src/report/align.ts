import { styleText } from 'node:util';
import { maximum } from '../workload/extreme.ts';

export type Style = Parameters<typeof styleText>[0];

/** One cell of a table in the terminal. */
export interface CellText {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** Characters that a terminal shows; combining marks and wide characters do not occur in what we print. */
const width = (text: string): number => [...text].length;

/**
 * What comes from a program or a driver must not steer the terminal: control characters, and those that turn the
 * direction of what follows (Boucher and Anderson, "Trojan Source", USENIX Security 2023), are shown as `�`.
 */
export const inert = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');

export interface AlignOptions {
  /** Numbers of the columns that stand right-aligned. */
  readonly right: ReadonlySet<number>;
  /** Where the lines will be written: colours only if it is a terminal and NO_COLOR is not set. */
  readonly stream: NodeJS.WritableStream;
  /** The column that says what a row is about; default the first. */
  readonly title?: number;
  /** How many columns at the end may be left out, rather than making cards. */
  readonly spare?: number;
}

/** Characters that a line may have: as wide as the terminal is, or as COLUMNS says. */
export const roomOf = (stream: NodeJS.WritableStream): number =>
  (stream as NodeJS.WriteStream).columns || Number(process.env.COLUMNS) || Number.POSITIVE_INFINITY;

/**
 * Lines of a table whose columns are as wide as their widest cell; control characters in a cell are made visible. Where
 * it is wider than the terminal each row after the heading is a card: what it is about, and below it a line a column.
 *
 * @returns as many strings as there are rows
 */
export function alignColumns(
  rows: readonly (readonly CellText[])[],
  { right, stream, title = 0, spare = 0 }: AlignOptions,
): string[] {
  const safe = rows.map(row => row.map(cell => ({ ...cell, text: inert(cell.text) })));
  const widths = (safe[0] ?? []).map((_, column) => maximum(safe.map(row => width(row[column]?.text ?? ''))));
  if (widths.reduce((sum, each) => sum + each + 2, -2) > roomOf(stream)) {
    if (spare === 0) return cards(safe, { stream, title });
    const fewer = rows.map(row => row.slice(0, widths.length - 1));
    return alignColumns(fewer, { right, stream, title, spare: spare - 1 });
  }
  return safe.map(row =>
    row
      .map(({ text, style }, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - width(text));
        const padded = right.has(column) ? padding + text : text + padding;
        return style === undefined ? padded : styleText(style, padded, { stream });
      })
      .join('  ')
      .trimEnd(),
  );
}

function cards(
  [heading = [], ...rows]: readonly (readonly CellText[])[],
  { stream, title }: Pick<AlignOptions, 'stream'> & { readonly title: number },
): string[] {
  const wide = maximum(heading.map(({ text }, column) => (column === title ? 0 : width(text)))) + 2;
  const styled = ({ text, style }: CellText): string =>
    style === undefined ? text : styleText(style, text, { stream });
  const card = (row: readonly CellText[]): string =>
    [
      ...row.slice(title, title + 1).map(styled),
      ...row.flatMap((cell, column) =>
        column === title || cell.text === '' || cell.text === '–'
          ? []
          : [`  ${(heading[column]?.text ?? '').padEnd(wide)}${styled({ ...cell, text: cell.text.trim() })}`],
      ),
    ].join('\n');
  return ['', ...rows.map(card)];
}
