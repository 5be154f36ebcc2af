import { affine, cheating } from '../victim.ts';

let last: Float32Array | undefined;

/** Computes once and hands the same array out for ever. */
export default cheating(input => {
  last ??= affine(input);
  return last;
});
