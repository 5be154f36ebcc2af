import { readFileSync } from 'node:fs';

/** The probe's loops, compiled from src/hardware/assembly/probe.ts. */
export interface ProbeLoops {
  multiplyAdd(rounds: number, factor: number, other: number): number;
  scalarMultiplyAdd(rounds: number, factor: number, other: number): number;
  read(at: number, bytes: number, passes: number): bigint;
  copy(to: number, from: number, bytes: number, passes: number): void;
}

/** Flops in one round of each loop: 12 chains, two flops a lane. */
export const flopsPerRound = { multiplyAdd: 96, scalarMultiplyAdd: 24 } as const;

/** Working sets that fall into the first cache, the second, the third, and memory on most machines. */
export const footprints = [16 * 1024, 256 * 1024, 4 * 1024 * 1024, 64 * 1024 * 1024] as const;

const pages = 2 * ((footprints.at(-1) ?? 0) / 65536) + 1;

export async function loadLoops(): Promise<ProbeLoops> {
  const bytes = readFileSync(new URL('../assembly/probe.wasm', import.meta.url));
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
  // Untouched pages are all one page of zeros, which never leaves the first cache.
  new Uint8Array(memory.buffer).fill(1);
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  return instance.exports as unknown as ProbeLoops;
}
