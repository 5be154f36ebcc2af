import { createRandom, type Random } from '../../src/workload/random.ts';

/** Something that reads what others wrote. */
export interface Reader {
  readonly name: string;
  /**
   * Makes one mutated case and reads it.
   *
   * @returns what it was fed, for the message, and whether it was accepted
   * @throws Misread where the reader did not keep its promise
   */
  read(random: Random): { readonly accepted: boolean };
}

/** The reader crashed, or refused without a sentence; `input` is what it was fed. */
export class Misread extends Error {
  override readonly name = 'Misread';
  readonly input: Uint8Array | string;
  constructor(message: string, input: Uint8Array | string, options?: ErrorOptions) {
    super(message, options);
    this.input = input;
  }
}

export interface Failure {
  readonly reader: string;
  /** The case again: `npm run soak -- fuzz --reader <name> --case <seed>`. */
  readonly seed: number;
  readonly message: string;
  readonly input: Uint8Array | string | undefined;
  readonly stack: string | undefined;
}

export interface FuzzRow {
  readonly reader: string;
  readonly cases: number;
  readonly accepted: number;
  readonly refused: number;
  readonly slowestMs: number;
  readonly failures: readonly Failure[];
}

/**
 * No case is larger than some 100 KB: what takes longer does not end, or grows faster than its input. Of the processor's
 * time: what waits for a neighbour is no slower for it.
 */
const slowestAllowedMs = 2000;

/** Feeds a reader `cases` cases with seeds `from`, `from + 1`, … so that each can be repeated alone. */
export function fuzz(
  reader: Reader,
  { cases, from, limitMs = slowestAllowedMs }: { cases: number; from: number; limitMs?: number },
): FuzzRow {
  let [accepted, refused, slowestMs] = [0, 0, 0];
  const failures: Failure[] = [];
  for (let seed = from; seed < from + cases; seed++) {
    const start = process.cpuUsage();
    try {
      if (reader.read(createRandom(seed)).accepted) accepted++;
      else refused++;
    } catch (error) {
      const { message, stack } = error as Error;
      const input = error instanceof Misread ? error.input : undefined;
      const cause = error instanceof Misread && error.cause instanceof Error ? error.cause.stack : stack;
      failures.push({ reader: reader.name, seed, message, input, stack: cause });
    }
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    if (ms > limitMs)
      failures.push({ reader: reader.name, seed, message: `took ${ms} ms`, input: undefined, stack: undefined });
    slowestMs = Math.max(slowestMs, ms);
  }
  return { reader: reader.name, cases, accepted, refused, slowestMs, failures };
}
