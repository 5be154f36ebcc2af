import type { Output, Variant } from '../variant.ts';
import type { GpujsDefinition } from './definition.ts';
import { prepareWebasm } from './webasm.ts';
import { prepareWebgpu } from './webgpu.ts';

export type {
  GpujsArray,
  GpujsDefinition,
  GpujsKernel,
  GpujsKernelPlan,
  GpujsThread,
  GpujsValue,
} from './definition.ts';

/** The same definition in gpu.js' WebGPU mode (`gpujs`) and in its WebAssembly mode (`gpujs-webasm`). */
export function gpujsVariants<I, O extends Output>(definition: GpujsDefinition<I, O>): Variant<I, O>[] {
  const { sameAlgorithm, summary, unsupported } = definition;
  const shared = {
    sameAlgorithm,
    ...(summary === undefined ? {} : { summary }),
    ...(unsupported ? { unsupported } : {}),
  };
  return [
    {
      name: 'gpujs',
      ...shared,
      prepare: (device, input) => prepareWebgpu(definition, device, input),
    },
    {
      name: 'gpujs-webasm',
      ...shared,
      prepare: (device, input) => prepareWebasm(definition, device, input),
    },
  ];
}
