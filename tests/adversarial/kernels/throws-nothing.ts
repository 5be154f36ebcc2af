import { cheating } from '../victim.ts';

/** What is thrown is not even an error. */
export default cheating(() => {
  throw null;
});
