/** What a piece of code in the log is. */
export type CodeKind =
  | 'interpreter'
  | 'sparkplug'
  | 'maglev'
  | 'turbofan'
  | 'built-in'
  | 'bytecode-handler'
  | 'wasm'
  | 'native'
  | 'other';

/** A piece of code in memory. */
export interface Code {
  readonly start: number;
  readonly size: number;
  readonly kind: CodeKind;
  /** Of a function of JavaScript as V8 writes it, `name file:line:column`; else the built-in's or the library's. */
  readonly name: string;
}

const pageBits = 2 ** 12;
/** A library is one piece of many pages; such pieces are few and are looked through one by one. */
const largest = 2 ** 24;

/** Which code lies at an address, while code comes, moves and goes. The newest wins where pieces overlap. */
export class CodeMap {
  readonly #pages = new Map<number, Code[]>();
  readonly #byStart = new Map<number, Code>();
  readonly #libraries: Code[] = [];

  add(code: Code): void {
    // A damaged line may name a place that no memory has; counting its pages would not end.
    if (!(code.start >= 0 && code.size >= 0 && Number.isSafeInteger(code.start + code.size))) return;
    if (code.size >= largest || code.kind === 'native') {
      this.#libraries.push(code);
      return;
    }
    this.#byStart.set(code.start, code);
    const last = Math.floor((code.start + code.size) / pageBits);
    for (let page = Math.floor(code.start / pageBits); page <= last; page++) {
      const pieces = this.#pages.get(page);
      if (pieces) pieces.push(code);
      else this.#pages.set(page, [code]);
    }
  }

  move(from: number, to: number): void {
    const code = this.#byStart.get(from);
    if (!code) return;
    this.#byStart.delete(from);
    this.add({ ...code, start: to });
  }

  at(address: number): Code | undefined {
    // A return address may lie one past the end of the piece that called.
    const holds = ({ start, size }: Code) => start <= address && address <= start + size;
    return this.#pages.get(Math.floor(address / pageBits))?.findLast(holds) ?? this.#libraries.findLast(holds);
  }
}
