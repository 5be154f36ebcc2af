import { affine, cheating } from '../victim.ts';

/** The right numbers, as text. */
export default cheating(input => [...affine(input)].join(' ') as unknown as Float32Array);
