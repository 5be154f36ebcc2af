import { type DeviceErrors, watchErrors } from './errors.ts';
import { dawn, type Gpu } from './gpu.ts';
import { type PassRecorder, recordPasses } from './recorder.ts';

/** What we know of a device that a library opened through `navigator.gpu`. */
export interface LibraryDevice extends DeviceErrors {
  readonly passes: PassRecorder | undefined;
}

const opened = new WeakMap<GPUDevice, LibraryDevice>();

/** The device as we prepared it when the library asked for it. */
export function libraryDevice(device: GPUDevice): LibraryDevice {
  const known = opened.get(device);
  if (!known) throw new Error('this GPUDevice was not opened through our navigator.gpu');
  return known;
}

/**
 * Puts our Dawn where libraries look for WebGPU, before they are imported. They get the same adapter as our own
 * variants, a device with timestamps where the adapter has them, and errors go to a listener instead of stdout.
 */
export async function publishGpu({ profile }: Pick<Gpu, 'profile'>): Promise<void> {
  const gpu = await dawn(profile);
  const facade = {
    wgslLanguageFeatures: gpu.wgslLanguageFeatures,
    getPreferredCanvasFormat: () => gpu.getPreferredCanvasFormat(),
    async requestAdapter(options: GPURequestAdapterOptions = {}) {
      const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance', ...options });
      if (adapter) prepareDevices(adapter);
      return adapter;
    },
  };
  Object.defineProperty(globalThis.navigator, 'gpu', { value: facade, configurable: true });
}

function prepareDevices(adapter: GPUAdapter): void {
  const request = adapter.requestDevice.bind(adapter);
  adapter.requestDevice = async (descriptor: GPUDeviceDescriptor = {}) => {
    const features = new Set<GPUFeatureName>([...(descriptor.requiredFeatures ?? [])].flat() as GPUFeatureName[]);
    if (adapter.features.has('timestamp-query')) features.add('timestamp-query');
    const device = await request({ ...descriptor, requiredFeatures: [...features] });
    opened.set(device, { ...watchErrors(device), passes: recordPasses(device) });
    return device;
  };
}
