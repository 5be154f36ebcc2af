import type { Family, Layout } from './times.ts';

/**
 * The arithmetic on times that lie in slots of one memory, four lanes in a vector: the same as that of `times.ts`,
 * which makes an object for each. A slot holds the vectors of each family in turn, then a vector of its own with the
 * time's identity (0 for time 0), whether it is a control with a condition in it, and the chain that it is a result of
 * (0 for none), with the chain's state behind that: four numbers a lane. Slots are numbered.
 *
 * An operation on two values in l lanes and f families reads and writes 5·l·f numbers; 16 of them take 4 × 9 vector
 * instructions, some 10 ns, where scalar code that makes an object takes 60.
 */
export interface SlotLayout {
  readonly families: readonly Family[];
  readonly lanes: number;
  /** Of a slot, in bytes. */
  readonly bytes: number;
  /** Offset of a slot's marks, and of the state of its chain: the latest operand, updates, source order, since when. */
  readonly header: number;
  readonly chain: number;
  /** Addresses of numbers. */
  readonly highs: number;
  readonly bases: number;
  readonly work: number;
  readonly charging: number;
  readonly ids: number;
}

/** Slots that are always there: time 0, the control in force, what was returned last; four for scratch; then the free ones. */
export const fixed = { zero: 0, control: 1, returned: 2, scratch: 6, free: 10 } as const;

/** Offsets in the last vector. */
export const marks = { id: 0, conditional: 4, chain: 8 } as const;

const vector = 16;

/** @returns undefined where lanes do not fill vectors */
export function slotLayout({ lanes, families }: Layout): SlotLayout | undefined {
  if (lanes % 4 !== 0) return undefined;
  const header = 4 * lanes * families.length;
  const chain = header + vector;
  const bytes = chain + (families.includes('r') ? 16 * lanes : 0);
  const work = 5 * bytes;
  return {
    ...{ families, lanes, bytes, header, chain, highs: 3 * bytes, bases: 4 * bytes },
    ...{ work, charging: work + 4, ids: work + 8 },
  };
}

/** What the module exports; arguments are slots, the first that of the result, which is returned. */
export interface SlotArithmetic {
  op1(to: number, a: number): number;
  op2(to: number, a: number, b: number): number;
  op3(to: number, a: number, b: number, c: number): number;
  /** An update of a chain, `a`, by an operand; not where the operation is of no chain's. */
  extend(to: number, a: number, b: number, group: number): number;
  /** The later of two. */
  later(to: number, a: number, b: number): number;
  copy(to: number, a: number): number;
  /** Waits for the conditions in force. */
  under(to: number, a: number): number;
  /** A control that also waits for a condition. */
  when(control: number, condition: number): number;
  /** One load or store, which costs in family `m` only. */
  touch(to: number, a: number): number;
}

/** Bytes of memory in a page. */
export const pageBytes = 65536;

export function compileSlots(layout: SlotLayout, memory: WebAssembly.Memory): SlotArithmetic {
  const module = new WebAssembly.Module(encode(layout));
  return new WebAssembly.Instance(module, { host: { memory } }).exports as unknown as SlotArithmetic;
}

type Code = readonly number[];

// Instructions (WebAssembly core specification 2.0, §5.4).
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
const number = (value: number): Code => [0x41, ...signed(value)];
const load = (offset: number): Code => [0x28, 2, ...unsigned(offset)];
const store = (offset: number): Code => [0x36, 2, ...unsigned(offset)];
const addition: Code = [0x6a];
const either: Code = [0x72];
const isZero: Code = [0x45];
const multiply: Code = [0x6c];
const end: Code = [0x0b];
const simd = (...code: number[]): Code => [0xfd, ...code];
const loadVector = (offset: number): Code => simd(0x00, 4, ...unsigned(offset));
const storeVector = (offset: number): Code => simd(0x0b, 4, ...unsigned(offset));
const noVector: Code = simd(0x0c, ...Array.from({ length: vector }, () => 0));
const splat: Code = simd(0x11);
const place = (lane: number): Code => simd(0x1c, lane);
const greater: Code = simd(0x3b);
const same: Code = simd(0x37);
const andVector: Code = simd(0x4e);
const without: Code = simd(0x4f);
const select: Code = simd(0x52);
const shiftRight = (bits: number): Code => [...number(bits), ...simd(0xad, 1)];
const minVector: Code = simd(0xb6, 1);
const subtract: Code = simd(0xb1, 1);
const toFloat: Code = simd(0xfa, 1);
const orVector: Code = simd(0x50);
const anyTrue: Code = simd(0x53);
const addVector: Code = simd(0xae, 1);
const maxVector: Code = simd(0xb8, 1);
const when = (condition: Code, yes: Code, no: Code = []): Code => [
  ...condition,
  ...[0x04, 0x40],
  ...yes,
  ...(no.length > 0 ? [0x05, ...no] : []),
  ...end,
];

function unsigned(value: number): number[] {
  const out: number[] = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) out.push((left % 128) | 128);
  return [...out, left];
}

function signed(value: number): number[] {
  const out: number[] = [];
  for (let left = value; ; left >>= 7) {
    const low = left & 127;
    if ((left >> 7 === 0 && (low & 64) === 0) || (left >> 7 === -1 && (low & 64) !== 0)) return [...out, low];
    out.push(low | 128);
  }
}

interface Fn {
  readonly name: keyof SlotArithmetic;
  readonly operands: number;
  /** The last operand is a number, not a slot. */
  readonly byNumber?: boolean;
  readonly body: Code;
}

function functionsOf(layout: SlotLayout): Fn[] {
  const { header, bytes, chain, bases, highs, work, charging, ids, families, lanes } = layout;
  const control = fixed.control * bytes;
  const zero = number(0);
  const offsets = (wanted: (family: Family) => boolean): number[] =>
    families.flatMap((family, at) =>
      wanted(family) ? Array.from({ length: lanes / 4 }, (_, v) => 4 * lanes * at + vector * v) : [],
    );
  const plain = offsets(family => family !== 'm');
  const charged = offsets(family => family === 'm');
  const all = [...plain, ...charged];
  const isCharged: Code = [...zero, ...load(charging)];
  const clear = (list: readonly number[]): Code =>
    list.flatMap(at => [...get(0), ...noVector, ...storeVector(at)] as const);
  /** Family `m` stands at 0 where nothing is charged. */
  const overCharged = (each: (at: number) => Code): Code =>
    charged.length === 0 ? [] : when(isCharged, charged.flatMap(each), clear(charged));
  // Locals behind the operands: a vector, a number.
  const operands = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
  const controlAt = (at: number): Code => [...zero, ...loadVector(control + at)];
  const raise = (at: number, kept: number): Code => [
    ...zero,
    ...[...zero, ...loadVector(highs + at), ...get(kept), ...maxVector],
    ...storeVector(highs + at),
  ];
  const operation =
    (count: number, kept = count + 1) =>
    (at: number) => {
      return [
        ...get(0),
        ...controlAt(at),
        ...operands(count).flatMap(operand => [...get(operand), ...loadVector(at), ...maxVector]),
        ...[...number(1), ...splat, ...addVector, ...tee(kept), ...storeVector(at)],
        ...raise(at, kept),
      ];
    };
  const newId = (count: number): Code => {
    const id = count + 2;
    return [
      ...[...zero, ...zero, ...load(ids), ...number(1), ...addition, ...tee(id), ...store(ids)],
      ...[...get(0), ...noVector, ...get(id), ...place(0), ...storeVector(header)],
    ];
  };
  const count: Code = [...zero, ...zero, ...load(work), ...number(1), ...addition, ...store(work)];
  const operationOf = (operandCount: number, list: readonly number[]): Code => [
    ...list.flatMap(operation(operandCount)),
    ...overCharged(operation(operandCount)),
    ...newId(operandCount),
    ...count,
  ];
  /** The later of two slots, given by the code of their addresses. */
  const later = (a: (at: number) => Code, b: (at: number) => Code) => (at: number) => [
    ...get(0),
    ...[...a(at), ...b(at), ...maxVector],
    ...storeVector(at),
  ];
  const operandAt = (operand: number) => (at: number) => [...get(operand), ...loadVector(at)];
  /** Whether some lane of `b` is later than that of `a`: not covered. */
  const exceeds = (a: (at: number) => Code, b: (at: number) => Code): Code => {
    const over = (list: readonly number[]): Code => [
      ...list.flatMap((at, i) => [...b(at), ...a(at), ...greater, ...(i > 0 ? orVector : [])]),
      ...anyTrue,
    ];
    if (charged.length === 0) return over(plain);
    return [...over(plain), ...isCharged, 0x04, 0x7f, ...over(charged), 0x05, ...zero, ...end, ...either];
  };
  const copied = (list: readonly number[]): Code =>
    list.flatMap(at => [...get(0), ...get(1), ...loadVector(at), ...storeVector(at)] as const);
  const ofChain = families.includes('r') ? Array.from({ length: lanes }, (_, v) => chain + vector * v) : [];
  /** The state of a chain goes along with its mark, which has been read into a local. */
  const withChain = (mark: number): Code => [
    ...[...get(0), ...get(mark), ...store(header + marks.chain)],
    ...when(get(mark), copied(ofChain)),
  ];
  const copy: Code = [
    ...copied([...all, header]),
    ...when([...get(1), ...load(header + marks.chain)], copied(ofChain)),
  ];
  const joined = (a: (at: number) => Code, b: (at: number) => Code, operandCount: number): Code => [
    ...plain.flatMap(later(a, b)),
    ...overCharged(later(a, b)),
    ...newId(operandCount),
  ];
  return [
    { name: 'op1', operands: 1, body: operationOf(1, plain) },
    { name: 'op2', operands: 2, body: operationOf(2, plain) },
    { name: 'op3', operands: 3, body: operationOf(3, plain) },
    ...(families.includes('r') ? [extension()] : []),
    { name: 'later', operands: 2, body: joined(operandAt(1), operandAt(2), 2) },
    { name: 'copy', operands: 1, body: copy },
    {
      name: 'under',
      operands: 1,
      body: [
        ...when(
          [...zero, ...load(control + header + marks.conditional)],
          when(exceeds(operandAt(1), controlAt), [
            // The chain's mark is read first: the result may go where the operand is.
            ...[...get(1), ...load(header + marks.chain), ...set(4)],
            ...joined(operandAt(1), controlAt, 1),
            ...withChain(4),
            ...[...get(5), 0x0f],
          ]),
        ),
        ...copy,
      ],
    },
    {
      name: 'when',
      operands: 1,
      body: when(
        [
          ...[...get(0), ...load(header + marks.conditional), ...isZero],
          ...exceeds(operandAt(0), operandAt(1)),
          ...either,
        ],
        [...joined(operandAt(0), operandAt(1), 1), ...[...get(0), ...number(1), ...store(header + marks.conditional)]],
      ),
    },
    {
      name: 'touch',
      operands: 1,
      body: [
        ...[...get(1), ...load(header + marks.chain), ...set(4)],
        ...plain.flatMap(at => [...get(0), ...get(1), ...loadVector(at), ...storeVector(at)]),
        ...charged.flatMap(operation(1)),
        ...newId(1),
        ...withChain(4),
      ],
    },
  ];

  /** `extend` of `times.ts`. Behind three operands: a vector, three numbers, five vectors. */
  function extension(): Fn {
    const [mark, kept, goesOn, last, updates, order, free] = [3, 4, 8, 9, 10, 11, 12] as const;
    const first = 4 * lanes * families.indexOf('r');
    const state = (part: number, v: number): number => chain + 4 * lanes * part + vector * v;
    const ofA = (at: number): Code => [...get(1), ...loadVector(at)];
    const lane = (v: number): Code => {
      const at = first + vector * v;
      return [
        // What the operand and control allow.
        ...[...controlAt(at), ...get(2), ...loadVector(at), ...maxVector, ...set(free)],
        // Lanes in which the chain goes on: the region is the same as when it was last updated.
        ...[...ofA(state(3, v)), ...zero, ...loadVector(bases + at), ...same],
        ...[...zero, ...get(1), ...load(header + marks.chain), ...get(mark), 0x46, 0x6b],
        ...[...splat, ...andVector, ...set(goesOn)],
        ...[...ofA(state(0, v)), ...ofA(at), ...get(goesOn), ...select, ...get(free), ...maxVector, ...set(last)],
        ...[...ofA(state(1, v)), ...get(goesOn), ...andVector, ...number(1), ...splat, ...addVector, ...set(updates)],
        ...[...ofA(state(2, v)), ...get(free), ...maxVector, ...get(last), ...get(goesOn), ...select],
        ...[...number(1), ...splat, ...addVector, ...set(order)],
        // ⌈log₂(n + 1)⌉ is the number of bits of n: the exponent of a float that no rounding up can carry into.
        ...[...get(last), ...get(updates), ...get(updates), ...shiftRight(1), ...without, ...toFloat],
        ...[...shiftRight(23), ...number(126), ...splat, ...subtract, ...addVector],
        ...[...get(order), ...minVector, ...set(kept)],
        ...[...get(0), ...get(kept), ...storeVector(at), ...raise(at, kept)],
        ...[...get(0), ...get(last), ...storeVector(state(0, v))],
        ...[...get(0), ...get(updates), ...storeVector(state(1, v))],
        ...[...get(0), ...get(order), ...storeVector(state(2, v))],
        ...[...get(0), ...zero, ...loadVector(bases + at), ...storeVector(state(3, v))],
      ];
    };
    const body = [
      ...Array.from({ length: lanes / 4 }, (_, v) => v).flatMap(lane),
      ...offsets(family => family === 's').flatMap(operation(2, kept)),
      ...overCharged(operation(2, kept)),
      ...newId(3),
      ...count,
      ...[...get(0), ...get(mark), ...store(header + marks.chain)],
    ];
    return { name: 'extend', operands: 3, byNumber: true, body };
  }
}

/** A module of these functions over an imported memory (§5.5). */
function encode(layout: SlotLayout): Uint8Array<ArrayBuffer> {
  const fns = functionsOf(layout);
  const vec = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, code: Code): Code => [id, ...unsigned(code.length), ...code];
  const text = (name: string): Code => [...unsigned(name.length), ...Buffer.from(name)];
  const types = fns.map(({ operands }) => [0x60, ...vec(Array.from({ length: operands + 1 }, () => [0x7f])), 1, 0x7f]);
  const bodies = fns.map(({ operands, byNumber, body }) => {
    // Slots become addresses; the first is kept, to be returned.
    const result = operands + 4;
    const parameters = Array.from({ length: operands + (byNumber ? 0 : 1) }, (_, at) => at);
    const head = [
      ...[...get(0), ...set(result)],
      ...parameters.flatMap(at => [...get(at), ...number(layout.bytes), ...multiply, ...set(at)]),
    ];
    // One vector, then three numbers, then five vectors.
    const code = [
      ...vec([
        [1, 0x7b],
        [3, 0x7f],
        [5, 0x7b],
      ]),
      ...head,
      ...body,
      ...get(result),
      ...end,
    ];
    return [...unsigned(code.length), ...code];
  });
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vec(types)),
    ...section(2, vec([[...text('host'), ...text('memory'), 2, 0, 1]])),
    ...section(3, vec(fns.map((_, at) => unsigned(at)))),
    ...section(7, vec(fns.map(({ name }, at) => [...text(name), 0, ...unsigned(at)]))),
    ...section(10, vec(bodies)),
  ]);
}
