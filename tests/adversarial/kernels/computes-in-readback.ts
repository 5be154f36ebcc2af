import { affine, type Input, victim } from '../victim.ts';

let input: Input | undefined;

/** Claims to be one call of the host, and does its work where no clock runs for a call. */
export default victim({
  name: 'tuned',
  sameAlgorithm: true,
  prepare: async () => ({
    shape: 'call',
    async upload(next) {
      input = next;
    },
    async dispatch() {},
    async readback() {
      for (let again = 0; again < 50; again++) affine(input as Input);
      return affine(input as Input);
    },
    ranOn: () => 'cpu',
    async [Symbol.asyncDispose]() {},
  }),
});
