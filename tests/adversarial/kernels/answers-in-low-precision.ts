import { affine, cheating } from '../victim.ts';

/** Rounded to 11 bits, as half precision would, under the tolerance of a single-precision kernel. */
export default cheating(input => affine(input).map(value => Math.fround(Math.round(value * 1024) / 1024)));
