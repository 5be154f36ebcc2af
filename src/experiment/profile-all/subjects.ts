import type { PlannedGroup } from '../../results/manifest.ts';
import { loadWorkload } from '../../workload/load.ts';
import { formatParameters } from '../../workload/parameters.ts';
import { subjectName } from '../names.ts';
import type { ProfileSubject } from './types.ts';

/** Variants whose work runs on a WebGPU adapter or under CUDA: `profile-all` is about CPU variants. */
const offloaded = /webgpu|^gpujs$|gpu$|^cupy$/;

export const isCpuVariant = (variant: string): boolean => !offloaded.test(variant);

/** The subjects of a plan, workload by workload. The census takes the smallest named size, unless sizes were asked for. */
export async function subjectsOf(plan: readonly PlannedGroup[]): Promise<ProfileSubject[]> {
  const subjects: ProfileSubject[] = [];
  for (const { target, workload, size, parameters, variants } of plan) {
    const { sizes } = await loadWorkload(target);
    const smallest = Math.min(size, ...Object.values(sizes));
    for (const variant of variants)
      subjects.push({ target, workload, size, censusSize: smallest, parameters, variant });
  }
  return subjects;
}

/** `matmul-naive`: what a subject's files and folders are called. */
export const fileNameOf = ({ workload, parameters, variant, size }: ProfileSubject): string =>
  `${subjectName({ workload, parameters: formatParameters(parameters) })}-${size}-${variant.replace(/[^\w.-]+/g, '_')}`;
