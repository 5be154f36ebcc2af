import type { Node } from '../../target/scope.ts';

interface Edit {
  readonly at: number;
  readonly opens: boolean;
  /** Length of what the edit is about: at one place, what encloses more stands further out. */
  readonly extent: number;
  readonly text: string;
  /** Among equals. */
  readonly number: number;
}

/** Text to be put into a file, nested as the nodes are that it belongs to. */
export class Edits {
  readonly #edits: Edit[] = [];

  /** Around a node; of two around the same one, the first is the outer. */
  around(node: Node, before: string, after: string): void {
    const extent = node.end - node.start;
    this.open(node.start, before, extent);
    this.after(node.end, after, extent);
  }

  open(at: number, text: string, extent: number): void {
    this.#edits.push({ at, opens: true, extent, text, number: this.#edits.length });
  }

  /** Before everything that opens at a place. */
  before(at: number, text: string): void {
    this.open(at, text, Number.POSITIVE_INFINITY);
  }

  /** Before even that. */
  first(at: number, text: string): void {
    this.#edits.push({ at, opens: true, extent: Number.POSITIVE_INFINITY, text, number: -1 });
  }

  /** After what closes at a place with at most an extent. */
  after(at: number, text: string, extent = Number.POSITIVE_INFINITY): void {
    this.#edits.push({ at, opens: false, extent, text, number: this.#edits.length });
  }

  applyTo(code: string): string {
    const ordered = [...this.#edits];
    ordered.sort((a, b) => {
      if (a.at !== b.at) return a.at - b.at;
      if (a.opens !== b.opens) return a.opens ? 1 : -1;
      if (a.extent !== b.extent) return a.opens ? compare(b.extent, a.extent) : compare(a.extent, b.extent);
      return a.opens ? a.number - b.number : b.number - a.number;
    });
    let at = 0;
    let out = '';
    for (const edit of ordered) {
      out += code.slice(at, edit.at) + edit.text;
      at = edit.at;
    }
    return out + code.slice(at);
  }
}

/** Infinity minus itself is no number. */
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where what follows begins: after blanks, comments and the given closing characters. */
export function skipTrivia(code: string, from: number, closing = ''): number {
  let at = from;
  for (;;) {
    if (code.startsWith('//', at)) at = code.indexOf('\n', at) + 1 || code.length;
    else if (code.startsWith('/*', at)) at = code.indexOf('*/', at) + 2;
    else if (at < code.length && (/\s/.test(code[at]!) || closing.includes(code[at]!))) at++;
    else return at;
  }
}
