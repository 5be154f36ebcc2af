import { readFileSync } from 'node:fs';
import type { BufferPlan, PassPlan } from '../../src/backends/webgpu/plan.ts';
import {
  type CnnInput,
  type CnnOutput,
  type ConvShape,
  classes,
  type DenseShape,
  digitsOf,
  pixels,
  weightCount,
} from './network.ts';

/** The source of a kernel in the folder wgsl. */
export const wgsl = (name: string): string => readFileSync(new URL(`./wgsl/${name}.wgsl`, import.meta.url), 'utf8');

/** Invocations of a workgroup, untuned: what the files in the folder wgsl say. */
export const usualWorkgroup = 64;

/** Workgroups for an invocation an element. */
export const groups = (elements: number): number => Math.ceil(elements / usualWorkgroup);

/** The same pass with other workgroups: invocations know nothing of each other and check their own place. */
export function withWorkgroup(plan: PassPlan, invocations: number): PassPlan {
  if (invocations === usualWorkgroup || 'indirect' in plan.workgroups) return plan;
  const [x, ...rest] = plan.workgroups;
  return {
    ...plan,
    code: plan.code.replaceAll('@workgroup_size(64)', `@workgroup_size(${invocations})`),
    workgroups: [Math.ceil((x * usualWorkgroup) / invocations), ...rest],
  };
}

/** Where a kernel works on four images at a time, rows are padded to a multiple of four. */
export const paddedBatch = (batch: number): number => 4 * Math.ceil(batch / 4);

/** A convolution's shape as WGSL override constants; a pass takes those that its code declares. */
export const convConstants = (shape: ConvShape): Record<string, number> => ({
  side: shape.side,
  in_channels: shape.inChannels,
  out_channels: shape.outChannels,
  conv_side: shape.convSide,
  pooled_side: shape.pooledSide,
  filter_at: shape.filterAt,
  bias_at: shape.biasAt,
});

export const denseConstants = (shape: DenseShape): Record<string, number> => ({
  inputs: shape.inputs,
  outputs: shape.outputs,
  weights_at: shape.weightsAt,
  bias_at: shape.biasAt,
});

/** A pass with the constants that its code declares, of those given. */
export function pass({
  label,
  code,
  constants,
  ...rest
}: Omit<PassPlan, 'constants'> & { constants: Readonly<Record<string, number>> }): PassPlan {
  const declared = Object.entries(constants).filter(([name]) => new RegExp(`\\boverride ${name}\\b`).test(code));
  return { label, code, constants: Object.fromEntries(declared), ...rest };
}

/** What goes to the device: labels as u32, for WGSL has no bytes. */
export function uploadToGpu(input: CnnInput): Record<string, ArrayBufferView> {
  const { mode, images, weights, labels, learningRate } = input;
  if (mode === 'inference') return { images, weights };
  return { images, weights, labels: Uint32Array.from(labels), learning_rate: Float32Array.of(learningRate) };
}

/** The buffers that `uploadToGpu` fills and `downloadFromGpu` reads. */
export function outerBuffers({ mode, batch }: CnnInput): Record<string, BufferPlan> {
  const array = (length: number, role: BufferPlan['role']): BufferPlan => ({ bytes: length * 4, role });
  const given = { images: array(batch * pixels, 'in'), weights: array(weightCount, 'in') };
  if (mode === 'inference') return { ...given, logits: array(batch * classes, 'out') };
  return {
    ...given,
    labels: array(batch, 'in'),
    learning_rate: array(1, 'in'),
    logits: array(batch * classes, 'scratch'),
    losses: array(batch, 'out'),
    updated: array(weightCount, 'out'),
  };
}

/** The mean of the images' losses and the argmax of their logits are taken on the host: a few operations an image. */
export function downloadFromGpu(buffers: Readonly<Record<string, ArrayBuffer>>, { mode, batch }: CnnInput): CnnOutput {
  if (mode === 'inference') {
    const logits = new Float32Array(buffers.logits!);
    return { logits, digits: digitsOf(logits) };
  }
  const losses = new Float32Array(buffers.losses!);
  const sum = losses.reduce((total, loss) => total + loss, 0);
  return { weights: new Float32Array(buffers.updated!), loss: Float32Array.of(sum / batch) };
}
