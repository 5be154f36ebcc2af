/** Text that was checked: every digit in it came from a value. */
export class Prose {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Prose | string | undefined | readonly Value[];

const plain = (value: Value): string => {
  if (value instanceof Prose) return value.text;
  if (value === undefined) return '';
  return typeof value === 'string' ? value : value.map(plain).join('');
};

/**
 * A template in which no number can be written by hand: its own words hold no digit, outside of code and links, which hold
 * names. Numbers come in as values, and values come from tables.
 *
 * @throws Error for a digit in the words
 */
export function prose(strings: TemplateStringsArray, ...values: readonly Value[]): Prose {
  const words = strings.join(' ').replaceAll(/`[^`]*`|\]\([^)]*\)|\p{L}+\d[\p{L}\d]*/gu, '');
  const digits = /\S*\p{N}\S*/u.exec(words)?.[0];
  if (digits !== undefined) throw new Error(`"${digits}" is written by hand; take it from a table`);
  return new Prose(strings.map((text, index) => text + plain(values[index])).join(''));
}

/** Items with commas, and "and" before the last. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** A Markdown table; a bar in a cell would end it. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
