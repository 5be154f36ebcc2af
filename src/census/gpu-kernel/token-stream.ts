import { type Token, tokenize } from './lexer.ts';
import { WgslError } from './syntax.ts';

/** Tokens with a place in them. */
export class TokenStream {
  readonly #tokens: Token[];
  #at = 0;

  constructor(code: string) {
    this.#tokens = tokenize(code);
  }

  get next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  get line(): number {
    return this.next.line;
  }

  /** The token after the next one. */
  get second(): Token {
    return (this.#tokens[this.#at + 1] ?? this.#tokens.at(-1)) as Token;
  }

  is(...texts: readonly string[]): boolean {
    return this.next.kind !== 'end' && texts.includes(this.next.text);
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at++;
    return true;
  }

  expect(text: string, after: string): void {
    if (!this.accept(text)) throw this.unexpected(`\`${text}\` ${after}`);
  }

  name(what: string): string {
    if (this.next.kind !== 'name') throw this.unexpected(what);
    return this.take().text;
  }

  /** Closes a template list: takes one `>` off `>>`, `>=` and `>>=`. */
  closeTemplate(): void {
    const { text, line, kind } = this.next;
    if (kind === 'end' || !text.startsWith('>')) throw this.unexpected('`>` at the end of the template list');
    if (text === '>') this.#at++;
    else this.#tokens[this.#at] = { kind: 'punctuation', text: text.slice(1), line };
  }

  unexpected(wanted: string): WgslError {
    const { kind, text, line } = this.next;
    return new WgslError(`expected ${wanted}, found ${kind === 'end' ? text : `\`${text}\``}`, line);
  }
}
