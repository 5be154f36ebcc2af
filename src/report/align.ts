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
}

/** Lines of a table whose columns are as wide as their widest cell; control characters in a cell are made visible. */
export function alignColumns(rows: readonly (readonly CellText[])[], { right, stream }: AlignOptions): string[] {
  const safe = rows.map(row => row.map(cell => ({ ...cell, text: inert(cell.text) })));
  const widths = (safe[0] ?? []).map((_, column) => maximum(safe.map(row => width(row[column]?.text ?? ''))));
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
