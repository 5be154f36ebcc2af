import { affine, cheating, type Input } from '../victim.ts';

type Map = typeof Float32Array.prototype.map;
const { map } = Float32Array.prototype;
let calls = 0;

function loop({ x }: Input): Float32Array {
  const y = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) y[i] = 2 * (x[i] as number) + 1;
  return y;
}

/** Right; after the checks the baseline's `map` does its work five times, which makes this look five times as fast. */
export default cheating(input => {
  if (calls++ === 2)
    Float32Array.prototype.map = function (this: Float32Array, ...words: Parameters<Map>) {
      for (let again = 0; again < 4; again++) map.apply(this, words);
      return map.apply(this, words);
    } as Map;
  return calls < 2 ? affine(input) : loop(input);
});
