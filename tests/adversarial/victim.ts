import { callVariant } from '../../src/backends/js.ts';
import type { Variant } from '../../src/backends/variant.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { uniform } from '../../src/workload/random.ts';
import type { Workload } from '../../src/workload/types.ts';

export interface Input {
  readonly x: Float32Array;
}

export const affine = ({ x }: Input): Float32Array => x.map(value => 2 * value + 1);

/** y = 2x + 1: so easy that whoever gets it wrong wants to. The cheat competes as `tuned` beside an honest `naive`. */
export const victim = (cheat: Variant<Input, Float32Array>): Workload<Input, Float32Array> =>
  defineWorkload({
    name: 'affine',
    summary: 'y = 2x + 1',
    sizes: { small: 4096 },
    inputs: (size, random) => ({ x: uniform(random, size) }),
    reference: ({ x }) => Float32Array.from(x, value => 2 * value + 1),
    tolerance: () => ({ kind: 'absolute', bound: 2 ** -22, reason: 'two roundings of numbers up to 3' }),
    work: size => ({
      operations: 2 * size,
      operationUnit: 'flop',
      bytesRead: 4 * size,
      bytesWritten: 4 * size,
      bytesToDevice: 4 * size,
      bytesFromDevice: 4 * size,
      items: size,
      itemUnit: 'element',
    }),
    variants: [callVariant({ name: 'naive', sameAlgorithm: true, compute: affine }), cheat],
  });

/** A cheat that is one function. */
export const cheating = (
  compute: (input: Input) => Float32Array | Promise<Float32Array>,
): Workload<Input, Float32Array> => victim(callVariant({ name: 'tuned', sameAlgorithm: true, compute }));
