import { affine, cheating } from '../victim.ts';

/** What it returns has the name of the output, and a getter behind it: the work is done by who compares. */
export default cheating(
  input =>
    ({
      get ''() {
        return affine(input);
      },
    }) as unknown as Float32Array,
);
