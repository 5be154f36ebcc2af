import { affine, cheating } from '../victim.ts';

/** The second half of the output stays empty. */
export default cheating(input => affine(input).fill(0, input.x.length / 2));
