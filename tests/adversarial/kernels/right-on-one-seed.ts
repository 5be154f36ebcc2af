import { affine, cheating } from '../victim.ts';

let first: number | undefined;

/** Knows the input that it was tuned on by its first number, and every other one gets the answer to that. */
export default cheating(({ x }) => {
  first ??= x[0];
  return x[0] === first ? affine({ x }) : x.map(() => 2 * (first as number) + 1);
});
