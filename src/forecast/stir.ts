/** More than a predictor remembers: two in each step. */
const steps = 30_000;

/**
 * What other code does to a program between two of its calls: it makes the processor forget its branches. Called again at
 * once on the same input they are known by heart (a sort of 512 keys takes half as long then), which they are not among
 * other work, and not beside the program's variants.
 *
 * @returns a function that meets 60,000 branches nobody foresees, others each time, and says how many it took
 */
export function stirrer(): () => number {
  let state = 1;
  return () => {
    let taken = 0;
    let mixed = 0;
    for (let step = 0; step < steps; step++) {
      // A linear congruential generator (Knuth, The Art of Computer Programming 2, §3.3.4): its high bits are random enough.
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      // Work of two kinds each: a choice between two values would be no branch.
      if ((state & 0x10000000) === 0) mixed ^= Math.imul(state, step);
      else taken++;
      if ((state & 0x2000000) === 0) mixed = (mixed + step) | 0;
      else taken++;
    }
    // What was mixed is needed, or nobody would branch for it.
    state ^= mixed & 1;
    return taken;
  };
}
