import type { GpuLimits, GpuPlan, PassPlan, TuningShape } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';
import { nextPowerOfTwo } from './bitonic.ts';
import type { SortInput } from './inputs.ts';
import { bitsOf, type Keys, keysOfBits } from './order.ts';
import { digitPart, encodeDigits, ends, type Shape } from './webgpu-digits.ts';
import { mostForOnesweep, planOnesweep } from './webgpu-onesweep.ts';
import { grid, wgsl } from './wgsl.ts';

const mostForBitonic = 2048;

/** One workgroup sorts it all in its memory: 2048 keys take 8 KB and 66 barriers. */
export function planBitonic({ length, floats }: Shape): GpuPlan {
  return {
    buffers: ends(length),
    passes: [
      {
        label: 'bitonic',
        code: wgsl('bitonic-workgroup.wgsl'),
        constants: {
          length,
          capacity: Math.max(2, nextPowerOfTwo(length)),
          floats: Number(floats),
        },
        bindings: ['input', 'sorted'],
        workgroups: [1],
      },
    ],
  };
}

const tileKeys = 4096;

/**
 * For GPUs of which nothing is known: 4 digits of 8 bits, a tile of 4096 keys a workgroup, 16 keys an invocation.
 *
 * Traffic: 12 bytes a key and digit (counted, read again, written), 48n in all and n/2 for counts: 10⁹ keys a second
 * need 48 GB/s. Onesweep (webgpu-onesweep.ts) saves the separate counting; its workgroups look at each other's counts,
 * which pays where workgroups start in order and all run.
 */
export function planTiles({ length }: Shape): GpuPlan {
  const tiles = Math.max(1, Math.ceil(length / tileKeys));
  return planDigits(length, {
    files: {
      count: ['digit.wgsl', 'tiles/common.wgsl', 'tiles/count.wgsl'],
      sum: ['tiles/scan.wgsl', 'tiles/sum.wgsl'],
      move: ['digit.wgsl', 'tiles/common.wgsl', 'tiles/scan.wgsl', 'tiles/move.wgsl'],
    },
    digitBits: 8,
    rows: tiles,
    constants: { tiles },
    workgroups: { count: grid(tiles), sum: [256], move: grid(tiles) },
  });
}

/** Chunks, untuned. */
const usualChunks = 32;
const fewestKeysInChunk = 512;

/**
 * For software adapters: 3 digits of 11 bits, a chunk an invocation, no barriers. A barrier suspends and resumes every
 * invocation of a workgroup on a CPU, and atomics serialise its lanes; chunks do without both. 32 of them keep eight
 * cores of four lanes busy (fewer do where there are fewer than 512 keys for each); 2048 counters take 8 KB, so that
 * those of a core's four lanes stay in its first cache.
 */
export function planChunks({ length }: Shape, mostChunks = usualChunks): GpuPlan {
  const buckets = 2048;
  const perGroup = 4;
  const chunks =
    perGroup * Math.min(mostChunks / perGroup, Math.max(1, Math.ceil(length / fewestKeysInChunk / perGroup)));
  return planDigits(length, {
    files: {
      count: ['digit.wgsl', 'chunks/common.wgsl', 'chunks/count.wgsl'],
      sum: ['chunks/sum.wgsl'],
      move: ['digit.wgsl', 'chunks/common.wgsl', 'chunks/move.wgsl'],
    },
    digitBits: 11,
    rows: chunks,
    constants: { chunks, buckets },
    workgroups: { count: [chunks / perGroup], sum: [buckets / 64], move: [chunks / perGroup] },
  });
}

type Step = 'count' | 'sum' | 'move';

interface DigitPlan {
  readonly files: Readonly<Record<Step, readonly string[]>>;
  readonly digitBits: number;
  /** Rows of counters: one a tile or chunk. */
  readonly rows: number;
  readonly constants: Readonly<Record<string, number>>;
  readonly workgroups: Readonly<Record<Step, PassPlan['workgroups']>>;
}

/**
 * Count, sum and move for every digit: input → ping → pong → … → sorted, so that the input stays as it was. What
 * differs between digits is read from a buffer, so that they share their pipelines.
 */
function planDigits(length: number, { digitBits, rows, ...kernels }: DigitPlan): GpuPlan {
  const digits = Math.ceil(32 / digitBits);
  const buckets = 2 ** digitBits;
  const passes = Array.from({ length: digits }, (_, index): PassPlan[] => {
    const from = index === 0 ? 'input' : index % 2 === 1 ? 'ping' : 'pong';
    const to = index === digits - 1 ? 'sorted' : index % 2 === 0 ? 'ping' : 'pong';
    const digit = digitPart(digitBits, index);
    const step = (name: Step, bindings: readonly string[], constants: Record<string, number>): PassPlan => ({
      label: `${name} digit ${index}`,
      code: wgsl(...kernels.files[name]),
      constants: { ...kernels.constants, ...constants },
      bindings,
      workgroups: kernels.workgroups[name],
    });
    return [
      step('count', [from, 'counts', digit], { length }),
      step('sum', ['counts', 'totals'], {}),
      step('move', [from, 'counts', 'totals', digit, to], { length }),
    ];
  });
  return {
    buffers: {
      ...ends(length),
      ping: { bytes: Math.max(4, length * 4), role: 'scratch' },
      pong: { bytes: Math.max(4, length * 4), role: 'scratch' },
      counts: { bytes: rows * buckets * 4, role: 'scratch' },
      totals: { bytes: buckets * 4, role: 'scratch' },
    },
    passes: passes.flat(),
  };
}

/** Hardware on which workgroups that have started run on whatever others do, as onesweep's authors found or assume. */
const inOrder = ['nvidia', 'amd', 'intel'];

/** What suits an adapter and a length, untuned. */
export function usualPlan({ adapter }: GpuLimits, shape: Shape): GpuPlan {
  if (adapter.software) return planChunks(shape);
  if (shape.length <= mostForBitonic) return planBitonic(shape);
  return inOrder.includes(adapter.vendor.toLowerCase()) && shape.length <= mostForOnesweep
    ? planOnesweep(shape)
    : planTiles(shape);
}

/** What `pgram tune` chooses among. */
type SortShape = { readonly kind: 'onesweep' | 'tiles' } | { readonly kind: 'chunks'; readonly chunks: number };

const chunkShapes: readonly SortShape[] = [8, 16, 32, 64, 128, 256].map(chunks => ({ kind: 'chunks', chunks }));
const tileShapes: readonly SortShape[] = [{ kind: 'onesweep' }, { kind: 'tiles' }];

function planOf(shape: SortShape, keys: Shape): GpuPlan {
  if (shape.kind === 'chunks') return planChunks(keys, shape.chunks);
  return shape.kind === 'onesweep' ? planOnesweep(keys) : planTiles(keys);
}

export default webgpuVariant<SortInput, Keys>({
  name: 'webgpu-tuned',
  sameAlgorithm: false,
  summary: 'radix sort in a shape that suits the adapter: onesweep on GPUs, a chunk an invocation on software adapters',
  precision: 'exact',
  plan(gpu, { keys }, shape) {
    const described = { length: keys.length, floats: keys instanceof Float32Array };
    return shape ? planOf(shape as SortShape, described) : usualPlan(gpu, described);
  },
  tunable: {
    id: 'quicksort/webgpu-tuned',
    shapes: ({ adapter }) =>
      (adapter.software
        ? chunkShapes
        : [...tileShapes, ...chunkShapes]) as readonly unknown[] as readonly TuningShape[],
    // Long enough that no number of chunks is cut down.
    sample: { keys: new Uint32Array(1 << 17), distribution: 'uniform' },
    extent: ({ keys }) => keys.length,
  },
  upload: ({ keys }) => ({ input: bitsOf(keys), digits: encodeDigits(keys instanceof Float32Array) }),
  download: ({ sorted }, { keys }) => keysOfBits(sorted as ArrayBuffer, keys),
});
