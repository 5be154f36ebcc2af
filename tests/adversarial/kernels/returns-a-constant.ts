import { cheating } from '../victim.ts';

/** Returns the same numbers whatever it is given. */
export default cheating(({ x }) => new Float32Array(x.length).fill(1));
