import { type Confinement, type ProgramSpec, widen } from '../target/index.ts';

/** What a workload's variant needs beyond what a confined program may do; nothing for a file that is no workload's. */
const needs: readonly (readonly [RegExp, readonly ('addons' | 'worker')[]])[] = [
  [/^(webgpu-|gpujs$|tfjs-webgpu$|tfjs-node-gpu$)/, ['addons']],
  [/^(threads|simd-threads|gpujs-webasm)$/, ['worker']],
];

/** The confinement with what the variant itself needs, named in the answer: an addon for WebGPU, workers for threads. */
export function permissionsFor({ variant = 'naive' }: ProgramSpec, confinement: Confinement): Confinement {
  return widen(confinement, ...(needs.find(([names]) => names.test(variant))?.[1] ?? []));
}
