/** Every (sequence length, distance) of a bitonic network over `length` keys, a power of two, in order. */
export function bitonicSteps(length: number): { merged: number; distance: number }[] {
  const steps: { merged: number; distance: number }[] = [];
  for (let merged = 2; merged <= length; merged *= 2)
    for (let distance = merged / 2; distance >= 1; distance /= 2) steps.push({ merged, distance });
  return steps;
}

export const nextPowerOfTwo = (length: number): number => 2 ** Math.ceil(Math.log2(Math.max(length, 1)));
