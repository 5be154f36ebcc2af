import { cheating } from '../victim.ts';

export default cheating(() => new Float32Array(new ArrayBuffer(2 ** 46)));
