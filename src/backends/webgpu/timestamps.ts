import type { PassTime } from '../variant.ts';
import type { Gpu } from './gpu.ts';

/** Two timestamps around every pass of a submission, resolved on the device. */
export interface TimestampRecorder {
  writes(pass: number): GPUComputePassTimestampWrites | undefined;
  resolve(encoder: GPUCommandEncoder): void;
  read(): Promise<readonly PassTime[] | undefined>;
  destroy(): void;
}

const mostQueries = 4096;

/** Records nothing where the device has no timestamps, or where there are more passes than one query set holds. */
export function timestampRecorder(gpu: Gpu, labels: readonly string[]): TimestampRecorder {
  const count = labels.length * 2;
  if (!gpu.timestamps || count === 0 || count > mostQueries)
    return { writes: () => undefined, resolve() {}, read: async () => undefined, destroy() {} };
  const set = gpu.device.createQuerySet({ type: 'timestamp', count });
  const bytes = count * 8;
  const resolved = gpu.device.createBuffer({
    size: bytes,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const staging = gpu.device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  return {
    writes: pass => ({ querySet: set, beginningOfPassWriteIndex: pass * 2, endOfPassWriteIndex: pass * 2 + 1 }),
    resolve(encoder) {
      encoder.resolveQuerySet(set, 0, count, resolved, 0);
    },
    async read() {
      const encoder = gpu.device.createCommandEncoder();
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes);
      gpu.device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const stamps = new BigUint64Array(staging.getMappedRange().slice(0));
      staging.unmap();
      return labels.map((label, index) => ({ label, ns: (stamps[index * 2 + 1] ?? 0n) - (stamps[index * 2] ?? 0n) }));
    },
    destroy() {
      set.destroy();
      resolved.destroy();
      staging.destroy();
    },
  };
}
