/** Instructions of WebAssembly as bytes (core specification 2.0, §5.4), and modules made of them (§5.5). */
export type Code = readonly number[];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const tee = (local: number): Code => [0x22, ...unsigned(local)];
export const number = (value: number): Code => [0x41, ...signed(value)];
export const load = (offset: number): Code => [0x28, 2, ...unsigned(offset)];
export const store = (offset: number): Code => [0x36, 2, ...unsigned(offset)];
export const call = (fn: number): Code => [0x10, ...unsigned(fn)];
export const addition: Code = [0x6a];
export const multiply: Code = [0x6c];
export const minus: Code = [0x6b];
export const both: Code = [0x71];
export const either: Code = [0x72];
export const isZero: Code = [0x45];
export const isSame: Code = [0x46];
export const isOther: Code = [0x47];
export const isBelow: Code = [0x48];
export const isAtLeast: Code = [0x4e];
export const choose: Code = [0x1b];
export const leave: Code = [0x0f];
export const end: Code = [0x0b];
export const drop: Code = [0x1a];

const simd = (...code: number[]): Code => [0xfd, ...code];
/** Vectors need not lie at multiples of their size. */
export const loadVector = (offset: number): Code => simd(0x00, 2, ...unsigned(offset));
export const storeVector = (offset: number): Code => simd(0x0b, 2, ...unsigned(offset));
export const noVector: Code = simd(0x0c, ...Array.from({ length: 16 }, () => 0));
export const splat: Code = simd(0x11);
export const same: Code = simd(0x37);
export const andVector: Code = simd(0x4e);
export const without: Code = simd(0x4f);
export const select: Code = simd(0x52);
export const shiftRight = (bits: number): Code => [...number(bits), ...simd(0xad, 1)];
export const minVector: Code = simd(0xb6, 1);
export const subtract: Code = simd(0xb1, 1);
export const toFloat: Code = simd(0xfa, 1);
export const addVector: Code = simd(0xae, 1);
export const maxVector: Code = simd(0xb8, 1);
export const oneEach: Code = simd(0x0c, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0);

export const when = (condition: Code, yes: Code, no: Code = []): Code => [
  ...condition,
  ...[0x04, 0x40],
  ...yes,
  ...(no.length > 0 ? [0x05, ...no] : []),
  ...end,
];

export function unsigned(value: number): number[] {
  const out: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) out.push((left % 128) | 128);
  return [...out, left];
}

export function signed(value: number): number[] {
  const out: number[] = [];
  for (let left = value; ; left >>= 7) {
    const low = left & 127;
    if ((left >> 7 === 0 && (low & 64) === 0) || (left >> 7 === -1 && (low & 64) !== 0)) return [...out, low];
    out.push(low | 128);
  }
}

export type Type = 'i32' | 'f64';

/** A function that is imported. */
export interface Import {
  readonly name: string;
  readonly parameters: readonly Type[];
  /** It returns a number of 32 bits. */
  readonly returns?: boolean;
}

/** A function without a result. */
export interface Fn {
  readonly name?: string;
  readonly parameters: readonly Type[];
  /** Locals behind the parameters: vectors, then numbers. */
  readonly vectors: number;
  readonly numbers: number;
  readonly body: Code;
}

/** A module of these functions over an imported memory; imported functions come first in the numbering. */
export function moduleOf(imports: readonly Import[], fns: readonly Fn[]): Uint8Array<ArrayBuffer> {
  const out: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const push = (code: Code): void => {
    for (const byte of code) out.push(byte);
  };
  const vec = (items: readonly Code[]): number[] => {
    const code = unsigned(items.length);
    for (const item of items) for (const byte of item) code.push(byte);
    return code;
  };
  const section = (id: number, code: Code): void => {
    push([id, ...unsigned(code.length)]);
    push(code);
  };
  const text = (name: string): Code => [...unsigned(name.length), ...Buffer.from(name)];
  const types = (list: readonly Type[]): number[] => vec(list.map(type => [type === 'i32' ? 0x7f : 0x7c]));
  const returned = ({ returns = false }: { returns?: boolean }): number[] => types(returns ? ['i32'] : []);
  const all: readonly (Import | Fn)[] = [...imports, ...fns];
  section(1, vec(all.map(fn => [0x60, ...types(fn.parameters), ...returned(fn as Import)])));
  section(
    2,
    vec([
      ...imports.map(({ name }, at) => [...text('host'), ...text(name), 0, ...unsigned(at)]),
      [...text('host'), ...text('memory'), 2, 0, 1],
    ]),
  );
  section(3, vec(fns.map((_, at) => unsigned(imports.length + at))));
  const named = fns.flatMap(({ name }, at) => (name === undefined ? [] : [{ name, at: imports.length + at }]));
  section(7, vec(named.map(({ name, at }) => [...text(name), 0, ...unsigned(at)])));
  section(
    10,
    vec(
      fns.map(({ numbers, vectors, body }) => {
        const code = vec([
          [...unsigned(vectors), 0x7b],
          [...unsigned(numbers), 0x7f],
        ]);
        for (const byte of body) code.push(byte);
        code.push(...end);
        return [...unsigned(code.length), ...code];
      }),
    ),
  );
  return new Uint8Array(out);
}
