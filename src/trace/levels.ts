import type { TimeKit, Times } from './runtime/times.ts';

/** Operations per level of the dependence graph; where there are very many levels, several to a number. */
export interface Levels {
  /** `operations[k]` are those that are ready at times from k·levelsEach + 1 to (k + 1)·levelsEach. */
  readonly operations: readonly number[];
  readonly levelsEach: number;
  /** Number of levels: the span. The last number may stand for fewer levels than the others. */
  readonly span: number;
}

/** Numbers kept while a run goes on: 2 MiB, halved by joining neighbours when it is full. */
const mostBins = 2 ** 18;

/**
 * The histogram whose area is the work and whose length is the span. An operation's level is the time at which its
 * result is ready, in source order and over the whole run: lane 0 of family `s`.
 */
export class LevelCount {
  readonly #capacity: number;
  readonly #bins: Float64Array;
  #levelsEach = 1;
  #span = 0;

  constructor(capacity = mostBins) {
    this.#capacity = capacity;
    this.#bins = new Float64Array(capacity);
  }

  /** One operation whose result is ready at `level`, from 1. */
  add(level: number): void {
    while (level > this.#capacity * this.#levelsEach) this.#join();
    this.#bins[Math.floor((level - 1) / this.#levelsEach)]!++;
    if (level > this.#span) this.#span = level;
  }

  #join(): void {
    const bins = this.#bins;
    const half = this.#capacity / 2;
    for (let k = 0; k < half; k++) bins[k] = bins[2 * k]! + bins[2 * k + 1]!;
    bins.fill(0, half);
    this.#levelsEach *= 2;
  }

  result(): Levels {
    const used = Math.ceil(this.#span / this.#levelsEach);
    return {
      operations: Array.from(this.#bins.subarray(0, used)),
      levelsEach: this.#levelsEach,
      span: this.#span,
    };
  }
}

/** Fewer and wider bins, for a picture: the area stays. */
export function widen({ operations, levelsEach, span }: Levels, most: number): Levels {
  const factor = Math.max(1, Math.ceil(operations.length / most));
  const wider = Array.from({ length: Math.ceil(operations.length / factor) }, (_, k) =>
    operations.slice(k * factor, (k + 1) * factor).reduce((sum, each) => sum + each, 0),
  );
  return { operations: wider, levelsEach: levelsEach * factor, span };
}

type Operation = (...operands: never[]) => Times;

/** Every operation of the kit is also counted at its level. For a run of its own: it slows each one down. */
export function countLevels(kit: TimeKit, levels: LevelCount): void {
  const counted = <F extends Operation>(operation: F): F =>
    ((...operands) => {
      const times = operation(...operands);
      if (kit.state.active) levels.add(kit.lane(times, 's', 0));
      return times;
    }) as F;
  Object.assign(kit, {
    op1: counted(kit.op1),
    op2: counted(kit.op2),
    op3: counted(kit.op3),
    extend: counted(kit.extend),
  });
}
