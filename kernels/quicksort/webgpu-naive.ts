import type { GpuPlan, PassPlan } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { bitonicSteps, nextPowerOfTwo } from './bitonic.ts';
import type { SortInput } from './inputs.ts';
import { bitsOf, type Keys, keysOfBits } from './order.ts';
import { alignment, grid, wgsl } from './wgsl.ts';

const lanes = 256;
/**
 * Bitonic sort over global memory, a pass for every step of the network.
 *
 * p = ½ log₂ n (log₂ n + 1) passes of 16n/2 bytes read and up to that many written: at 10⁶ keys 210 passes and 3.5 GB,
 * a second at 3.5 GB/s; a radix sort moves 50 MB.
 */
function plan({ keys }: SortInput): GpuPlan {
  const { length } = keys;
  const padded = Math.max(2, nextPowerOfTwo(length));
  const floats = Number(keys instanceof Float32Array);
  const steps = bitonicSteps(padded);
  const pad = (
    label: string,
    ends: { encodes: number; decodes: number; bindings: string[]; count: number },
  ): PassPlan => ({
    label,
    code: wgsl('pad.wgsl'),
    constants: { length, encodes: ends.encodes, decodes: ends.decodes },
    bindings: ends.bindings,
    workgroups: grid(Math.ceil(ends.count / lanes)),
  });
  const code = wgsl('bitonic-global.wgsl');
  return {
    buffers: {
      input: { bytes: Math.max(4, length * 4), role: 'in' },
      keys: { bytes: padded * 4, role: 'scratch' },
      steps: { bytes: steps.length * alignment, role: 'in' },
      sorted: { bytes: Math.max(4, length * 4), role: 'out' },
    },
    passes: [
      pad('pad', { encodes: floats, decodes: 0, bindings: ['input', 'keys'], count: padded }),
      ...steps.map(
        (_, index): PassPlan => ({
          label: 'step',
          code,
          bindings: ['keys', `steps@${index * alignment}:8`],
          workgroups: grid(Math.ceil(padded / 2 / lanes)),
        }),
      ),
      pad('unpad', { encodes: 0, decodes: floats, bindings: ['keys', 'sorted'], count: length }),
    ],
  };
}

function encodeSteps(length: number): Uint32Array {
  const steps = bitonicSteps(Math.max(2, nextPowerOfTwo(length)));
  const words = new Uint32Array((steps.length * alignment) / 4);
  steps.forEach(({ merged, distance }, index) => {
    words.set([merged, distance], (index * alignment) / 4);
  });
  return words;
}

export default webgpuVariant<SortInput, Keys>({
  name: 'webgpu-naive',
  sameAlgorithm: false,
  summary: 'bitonic network over global memory, a pass a step',
  precision: 'exact',
  plan: (_, input) => plan(input),
  upload: ({ keys }) => ({ input: bitsOf(keys), steps: encodeSteps(keys.length) }),
  download: ({ sorted }, { keys }) => keysOfBits(sorted as ArrayBuffer, keys),
});
