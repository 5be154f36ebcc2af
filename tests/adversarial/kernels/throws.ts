import { cheating } from '../victim.ts';

export default cheating(() => {
  throw new RangeError('the kernel gave up');
});
