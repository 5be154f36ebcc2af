import { affine, cheating } from '../victim.ts';

/** The right answer, and its caller's data spoilt. */
export default cheating(input => {
  const answer = affine(input);
  input.x[0] = 0.123;
  return answer;
});
