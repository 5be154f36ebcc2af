import type { BufferPlan, PassPlan } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import {
  type CnnInput,
  type CnnOutput,
  conv1,
  conv2,
  dense1,
  dense2,
  onlyWithin,
  pixels,
  pooled1Size,
  pooled2Size,
  weightCount,
} from './network.ts';
import { conv1Code } from './webgpu-conv1.ts';
import { backward, backwardBuffers } from './webgpu-tuned-training.ts';
import {
  denseConstants,
  downloadFromGpu,
  groups,
  outerBuffers,
  paddedBatch,
  pass,
  uploadToGpu,
  usualWorkgroup,
  wgsl,
  withWorkgroup,
} from './wgsl.ts';

/**
 * Four passes: each convolution with bias, ReLU and pooling in one, its sums in registers and its weights read
 * uniformly; a register-tiled product; the last layer.
 *
 * Bound: 708,096 flops an image at the adapter's multiply–add rate (an H100's 66.9 TFLOP/s: 94 million images/s), unless
 * the four launches are longer. Traffic to memory is 3.1 KB of pixels and 11 KB of intermediates an image.
 */
export const webgpuTuned = webgpuVariant<CnnInput, CnnOutput>({
  name: 'webgpu-tuned',
  sameAlgorithm: true,
  summary: 'convolution, bias, ReLU and pooling in one pass; register tiles, uniform weights',
  unsupported: ({ mode }) => (mode === 'convolutions' ? onlyWithin : undefined),
  plan: (_gpu, input, shape) => ({
    buffers: {
      ...outerBuffers(input),
      filters: { bytes: dense1.weightsAt * 4, role: 'uniform' },
      ...scratch(input),
    },
    passes: (input.mode === 'inference' ? forward(input) : [...forward(input), ...backward(input.batch)]).map(each =>
      withWorkgroup(each, Number(shape?.workgroup ?? usualWorkgroup)),
    ),
  }),
  tunable: {
    id: 'cnn/webgpu-tuned',
    shapes: () => [32, 64, 128, 256].map(workgroup => ({ workgroup })),
    sample: {
      mode: 'inference',
      batch: 4,
      images: new Float32Array(4 * pixels),
      labels: new Uint8Array(4),
      weights: new Float32Array(weightCount),
      learningRate: 0,
    },
    extent: ({ batch }) => batch,
  },
  upload: input => ({ ...uploadToGpu(input), filters: input.weights.subarray(0, dense1.weightsAt) }),
  download: downloadFromGpu,
});

function scratch({ batch, mode }: CnnInput): Record<string, BufferPlan> {
  const array = (size: number): BufferPlan => ({ bytes: paddedBatch(batch) * size * 4, role: 'scratch' });
  const forward = { pooled1: array(pooled1Size), pooled2: array(pooled2Size), hidden: array(dense1.outputs) };
  return mode === 'inference' ? forward : { ...forward, ...backwardBuffers(batch) };
}

function forward({ batch, mode }: CnnInput): PassPlan[] {
  const training = mode === 'training';
  const entry = training ? 'train' : 'infer';
  const tiles = paddedBatch(batch) / 4;
  return [
    pass({
      label: 'conv1',
      code: conv1Code(),
      entry,
      constants: { batch },
      bindings: ['images', 'filters', 'pooled1', ...(training ? ['winners1'] : [])],
      workgroups: [groups(batch * conv1.pooledSide ** 2)],
    }),
    pass({
      label: 'conv2',
      code: wgsl('tuned-conv2'),
      entry,
      constants: { batch },
      bindings: ['pooled1', 'filters', 'pooled2', ...(training ? ['winners2'] : [])],
      workgroups: [groups(batch * conv2.pooledSide ** 2), conv2.outChannels / 4],
    }),
    pass({
      label: 'dense1',
      code: wgsl('tuned-dense1'),
      constants: { tiles },
      bindings: ['pooled2', 'weights', 'hidden'],
      workgroups: [groups((tiles * dense1.outputs) / 4)],
    }),
    pass({
      label: 'dense2',
      code: wgsl('naive-dense'),
      constants: { ...denseConstants(dense2), relu: 0 },
      bindings: ['hidden', 'weights', 'logits'],
      workgroups: [groups(dense2.outputs), batch],
    }),
  ];
}
