/** Reads a WebAssembly binary byte by byte (WebAssembly core specification 3.0, §5). */
export class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  get position(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  byte(): number {
    if (this.#at >= this.#end)
      throw new RangeError(`WebAssembly: the binary ends at byte ${this.#at}, inside an instruction`);
    return this.#bytes[this.#at++] as number;
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#end)
      throw new RangeError(`WebAssembly: the binary ends at byte ${this.#end}, inside an instruction`);
  }

  /** LEB128, unsigned; exact up to 2^53. */
  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** LEB128 of any sign; only its length matters. */
  skipInteger(): void {
    while (this.byte() >= 0x80);
  }

  text(): string {
    const length = this.unsigned();
    const start = this.#at;
    this.skip(length);
    return new TextDecoder().decode(this.#bytes.subarray(start, start + length));
  }

  /** A reader of the next bytes, which are skipped here. */
  part(length: number): Reader {
    const part = new Reader(this.#bytes, this.#at, this.#at + length);
    this.skip(length);
    return part;
  }
}
