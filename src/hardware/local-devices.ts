import type { BandwidthPoint, Ceilings, ClassRates, CpuCeilings, TransferPoint } from './ceilings.ts';
import type { DeviceSpec, MemoryLevel, Quantity, Transfer } from './device.ts';

/** The devices of this machine by the name that a forecast gives them. */
export const localDeviceNames = ['cpu', 'cpu-simd', 'cpu-threads', 'cpu-simd-threads', 'webgpu'] as const;
export type LocalDeviceName = (typeof localDeviceNames)[number];

/** The variants that stand for a device, the better one first. */
export const variantsOfDevice: Readonly<Record<LocalDeviceName, readonly string[]>> = {
  cpu: ['tuned'],
  'cpu-simd': ['simd'],
  'cpu-threads': ['threads'],
  'cpu-simd-threads': ['simd-threads'],
  webgpu: ['webgpu-tuned', 'webgpu-naive'],
};

const probed = (value: number, what = 'measured by the probe of this machine'): Quantity => ({ value, source: what });
const inherent = (value: number, source: string): Quantity => ({ value, source });

/** Lanes of WebAssembly's vectors. */
const vectorLanes = 4;
/** Measured with chains of one operation on most cores of the last ten years. */
const arithmeticLatency = inherent(4, 'cycles for dependent multiply–adds on current cores (Fog, Instruction tables)');

/**
 * What this machine offers, as measured: one core with one operation at a time, one core with vectors, all cores
 * either way, and the WebGPU adapter where there is one (a software adapter is called just that).
 */
export function localDevices({ cpu, adapter }: Ceilings): Record<LocalDeviceName, DeviceSpec | undefined> {
  const { one, all, handOver } = cpu;
  const copies = transfersOf(handOver.transfer);
  const call: Transfer = { latency_us: inherent(0, 'a call'), bandwidth_gb_per_s: inherent(1e6, 'nothing is copied') };
  const stay = { to_device: call, from_device: call };
  const ownCall = probed(handOver.callNs / 1e3, 'measured: an empty kernel on the program’s own thread');
  const team = probed(handOver.launchNs / 1e3, 'measured: an empty kernel on all cores and the wait for it');
  const common = { schema: 1, kind: 'cpu', clock_ghz: clockOf(one), latency_cycles: arithmeticLatency } as const;
  const cores = (ceilings: CpuCeilings) => probed(ceilings.cores, 'logical cores that Node may use');
  const scalar = (ceilings: CpuCeilings) => ({
    ...common,
    cores: cores(ceilings),
    lanes: inherent(1, 'JavaScript has no vectors, and V8 makes none'),
    ...ratesOf(ceilings.scalarFlops, ceilings.scalar),
    memory: levelsOf(ceilings.bandwidth),
  });
  const vectors = (ceilings: CpuCeilings) => ({
    ...common,
    cores: cores(ceilings),
    lanes: inherent(vectorLanes, '128 bits'),
    ...ratesOf(ceilings.simdFlops, ceilings.simd),
    memory: levelsOf(ceilings.bandwidth),
  });
  return {
    cpu: { ...scalar(one), name: 'cpu', label: 'one core, scalar', launch_us: ownCall, transfer: stay },
    'cpu-simd': {
      ...vectors(one),
      name: 'cpu-simd',
      label: 'one core, 128-bit vectors',
      launch_us: ownCall,
      transfer: copies,
    },
    'cpu-threads': {
      ...scalar(all),
      name: 'cpu-threads',
      label: `${all.cores} threads`,
      launch_us: team,
      transfer: copies,
    },
    'cpu-simd-threads': {
      ...vectors(all),
      name: 'cpu-simd-threads',
      label: `${all.cores} threads, 128-bit vectors`,
      launch_us: team,
      transfer: copies,
    },
    webgpu: adapter ? ofAdapter(adapter, clockOf(one)) : undefined,
  };
}

/** One scalar multiply and one add a cycle and port: two ports give four flops a cycle on current cores. */
const clockOf = ({ scalarFlops }: CpuCeilings): Quantity => ({
  value: Math.min(10, Math.max(0.01, scalarFlops / 4e9)),
  source: 'scalar multiply–add rate of the probe over four operations a cycle (two ports of two)',
});

function ratesOf(flops: number, classes: ClassRates): Pick<DeviceSpec, 'rates_gop_per_s' | 'access_gop_per_s'> {
  return {
    rates_gop_per_s: {
      fp32: probed(flops / 1e9),
      fp64: inherent(flops / 1e9, 'as fp32: kernels for this device compute in f32; scalar code is as fast in f64'),
      int32: probed(classes.int32 / 1e9),
      logic: probed(classes.logic / 1e9),
      special: probed(classes.special / 1e9, 'measured: divisions and square roots, half and half'),
    },
    access_gop_per_s: probed(classes.access / 1e9),
  };
}

/** The footprints of the probe are in a cache each; between two the slower one holds. */
function levelsOf(points: readonly BandwidthPoint[]): MemoryLevel[] {
  return points.map(({ footprintBytes, bytesPerSecond }, index) => {
    const last = index === points.length - 1;
    const next = points[index + 1]?.footprintBytes ?? footprintBytes;
    return {
      level: last ? 'memory' : `up to ${Math.round(Math.sqrt(footprintBytes * next) / 1024)} KiB`,
      // The border lies somewhere between two footprints: taken in the middle on a logarithmic scale.
      bytes: last ? 1e12 : Math.sqrt(footprintBytes * next),
      bandwidth_gb_per_s: bytesPerSecond / 1e9,
      source: `measured with ${footprintBytes} bytes`,
    };
  });
}

function ofAdapter(adapter: NonNullable<Ceilings['adapter']>, clock_ghz: Quantity): DeviceSpec {
  // A copy of u32 loads one element and stores one, in the cache for the smallest footprints.
  const fastest = Math.max(...adapter.bandwidth.map(({ bytesPerSecond }) => bytesPerSecond));
  const flops = adapter.simdFlops / 1e9;
  const integers =
    adapter.integerOperations === undefined
      ? inherent(
          flops / 2,
          'half of the multiply–add rate: one operation where a multiply–add counts two; not measured',
        )
      : probed(adapter.integerOperations / 1e9, 'measured: operations on integers, a fused pair counted as two');
  return {
    schema: 1,
    name: 'webgpu',
    label: `${adapter.name}${adapter.software ? ', a software adapter (a CPU)' : ''}`,
    kind: adapter.software ? 'software-adapter' : 'gpu',
    cores: inherent(1, 'WebGPU does not say'),
    lanes: inherent(adapter.software ? 4 : 32, adapter.software ? 'subgroup size of SwiftShader' : 'a usual subgroup'),
    clock_ghz,
    latency_cycles: arithmeticLatency,
    rates_gop_per_s: {
      fp32: probed(flops),
      fp64: inherent(flops, 'as fp32: WGSL has no f64, kernels compute in f32'),
      int32: integers,
      logic: integers,
      special: inherent(flops / 16, 'a sixteenth of the multiply–add rate, as on most GPUs'),
    },
    access_gop_per_s: probed(fastest / 4e9, 'measured: elements of 4 bytes moved by the fastest copy'),
    memory: levelsOf(adapter.bandwidth),
    launch_us: probed(adapter.dispatchNs / 1e3, 'measured: an empty pass, submitted and waited for'),
    transfer: transfersOf(adapter.transfer),
  };
}

/** Latency of the smallest transfer, and the bandwidth of the largest. */
function transfersOf(points: readonly TransferPoint[]): DeviceSpec['transfer'] {
  const [first, last] = [points[0], points.at(-1)];
  const way = (of: (point: TransferPoint) => number): Transfer => ({
    points: points.map(point => ({ bytes: point.bytes, us: of(point) / 1e3 })),
    latency_us: probed((first ? of(first) : 0) / 1e3, `measured with ${first?.bytes} bytes`),
    bandwidth_gb_per_s: probed(last ? last.bytes / of(last) : 1, `measured with ${last?.bytes} bytes`),
  });
  return { to_device: way(({ uploadNs }) => uploadNs), from_device: way(({ readbackNs }) => readbackNs) };
}
