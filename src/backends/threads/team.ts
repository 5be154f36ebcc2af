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
  /** Thread 0: waits until all others have ended this piece of work. */
  join(): void;
  /** Any other thread: this piece of work is done. */
  done(): void;
  fail(): void;
  failed(): boolean;
  stop(): void;
}

const generation = 0;
const finished = 1;
const arrived = 2;
const round = 3;
const failure = 4;
const stopped = 5;
const fields = 6;
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
    },
    failed: () => load(failure) !== 0,
    stop() {
      Atomics.store(control, stopped, 1);
      Atomics.add(control, generation, 1);
      Atomics.notify(control, generation);
    },
  };
}
