const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is HTML already; only `html` and `trusted` make it. */
export class Html {
  readonly #markup: string;
  constructor(markup: string) {
    this.#markup = markup;
  }
  toString(): string {
    return this.#markup;
  }
}

/** Makes text inert in element content and in quoted attributes. Control characters, which HTML forbids, become �. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, character => entities[character]!)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd');

/** Marks markup that was made elsewhere, by us, from escaped parts: style sheets, and SVG that Vega wrote. */
export const trusted = (markup: string): Html => new Html(markup);

type Value = Html | string | number | boolean | undefined | readonly Value[];

const render = (value: Value): string => {
  if (value instanceof Html) return value.toString();
  if (value === undefined) return '';
  return typeof value === 'object' ? value.map(render).join('') : escapeHtml(String(value));
};

/** A template whose values are escaped unless they are HTML already. There is no other way to build a page here. */
export const html = (strings: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(strings.map((text, i) => text + (i < values.length ? render(values[i]) : '')).join(''));
