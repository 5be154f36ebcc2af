import type { PassTime } from '../variant.ts';

/** Timestamps around the compute passes of a library whose encoders we do not write ourselves. */
export interface PassRecorder {
  /** Forgets the passes seen so far. */
  reset(): void;
  /** Each pass since the last reset, or undefined where there were more than a query set holds. */
  read(): Promise<readonly PassTime[] | undefined>;
}

/** A query set holds at most 4096 queries (WebGPU §20.1), two for each pass. */
const mostPasses = 2048;

/**
 * Makes every compute pass that is encoded on this device write its begin and end time. The library does not notice:
 * `createCommandEncoder` is overridden on the device object, and passes that bring their own timestamps keep them.
 */
export function recordPasses(device: GPUDevice): PassRecorder | undefined {
  if (!device.features.has('timestamp-query')) return undefined;
  const querySet = device.createQuerySet({ type: 'timestamp', count: mostPasses * 2 });
  let labels: string[] = [];
  let missed = 0;
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = descriptor => {
    const encoder = createCommandEncoder(descriptor);
    const beginComputePass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (pass = {}) => {
      const index = labels.length;
      if (pass.timestampWrites || index >= mostPasses) {
        missed++;
        return beginComputePass(pass);
      }
      labels.push(pass.label || `pass ${index}`);
      const timestampWrites = {
        querySet,
        beginningOfPassWriteIndex: index * 2,
        endOfPassWriteIndex: index * 2 + 1,
      };
      return beginComputePass({ ...pass, timestampWrites });
    };
    return encoder;
  };
  return {
    reset() {
      labels = [];
      missed = 0;
    },
    async read() {
      if (missed > 0 || labels.length === 0) return undefined;
      const stamps = await readQueries(device, { querySet, count: labels.length * 2, createCommandEncoder });
      return labels.map((label, index) => ({ label, ns: (stamps[index * 2 + 1] ?? 0n) - (stamps[index * 2] ?? 0n) }));
    },
  };
}

async function readQueries(
  device: GPUDevice,
  {
    querySet,
    count,
    createCommandEncoder,
  }: { querySet: GPUQuerySet; count: number; createCommandEncoder: GPUDevice['createCommandEncoder'] },
): Promise<BigUint64Array> {
  const size = count * 8;
  const resolved = device.createBuffer({ size, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC });
  const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = createCommandEncoder();
  encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
  encoder.copyBufferToBuffer(resolved, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
  resolved.destroy();
  staging.destroy();
  return stamps;
}
