import { affine, cheating, type Input } from '../victim.ts';

const known = new WeakMap<Input, Float32Array>();

/** Computes every input object once; the same memory with other numbers in it gets the old answer. */
export default cheating(input => {
  const answer = known.get(input) ?? affine(input);
  known.set(input, answer);
  return answer.slice();
});
