import { affine, cheating } from '../victim.ts';

/** Whole blocks of 64 but the last: the error of a kernel whose grid is one too small. */
export default cheating(input => affine(input).fill(0, input.x.length - 64));
