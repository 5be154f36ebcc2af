import { affine, cheating } from '../victim.ts';

let latest = 0;

/** Hands an empty array out, and fills it in a job that runs when the clock has stopped and nobody has looked yet. */
export default cheating(input => {
  const [mine, y] = [++latest, new Float32Array(input.x.length)];
  const later = (turns: number): void =>
    queueMicrotask(() => {
      if (turns > 0) later(turns - 1);
      else if (mine === latest) y.set(affine(input));
    });
  later(2);
  return y;
});
