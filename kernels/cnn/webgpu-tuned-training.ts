import type { BufferPlan, PassPlan } from '../../src/backends/webgpu/plan.ts';
import {
  type ConvShape,
  classes,
  conv1,
  conv2,
  convFilterSize,
  dense1,
  dense2,
  pooled1Size,
  pooled2Size,
} from './network.ts';
import { convConstants, denseConstants, groups, paddedBatch, pass, wgsl } from './wgsl.ts';

/** Images whose gradient one invocation sums before the sums of all are added. */
const slice = 4;

const sizeOf = (shape: ConvShape): number => convFilterSize(shape) + shape.outChannels;

/** What the backward passes keep, beside the winners that the forward passes leave: a byte a pooled element. */
export function backwardBuffers(batch: number): Record<string, BufferPlan> {
  const array = (length: number): BufferPlan => ({ bytes: length * 4, role: 'scratch' });
  const padded = paddedBatch(batch);
  return {
    winners1: array((batch * pooled1Size) / 4),
    winners2: array((batch * pooled2Size) / 4),
    d_logits: array(batch * classes),
    d_hidden: array(padded * dense1.outputs),
    d_pooled2: array(padded * pooled2Size),
    d_pooled1: array(batch * pooled1Size),
    turned2: array(convFilterSize(conv2)),
    partial2: array(Math.ceil(batch / slice) * sizeOf(conv2)),
    partial1: array(batch * sizeOf(conv1)),
  };
}

/**
 * The gradients go back through the winners, so that a convolution's take a quarter of its forward products. Filters
 * are the same few sums over the whole batch: slices of it are summed side by side, and then together.
 */
export function backward(batch: number): PassPlan[] {
  const tiles = paddedBatch(batch) / 4;
  const parts = Math.ceil(batch / slice);
  const convUpdate = (label: string, shape: ConvShape, partial: { name: string; parts: number }): PassPlan =>
    pass({
      label,
      code: wgsl('tuned-conv-update'),
      constants: { ...convConstants(shape), parts: partial.parts, size: sizeOf(shape) },
      bindings: [partial.name, 'weights', 'learning_rate', 'updated'],
      workgroups: [groups(sizeOf(shape))],
    });
  return [
    pass({
      label: 'loss',
      code: wgsl('loss'),
      constants: { batch },
      bindings: ['logits', 'labels', 'd_logits', 'losses'],
      workgroups: [groups(batch)],
    }),
    pass({
      label: 'dense2 input gradient',
      code: wgsl('naive-dense-input-gradient'),
      constants: denseConstants(dense2),
      bindings: ['d_logits', 'weights', 'hidden', 'd_hidden'],
      workgroups: [groups(dense2.inputs), batch],
    }),
    pass({
      label: 'dense2 update',
      code: wgsl('naive-dense-update'),
      constants: { ...denseConstants(dense2), batch },
      bindings: ['hidden', 'd_logits', 'weights', 'learning_rate', 'updated'],
      workgroups: [groups((dense2.inputs + 1) * dense2.outputs)],
    }),
    pass({
      label: 'dense1 input gradient',
      code: wgsl('tuned-dense1-input-gradient'),
      constants: { tiles },
      bindings: ['d_hidden', 'weights', 'd_pooled2'],
      workgroups: [groups((tiles * dense1.inputs) / 4)],
    }),
    pass({
      label: 'dense1 update',
      code: wgsl('tuned-dense1-update'),
      constants: { batch },
      bindings: ['pooled2', 'd_hidden', 'weights', 'learning_rate', 'updated'],
      workgroups: [groups((dense1.inputs * dense1.outputs) / 16)],
    }),
    pass({
      label: 'conv2 filter turned',
      code: wgsl('tuned-conv2-turn'),
      constants: {},
      bindings: ['weights', 'turned2'],
      workgroups: [groups(convFilterSize(conv2))],
    }),
    pass({
      label: 'conv2 input gradient',
      code: wgsl('tuned-conv2-input-gradient'),
      constants: { batch },
      bindings: ['d_pooled2', 'winners2', 'turned2', 'd_pooled1'],
      workgroups: [groups(batch * conv2.side ** 2)],
    }),
    pass({
      label: 'conv2 filter gradient',
      code: wgsl('tuned-conv2-filter-gradient'),
      constants: { batch, slice },
      bindings: ['pooled1', 'd_pooled2', 'winners2', 'partial2'],
      workgroups: [groups(parts * 5 * conv2.outChannels)],
    }),
    convUpdate('conv2 update', conv2, { name: 'partial2', parts }),
    pass({
      label: 'conv1 filter gradient',
      code: wgsl('tuned-conv1-filter-gradient'),
      constants: { batch },
      bindings: ['images', 'd_pooled1', 'winners1', 'partial1'],
      workgroups: [groups(batch * conv1.outChannels)],
    }),
    convUpdate('conv1 update', conv1, { name: 'partial1', parts: batch }),
  ];
}
