import type { BufferPlan, PassPlan } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import {
  type CnnInput,
  type CnnOutput,
  type ConvShape,
  classes,
  conv1,
  conv2,
  convFilterSize,
  type DenseShape,
  dense1,
  dense2,
  onlyWithin,
  pooled1Size,
  pooled2Size,
} from './network.ts';
import {
  convConstants,
  denseConstants,
  downloadFromGpu,
  groups,
  outerBuffers,
  pass,
  uploadToGpu,
  wgsl,
} from './wgsl.ts';

const active1Size = conv1.convSide ** 2 * conv1.outChannels;
const active2Size = conv2.convSide ** 2 * conv2.outChannels;

/**
 * The naive loops in WGSL: one element of a layer's output an invocation, one pass a layer and step.
 *
 * Bound: every product of a convolution is behind two loads, 8 bytes for 2 flops out of the caches: on an H100 with
 * some 10 TB/s from L1 2.5 TFLOP/s, on the software adapter the address arithmetic.
 */
export const webgpuNaive = webgpuVariant<CnnInput, CnnOutput>({
  name: 'webgpu-naive',
  sameAlgorithm: true,
  summary: 'one output element an invocation, one pass a layer; bias and ReLU fused',
  unsupported: ({ mode }) => (mode === 'convolutions' ? onlyWithin : undefined),
  plan: (_gpu, input) => ({
    buffers: { ...outerBuffers(input), ...scratch(input) },
    passes: input.mode === 'inference' ? forward(input.batch) : [...forward(input.batch), ...backward(input.batch)],
  }),
  upload: uploadToGpu,
  download: downloadFromGpu,
});

function scratch({ batch, mode }: CnnInput): Record<string, BufferPlan> {
  const array = (size: number): BufferPlan => ({ bytes: batch * size * 4, role: 'scratch' });
  const forward = {
    active1: array(active1Size),
    pooled1: array(pooled1Size),
    active2: array(active2Size),
    pooled2: array(pooled2Size),
    hidden: array(dense1.outputs),
  };
  if (mode === 'inference') return forward;
  return {
    ...forward,
    d_logits: array(classes),
    d_hidden: array(dense1.outputs),
    d_pooled2: array(pooled2Size),
    d_active2: array(active2Size),
    d_pooled1: array(pooled1Size),
    d_active1: array(active1Size),
  };
}

function forward(batch: number): PassPlan[] {
  const conv = (label: string, shape: ConvShape, bindings: string[]): PassPlan =>
    pass({
      label,
      code: wgsl('naive-conv'),
      constants: convConstants(shape),
      bindings,
      workgroups: [groups(shape.convSide ** 2 * shape.outChannels), batch],
    });
  const pool = (label: string, shape: ConvShape, bindings: string[]): PassPlan =>
    pass({
      label,
      code: wgsl('naive-pool'),
      constants: convConstants(shape),
      bindings,
      workgroups: [groups(shape.pooledSide ** 2 * shape.outChannels), batch],
    });
  const dense = (label: string, shape: DenseShape, bindings: string[]): PassPlan =>
    pass({
      label,
      code: wgsl('naive-dense'),
      constants: { ...denseConstants(shape), relu: shape === dense1 ? 1 : 0 },
      bindings,
      workgroups: [groups(shape.outputs), batch],
    });
  return [
    conv('conv1', conv1, ['images', 'weights', 'active1']),
    pool('pool1', conv1, ['active1', 'pooled1']),
    conv('conv2', conv2, ['pooled1', 'weights', 'active2']),
    pool('pool2', conv2, ['active2', 'pooled2']),
    dense('dense1', dense1, ['pooled2', 'weights', 'hidden']),
    dense('dense2', dense2, ['hidden', 'weights', 'logits']),
  ];
}

function backward(batch: number): PassPlan[] {
  const denseInput = (label: string, shape: DenseShape, bindings: string[]): PassPlan =>
    pass({
      label,
      code: wgsl('naive-dense-input-gradient'),
      constants: denseConstants(shape),
      bindings,
      workgroups: [groups(shape.inputs), batch],
    });
  const denseUpdate = (label: string, shape: DenseShape, [input, slopes]: [string, string]): PassPlan =>
    pass({
      label,
      code: wgsl('naive-dense-update'),
      constants: { ...denseConstants(shape), batch },
      bindings: [input, slopes, 'weights', 'learning_rate', 'updated'],
      workgroups: [groups((shape.inputs + 1) * shape.outputs)],
    });
  const unpool = (label: string, shape: ConvShape, bindings: string[]): PassPlan =>
    pass({
      label,
      code: wgsl('naive-unpool'),
      constants: convConstants(shape),
      bindings,
      workgroups: [groups(shape.pooledSide ** 2 * shape.outChannels), batch],
    });
  const convUpdate = (label: string, shape: ConvShape, [input, slopes]: [string, string]): PassPlan =>
    pass({
      label,
      code: wgsl('naive-conv-update'),
      constants: { ...convConstants(shape), batch },
      bindings: [input, slopes, 'weights', 'learning_rate', 'updated'],
      workgroups: [groups(convFilterSize(shape) + shape.outChannels)],
    });
  return [
    pass({
      label: 'loss',
      code: wgsl('loss'),
      constants: { batch },
      bindings: ['logits', 'labels', 'd_logits', 'losses'],
      workgroups: [groups(batch)],
    }),
    denseInput('dense2 input gradient', dense2, ['d_logits', 'weights', 'hidden', 'd_hidden']),
    denseUpdate('dense2 update', dense2, ['hidden', 'd_logits']),
    // Pooled activations are 0 where ReLU was closed, so that its gate is applied here as well.
    denseInput('dense1 input gradient', dense1, ['d_hidden', 'weights', 'pooled2', 'd_pooled2']),
    denseUpdate('dense1 update', dense1, ['pooled2', 'd_hidden']),
    unpool('pool2 gradient', conv2, ['active2', 'd_pooled2', 'd_active2']),
    pass({
      label: 'conv2 input gradient',
      code: wgsl('naive-conv-input-gradient'),
      constants: convConstants(conv2),
      bindings: ['d_active2', 'weights', 'd_pooled1'],
      workgroups: [groups(pooled1Size), batch],
    }),
    convUpdate('conv2 update', conv2, ['pooled1', 'd_active2']),
    unpool('pool1 gradient', conv1, ['active1', 'd_pooled1', 'd_active1']),
    convUpdate('conv1 update', conv1, ['images', 'd_active1']),
  ];
}
