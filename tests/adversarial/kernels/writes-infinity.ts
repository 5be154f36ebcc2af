import { affine, cheating } from '../victim.ts';

/** One number of 4096 overflowed. */
export default cheating(input => affine(input).fill(Number.POSITIVE_INFINITY, 2000, 2001));
