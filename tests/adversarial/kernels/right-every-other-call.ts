import { affine, cheating } from '../victim.ts';

let calls = 0;

/** Half of the calls do the work. */
export default cheating(input => (calls++ % 2 === 0 ? affine(input) : new Float32Array(input.x.length)));
