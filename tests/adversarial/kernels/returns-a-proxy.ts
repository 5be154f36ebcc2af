import { affine, cheating } from '../victim.ts';

/** As `computes-when-looked-at`, where every question about the object is answered as for a plain one. */
export default cheating(
  input =>
    new Proxy(
      {},
      {
        ownKeys: () => [''],
        get: () => affine(input),
        getOwnPropertyDescriptor: () => ({ value: affine(input), configurable: true, enumerable: true }),
      },
    ) as unknown as Float32Array,
);
