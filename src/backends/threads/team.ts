/**
 * A team of threads that starts a piece of work together, meets at barriers, and ends together, over one shared
 * Int32Array. Waiting spins for a moment before it sleeps on the futex: a phase of a kernel is often shorter than a
 * wake-up (about 50 µs).
 */
export interface Team {
  readonly threads: number;
  readonly control: Int32Array;
  /** Thread 0: lets the others begin. */
  start(): void;
  /** Any other thread: waits for the next start; false when the team is to stop. */
  await(): boolean;
  /** All threads wait for each other. */
  barrier(): void;
  /**
   * The next `size` of the `count` items of a phase that no thread has taken yet, as a half-open range, or undefined: a
   * thread that comes late, or is put aside for a while, costs the others that time over their number, not its whole share.
   */
  take(phase: Phase, count: number, size: number): [from: number, to: number] | undefined;
  /** Items of a phase are done. */
  finish(phase: Phase, items: number): void;
  /** Waits until all items of a phase are done, whoever did them: a thread that has not come yet is not waited for. */
  until(phase: Phase, count: number): void;
  /** Thread 0: waits until all others have ended this piece of work. */
  join(): void;
  /** Any other thread: this piece of work is done. */
  done(): void;
  fail(): void;
  failed(): boolean;
  stop(): void;
}

/** Pieces of work whose items are shared out while they are done; each starts anew with `start`. */
export type Phase = 0 | 1;

const generation = 0;
const finished = 1;
const arrived = 2;
const round = 3;
const failure = 4;
const stopped = 5;
/** For each phase the items taken and the items done. */
const taken = [6, 7] as const;
const finishedItems = [8, 9] as const;
const fields = 10;
const spins = 2000;

export const createTeam = (threads: number): Team =>
  joinTeam(threads, new Int32Array(new SharedArrayBuffer(fields * 4)));

export function joinTeam(threads: number, control: Int32Array): Team {
  const load = (field: number): number => Atomics.load(control, field);
  const waitWhile = (field: number, value: number): void => {
    for (let spin = 0; spin < spins; spin++) if (load(field) !== value) return;
    while (load(field) === value) Atomics.wait(control, field, value);
  };
  let seen = 0;
  return {
    threads,
    control,
    start() {
      Atomics.store(control, finished, 0);
      Atomics.store(control, failure, 0);
      Atomics.store(control, arrived, 0);
      for (const field of [...taken, ...finishedItems]) Atomics.store(control, field, 0);
      Atomics.add(control, generation, 1);
      Atomics.notify(control, generation);
    },
    await() {
      waitWhile(generation, seen);
      seen++;
      return load(stopped) === 0;
    },
    barrier() {
      if (threads === 1) return;
      const mine = load(round);
      if (Atomics.add(control, arrived, 1) === threads - 1) {
        Atomics.store(control, arrived, 0);
        Atomics.add(control, round, 1);
        Atomics.notify(control, round);
      } else {
        waitWhile(round, mine);
      }
      // A thread that failed never arrives again: it opens every barrier instead.
      if (load(failure) !== 0) throw new Error('another thread of the team failed');
    },
    take(phase, count, size) {
      const from = Atomics.add(control, taken[phase], size);
      return from < count ? [from, Math.min(count, from + size)] : undefined;
    },
    finish(phase, items) {
      Atomics.add(control, finishedItems[phase], items);
      Atomics.notify(control, finishedItems[phase]);
    },
    until(phase, count) {
      const field = finishedItems[phase];
      for (let done = load(field); done < count; done = load(field)) {
        // A thread that failed finishes nothing: it opens this as it opens a barrier.
        if (load(failure) !== 0) throw new Error('another thread of the team failed');
        waitWhile(field, done);
      }
    },
    join() {
      for (let count = load(finished); count < threads - 1; count = load(finished)) waitWhile(finished, count);
    },
    done() {
      Atomics.add(control, finished, 1);
      Atomics.notify(control, finished);
    },
    fail() {
      Atomics.store(control, failure, 1);
      Atomics.add(control, round, 1);
      Atomics.notify(control, round);
      for (const field of finishedItems) {
        Atomics.add(control, field, 1);
        Atomics.notify(control, field);
      }
    },
    failed: () => load(failure) !== 0,
    stop() {
      Atomics.store(control, stopped, 1);
      Atomics.add(control, generation, 1);
      Atomics.notify(control, generation);
    },
  };
}
