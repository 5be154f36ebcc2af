import { affine, cheating } from '../victim.ts';

process.hrtime.bigint = () => 0n;
performance.now = () => 0;
Date.now = () => 0;

/** Right, and every clock that it could reach stands still. */
export default cheating(affine);
