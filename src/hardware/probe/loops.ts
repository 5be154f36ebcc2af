import { readFileSync } from 'node:fs';

/** The probe's loops, compiled from src/hardware/assembly/probe.ts. */
export interface ProbeLoops {
  multiplyAdd(rounds: number, factor: number, other: number): number;
  scalarMultiplyAdd(rounds: number, factor: number, other: number): number;
  read(at: number, bytes: number, passes: number): bigint;
  copy(to: number, from: number, bytes: number, passes: number): void;
}

/** Loops by class of operation, compiled from src/hardware/assembly/classes.ts. */
export interface ClassLoops {
  integers(rounds: number, factor: number, other: number): number;
  logic(rounds: number, other: number): number;
  specials(rounds: number, other: number): number;
  scalarIntegers(rounds: number, factor: number, other: number): number;
  scalarLogic(rounds: number, other: number): number;
  scalarSpecials(rounds: number, other: number): number;
  scalarLoads(rounds: number, at: number, mask: number): number;
}

/** Roofs of integer work, compiled from src/hardware/assembly/integers.ts. */
export interface IntegerLoops {
  vectorBits(rounds: number, first: number, second: number): number;
  scalarBits(rounds: number, first: number, second: number): number;
  shuffles(rounds: number, seed: number): number;
  lookups(rounds: number, at: number): number;
  moves(rounds: number, at: number): void;
  triad(a: number, b: number, c: number, bytes: number, passes: number, factor: number): void;
}

/** Operations in one round of each; `triad` counts bytes. */
export const integersPerRound = {
  vectorBits: 64,
  scalarBits: 16,
  shuffles: 8,
  lookups: 16,
  moves: 2048,
} as const satisfies Record<Exclude<keyof IntegerLoops, 'triad'>, number>;

/** Operations in one round of each. */
export const operationsPerRound = {
  integers: 64,
  logic: 64,
  specials: 64,
  scalarIntegers: 16,
  scalarLogic: 16,
  scalarSpecials: 16,
  scalarLoads: 8,
} as const satisfies Record<keyof ClassLoops, number>;

/** Flops in one round of each loop: 12 chains, two flops a lane. */
export const flopsPerRound = { multiplyAdd: 96, scalarMultiplyAdd: 24 } as const;

/** Working sets that fall into the first cache, the second, the third, and memory on most machines. */
export const footprints = [16 * 1024, 256 * 1024, 4 * 1024 * 1024, 64 * 1024 * 1024] as const;

/** Where arrays begin: the loops' modules have no data of their own. */
export const heap = 1024;

/** 128 MiB, the most that a level of memory is measured with (../cache-levels.ts), and a page before it. */
const pages = (128 << 20) / 65536 + 1;

export type Loops = ProbeLoops & ClassLoops & IntegerLoops & { readonly memory: WebAssembly.Memory };

export async function loadLoops(): Promise<Loops> {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
  // Untouched pages are all one page of zeros, which never leaves the first cache.
  new Uint8Array(memory.buffer).fill(1);
  const modules = ['probe', 'classes', 'integers'].map(async name => {
    const bytes = readFileSync(new URL(`../assembly/${name}.wasm`, import.meta.url));
    return (await WebAssembly.instantiate(bytes, { env: { memory } })).instance.exports;
  });
  const [probe, classes, integers] = await Promise.all(modules);
  return { ...probe, ...classes, ...integers, memory } as unknown as Loops;
}

/** Passes over memory, and the bytes that one of them moves. */
export interface Moving {
  readonly run: (passes: number) => void;
  readonly bytes: number;
}

/**
 * Ways to move a footprint once: bytes read plus bytes written, as STREAM counts them; what a store
 * fetches beforehand does not count.
 */
export const moving = {
  read: ({ read }: Pick<Loops, 'read'>, bytes: number): Moving => ({
    run: passes => void read(heap, bytes, passes),
    bytes,
  }),
  /** Half of the footprint is read and half written: as many bytes move as the footprint has. */
  copy: ({ copy }: Pick<Loops, 'copy'>, bytes: number): Moving => ({
    run: passes => copy(heap + bytes / 2, heap, bytes / 2, passes),
    bytes,
  }),
  /** Two thirds are read and one written. */
  triad: ({ triad }: Pick<Loops, 'triad'>, bytes: number): Moving => {
    const third = bytes / 3;
    return { run: passes => triad(heap, heap + third, heap + 2 * third, third, passes, 0.5), bytes };
  },
} as const;

/** Keys for `moves` and `lookups`, 2048 of a fixed sequence, and behind them where their buckets begin. */
export const movesAt = heap;
export function layOutMoves(memory: WebAssembly.Memory): void {
  const keys = new Uint32Array(memory.buffer, movesAt, 2048);
  let state = 1;
  for (let i = 0; i < keys.length; i++) {
    // Numerical Recipes' generator; its upper bits are the random ones.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    keys[i] = (state >>> 16) | (state << 16);
  }
  const places = new Uint32Array(memory.buffer, movesAt + keys.byteLength, 256);
  for (let bucket = 0, before = 0; bucket < 256; bucket++) {
    places[bucket] = before;
    before += keys.filter(key => (key & 255) === bucket).length;
  }
}
