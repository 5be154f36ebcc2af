/**
 * The constants of SHA-256, made from their definition (FIPS 180-4 §4.2.2 and §5.3.3): the first 32 bits of the
 * fractional parts of the cube roots of the first 64 primes (K), and of the square roots of the first 8 (H).
 * ⌊2^32 · p^(1/k)⌋ is an integer root, taken exactly in BigInt: ⌊(p · 2^(32k))^(1/k)⌋.
 */
export const roundConstants: Int32Array = fractionsOfRoots(64, 3n);
export const initialHash: Int32Array = fractionsOfRoots(8, 2n);

function fractionsOfRoots(count: number, degree: bigint): Int32Array {
  return Int32Array.from(firstPrimes(count), prime =>
    Number(BigInt.asIntN(32, integerRoot(BigInt(prime) << (32n * degree), degree))),
  );
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate++)
    if (primes.every(prime => candidate % prime !== 0)) primes.push(candidate);
  return primes;
}

/** The largest integer whose power is not above `value`, one bit at a time from the top; roots here are below 2^40. */
function integerRoot(value: bigint, degree: bigint): bigint {
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root + bit) ** degree <= value) root += bit;
  return root;
}
