import { VariantSkipped } from '../failure.ts';
import type { RanOn } from '../variant.ts';
import { type DeviceErrors, watchErrors } from './errors.ts';

/** What an adapter says of itself. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly software: boolean;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** An open WebGPU device with what the variants need to know of it. */
export interface Gpu extends DeviceErrors {
  readonly adapter: AdapterDescription;
  readonly ranOn: Exclude<RanOn, 'cpu'>;
  readonly profile: 'safe' | 'record';
  readonly timestamps: boolean;
  /** Resolves when everything submitted so far is done. */
  drain(): Promise<void>;
  close(): void;
}

/** Everything that this adapter can do is asked for: limits stay at WebGPU's low defaults otherwise. */
const wantedFeatures = ['timestamp-query', 'shader-f16', 'subgroups', 'chromium-experimental-subgroup-matrix'];
const raisedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxStorageBuffersPerShaderStage',
] as const;

/**
 * Dawn's toggles. Timestamps are quantised to 65.5 µs unless that is disabled; f16 on NVIDIA and subgroup matrices
 * need a word. `record` drops bounds checks and validation.
 */
function dawnOptions(profile: 'safe' | 'record'): string[] {
  const enable = ['allow_unsafe_apis', 'vulkan_enable_f16_on_nvidia'];
  const disable = ['timestamp_quantization'];
  if (profile === 'record') enable.push('disable_robustness', 'skip_validation', 'disable_workgroup_init');
  return [`enable-dawn-features=${enable.join(',')}`, `disable-dawn-features=${disable.join(',')}`];
}

const instances = new Map<string, Promise<GPU>>();

/** Dawn's entry. The object must stay reachable from `globalThis`: once it is collected, the process crashes. */
export async function dawn(profile: 'safe' | 'record' = 'safe'): Promise<GPU> {
  let instance = instances.get(profile);
  if (!instance) {
    instance = import('webgpu').then(({ create, globals }) => {
      Object.assign(globalThis, globals);
      const gpu = create(dawnOptions(profile));
      const holder = globalThis as typeof globalThis & { __parallelogramDawn?: GPU[] };
      holder.__parallelogramDawn ??= [];
      holder.__parallelogramDawn.push(gpu);
      return gpu;
    });
    instances.set(profile, instance);
  }
  return instance;
}

export function describeAdapter(adapter: GPUAdapter): AdapterDescription {
  const { vendor, architecture, device, description } = adapter.info;
  const limits: Record<string, number> = {};
  for (const key in adapter.limits) {
    const value = adapter.limits[key as keyof GPUSupportedLimits];
    if (typeof value === 'number') limits[key] = value;
  }
  const features = [...adapter.features].sort();
  return { vendor, architecture, device, description, software: isSoftware(adapter.info), features, limits };
}

/** Whether an adapter is a CPU pretending to be a GPU. */
export const isSoftware = ({ isFallbackAdapter, architecture, device, description }: GPUAdapterInfo): boolean =>
  isFallbackAdapter === true ||
  /swiftshader|llvmpipe|lavapipe|software|warp|basic render/i.test(`${architecture} ${device} ${description}`);

/** Where work ran that was given to this device. */
export const ranOnDevice = (device: GPUDevice): Exclude<RanOn, 'cpu'> =>
  isSoftware(device.adapterInfo) ? 'software-adapter' : 'gpu';

/** An adapter of this process's Vulkan, Metal or D3D12 driver, or undefined. Adapters are single-use in Dawn. */
export async function requestAdapter(profile: 'safe' | 'record' = 'safe'): Promise<GPUAdapter | undefined> {
  const gpu = await dawn(profile);
  return (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? undefined;
}

export async function openGpu(profile: 'safe' | 'record' = 'safe'): Promise<Gpu> {
  const adapter = await requestAdapter(profile);
  if (!adapter) throw new VariantSkipped('no WebGPU adapter here; `pgram doctor` says what is missing');
  const description = describeAdapter(adapter);
  const requiredFeatures = wantedFeatures.filter(name => adapter.features.has(name)) as GPUFeatureName[];
  const requiredLimits: Record<string, number> = {};
  for (const name of raisedLimits) requiredLimits[name] = adapter.limits[name];
  const device = await adapter.requestDevice({ requiredFeatures, requiredLimits });
  return {
    ...watchErrors(device),
    adapter: description,
    ranOn: description.software ? 'software-adapter' : 'gpu',
    profile,
    timestamps: device.features.has('timestamp-query'),
    drain: () => device.queue.onSubmittedWorkDone(),
    close: () => device.destroy(),
  };
}
