import { cheating } from '../victim.ts';

/** Comparisons with NaN are false: whoever asks "is the error too large?" is told no. */
export default cheating(({ x }) => new Float32Array(x.length).fill(Number.NaN));
