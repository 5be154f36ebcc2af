import type { StandardVariantName } from '../backends/names.ts';
import { type Confinement, widen } from './confine.ts';
import type { ProgramSpec } from './program.ts';

type Need = 'addons' | 'worker';

/** What a variant needs beyond what a confined program may do: Dawn and CUDA are addons, threads are workers. */
const needs: Readonly<Partial<Record<StandardVariantName, readonly Need[]>>> = {
  threads: ['worker'],
  'simd-threads': ['worker'],
  'gpujs-webasm': ['worker'],
  gpujs: ['addons'],
  'webgpu-naive': ['addons'],
  'webgpu-tuned': ['addons'],
  'webgpu-f16': ['addons'],
  'webgpu-subgroup': ['addons'],
  'tfjs-webgpu': ['addons'],
  'tfjs-node-gpu': ['addons'],
};

/** Nothing for a peer, and for a name that is no variant's. */
export const variantNeeds = (variant: string): readonly Need[] => needs[variant as StandardVariantName] ?? [];

/** The confinement with what the variant itself needs, to be named in the answer. */
export const permissionsFor = ({ variant = 'naive' }: ProgramSpec, confinement: Confinement): Confinement =>
  widen(confinement, ...variantNeeds(variant));
