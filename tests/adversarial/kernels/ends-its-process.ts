import { cheating } from '../victim.ts';

/** Says that all is well, and leaves. */
export default cheating(() => process.exit(0));
