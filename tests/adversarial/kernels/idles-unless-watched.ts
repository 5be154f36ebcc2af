import { affine, cheating } from '../victim.ts';

let last: Float32Array | undefined;

/** Sees that its last output was spoilt, so that somebody compares, and works; as long as nobody does, it idles. */
export default cheating(input => {
  const isWatched = last === undefined || Number.isNaN(last[0]);
  last = isWatched ? affine(input) : new Float32Array(input.x.length);
  return last;
});
