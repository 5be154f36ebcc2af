/** The potential at each of n points on a line: the sum of 1 / |x[i] − x[j]| over all others. */
export function potential(x: Float64Array, y: Float64Array): Float64Array {
  for (let i = 0; i < x.length; i++) {
    let sum = 0;
    for (let j = 0; j < x.length; j++) if (j !== i) sum += 1 / Math.abs(x[i]! - x[j]!);
    y[i] = sum;
  }
  return y;
}

/** What `potential` is called with, for each size and seed. */
export const inputs = {
  potential: (n: number, seed: number) => [points(n, seed), new Float64Array(n)],
};

/** n different points, the same for the same seed. */
const points = (n: number, seed: number) =>
  Float64Array.from({ length: n }, (_, i) => i + 0.25 * Math.sin(seed + 7 * i));
