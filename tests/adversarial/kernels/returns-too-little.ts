import { affine, cheating } from '../victim.ts';

/** All that it returns is right. */
export default cheating(input => affine(input).subarray(0, 10));
