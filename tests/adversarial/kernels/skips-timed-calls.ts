import { affine, cheating } from '../victim.ts';

let calls = 0;

/** Honest in the two calls of the check, idle afterwards. */
export default cheating(input => (calls++ < 2 ? affine(input) : new Float32Array(input.x.length)));
