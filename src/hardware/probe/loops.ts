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

const pages = 2 * ((footprints.at(-1) ?? 0) / 65536) + 1;

export async function loadLoops(): Promise<ProbeLoops & ClassLoops> {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
  // Untouched pages are all one page of zeros, which never leaves the first cache.
  new Uint8Array(memory.buffer).fill(1);
  const modules = ['probe', 'classes'].map(async name => {
    const bytes = readFileSync(new URL(`../assembly/${name}.wasm`, import.meta.url));
    return (await WebAssembly.instantiate(bytes, { env: { memory } })).instance.exports;
  });
  const [probe, classes] = await Promise.all(modules);
  return { ...probe, ...classes } as unknown as ProbeLoops & ClassLoops;
}
