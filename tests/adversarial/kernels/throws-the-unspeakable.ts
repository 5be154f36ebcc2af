import { cheating } from '../victim.ts';

/** What is thrown cannot be turned into text. */
export default cheating(() => {
  throw {
    get message(): string {
      throw new Error('not even this');
    },
    [Symbol.toPrimitive]() {
      throw new Error('nor this');
    },
  };
});
