import { cheating } from '../victim.ts';

export default cheating(() => undefined as unknown as Float32Array);
