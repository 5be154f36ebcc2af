import type { NumericArray, Output } from '../variant.ts';
import type { Gpu } from './gpu.ts';

/** One storage or uniform buffer of a plan. */
export interface BufferPlan {
  readonly bytes: number;
  /**
   * `in` is written at every upload, `uniform` likewise (and bound as uniform), `out` is read back and poisoned
   * before checks, `inout` is both, `scratch` is neither, `indirect` holds workgroup counts for an indirect dispatch.
   */
  readonly role: 'in' | 'uniform' | 'out' | 'inout' | 'scratch' | 'indirect';
}

/** One compute pass: a pipeline, its bindings in the order of `@binding`, and how many workgroups. */
export interface PassPlan {
  readonly label: string;
  /** WGSL source; `@group(0)`, bindings numbered from 0 in the order of `bindings`. */
  readonly code: string;
  /** Default `main`. */
  readonly entry?: string;
  /** Values of the WGSL `override` constants. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Names of buffers; `name@offset:size` binds a part (bytes). */
  readonly bindings: readonly string[];
  readonly workgroups: readonly [number, number?, number?] | { readonly indirect: string; readonly offset?: number };
}

/** What a WebGPU variant does for inputs of one shape, as plain data: it can be counted without being run. */
export interface GpuPlan {
  readonly buffers: Readonly<Record<string, BufferPlan>>;
  /** In order, in one submission. */
  readonly passes: readonly PassPlan[];
}

/** The adapter's limits that a plan may depend on; a mock of this suffices to snapshot a variant's WGSL. */
export type GpuLimits = Pick<Gpu, 'adapter'>;

/** One choice of a variant's parameters (workgroup size, tile, …), as plain data. */
export type TuningShape = Readonly<Record<string, number | string>>;

/** The parameters of a variant that `pgram tune` may choose by measuring. */
export interface Tunable<I> {
  /** `workload/variant`: what a result is kept under. */
  readonly id: string;
  /** Every shape worth trying on this adapter. */
  shapes(gpu: GpuLimits): readonly TuningShape[];
  /** A small input: the WGSL for it stands for the kernel's source. */
  readonly sample: I;
  /** A number that grows with the input; the best shape is looked up for inputs of about the same. */
  extent(input: I): number;
}

/** A WebGPU variant as a declaration. */
export interface GpuVariant<I, O extends Output> {
  readonly name: 'webgpu-naive' | 'webgpu-tuned' | 'webgpu-f16' | 'webgpu-subgroup';
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  readonly precision?: 'f16' | 'f32' | 'exact';
  unsupported?(input: I): string | undefined;
  /** Features without which the cell is skipped. */
  readonly requires?: readonly GPUFeatureName[];
  /** @param shape one of `tunable.shapes`; without it the variant chooses by itself */
  plan(gpu: GpuLimits, input: I, shape?: TuningShape): GpuPlan;
  readonly tunable?: Tunable<I>;
  /** The bytes of every `in`, `inout` and `uniform` buffer. */
  upload(input: I): Readonly<Record<string, ArrayBufferView>>;
  /** Makes the output of the bytes of the `out` and `inout` buffers. */
  download(buffers: Readonly<Record<string, ArrayBuffer>>, input: I): O;
}

/** Checks a plan against the adapter's limits before anything is allocated; returns the sentence to fail with. */
export function planExceeds(plan: GpuPlan, gpu: GpuLimits): string | undefined {
  const { limits, description, device } = gpu.adapter;
  const adapterName = description || device;
  for (const [name, { bytes, role }] of Object.entries(plan.buffers)) {
    const kind = role === 'uniform' ? 'Uniform' : 'Storage';
    for (const limit of [`max${kind}BufferBindingSize`, 'maxBufferSize']) {
      const most = limits[limit];
      if (most === undefined || bytes <= most) continue;
      const [needed, allowed] = readableBytes(bytes, most);
      return `needs a ${kind.toLowerCase()} buffer \`${name}\` of ${needed}; this adapter binds at most ${allowed} (${adapterName}, ${limit}). ${cure}`;
    }
  }
  const mostGroups = limits.maxComputeWorkgroupsPerDimension ?? 65535;
  for (const pass of plan.passes) {
    if ('indirect' in pass.workgroups) continue;
    const worst = Math.max(...pass.workgroups.map(count => count ?? 1));
    if (worst > mostGroups)
      return `pass \`${pass.label}\` needs ${worst} workgroups in one dimension; this adapter allows ${mostGroups} (${adapterName}, maxComputeWorkgroupsPerDimension). ${cure}`;
  }
  return undefined;
}

const cure = 'Try a smaller --size, or another --device';

/** Two sizes in GB, or to the byte where three digits do not tell them apart. */
export function readableBytes(...sizes: readonly number[]): string[] {
  const rounded = sizes.map(bytes => `${(bytes / 1e9).toPrecision(3)} GB`);
  return new Set(rounded).size === sizes.length ? rounded : sizes.map(bytes => `${bytes} bytes`);
}

/** Byte length rounded up to the multiple of 4 that WebGPU copies in. */
export const paddedBytes = (array: NumericArray | number): number =>
  Math.max(4, Math.ceil((typeof array === 'number' ? array : array.byteLength) / 4) * 4);
