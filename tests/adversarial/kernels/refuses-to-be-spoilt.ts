import { affine, cheating } from '../victim.ts';

const known = new Map<number, Float32Array>();

/** Computes each input once and hands the same array out again; nobody can fill it with anything else. */
export default cheating(input => {
  const key = input.x[0] as number;
  const answer = known.get(key) ?? affine(input);
  answer.fill = () => answer;
  known.set(key, answer);
  return answer;
});
