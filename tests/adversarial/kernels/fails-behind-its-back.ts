import { affine, cheating } from '../victim.ts';

/** The answer is right; a promise that nobody holds breaks afterwards. */
export default cheating(input => {
  void Promise.reject(new Error('nobody listens'));
  return affine(input);
});
