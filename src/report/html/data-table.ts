import { type Html, html } from './template.ts';

/** One column: what a row shows in it, and the plain number that sorting goes by. */
export interface DataColumn<Row> {
  readonly heading: string;
  readonly numeric?: boolean;
  readonly cell: (row: Row) => { readonly text: string | Html; readonly value?: number | undefined };
}

/** What a cell shows that has nothing to show. */
export const dash = '–';

export const textColumn = <Row>(heading: string, text: (row: Row) => string | Html): DataColumn<Row> => ({
  heading,
  cell: row => ({ text: text(row) }),
});

/** A column of numbers; what is missing is a dash and sorts last. */
export const numberColumn = <Row>(
  heading: string,
  value: (row: Row) => number | undefined,
  show: (value: number, row: Row) => string | Html,
): DataColumn<Row> => ({
  heading,
  numeric: true,
  cell(row) {
    const found = value(row);
    return found === undefined ? { text: dash } : { text: show(found, row), value: found };
  },
});

/** A table whose first column names the row; it scrolls by itself where it is wider than the screen. */
export function dataTable<Row>(caption: string, columns: readonly DataColumn<Row>[], rows: readonly Row[]): Html {
  const cellOf = ({ cell, numeric }: DataColumn<Row>, row: Row, first: boolean): Html => {
    const { text, value } = cell(row);
    const data = value === undefined ? html`` : html` data-value="${value}"`;
    if (first) return html`<th scope="row"${data}>${text}</th>`;
    return numeric ? html`<td class="number"${data}>${text}</td>` : html`<td${data}>${text}</td>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${columns.map(({ heading, numeric }) => html`<th scope="col"${numeric ? html` class="number"` : html``}>${heading}</th>`)}</tr></thead>
<tbody>
${rows.map(
  row => html`<tr>${columns.map((column, index) => cellOf(column, row, index === 0))}</tr>
`,
)}</tbody></table></div>
`;
}
