import type { PassTime } from '../backends/variant.ts';
import type { OpenedProgram } from '../target/index.ts';
import type { DeviceKernel } from './types.ts';

/** What `tf.profile` says of one kernel (`KernelInfo` of its engine, 4.22.0). */
interface TfKernel {
  readonly name: string;
  readonly outputShapes: readonly (readonly number[])[];
  readonly kernelTimeMs: number | { error: string } | Promise<number | { error: string }>;
}

/**
 * Kernel by kernel, of one repetition after a first one: TensorFlow.js by its own profiler, WebGPU by the device's
 * timestamps around each pass.
 */
export async function timeKernels(program: OpenedProgram, variant: string): Promise<DeviceKernel[]> {
  await program.run();
  const kernels = variant.startsWith('tfjs') ? await tensorflowKernels(program) : [];
  if (kernels.length === 0) await program.run();
  const passes = (await program.prepared?.passTimes?.()) ?? [];
  const ranOn = program.prepared?.ranOn() ?? 'cpu';
  return [...merged(kernels.map(each => ({ ...each, ranOn }))), ...passKernels(passes, ranOn)];
}

async function tensorflowKernels(program: OpenedProgram): Promise<Omit<DeviceKernel, 'ranOn'>[]> {
  const tf = await import('@tensorflow/tfjs-core');
  const { kernels } = (await tf.profile(() => program.run() as never)) as unknown as { kernels: readonly TfKernel[] };
  return Promise.all(
    kernels.map(async ({ name, outputShapes, kernelTimeMs }) => {
      const time = await kernelTimeMs;
      return {
        name,
        shape: outputShapes.map(shape => shape.join('×') || 'scalar').join(', '),
        calls: 1,
        milliseconds: typeof time === 'number' && Number.isFinite(time) ? time : null,
        measuredBy: 'library' as const,
      };
    }),
  );
}

const passKernels = (passes: readonly PassTime[], ranOn: string): DeviceKernel[] =>
  merged(
    passes.map(({ label, ns }) => ({
      name: label || 'pass',
      shape: '',
      calls: 1,
      milliseconds: Number(ns) / 1e6,
      ranOn,
      measuredBy: 'device-timestamps',
    })),
  );

/** One row for each name and shape; a kernel without a time leaves its row without one, never with a part of it. */
export function merged(kernels: readonly DeviceKernel[]): DeviceKernel[] {
  const rows = Map.groupBy(kernels, ({ name, shape }) => `${name}|${shape}`);
  return [...rows.values()]
    .map(same => ({
      ...(same[0] as DeviceKernel),
      calls: same.reduce((sum, { calls }) => sum + calls, 0),
      milliseconds: same.reduce<number | null>(
        (sum, { milliseconds }) => (sum === null || milliseconds === null ? null : sum + milliseconds),
        0,
      ),
    }))
    .sort((a, b) => (b.milliseconds ?? 0) - (a.milliseconds ?? 0));
}
