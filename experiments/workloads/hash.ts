import { type Job, share } from '../../src/backends/threads/worker.ts';
import { defineWorkload } from '../../src/workload/define.ts';
import { flatMain, gridOf, type ProgramInput, programVariants } from './variants.ts';

/**
 * Murmur3's finaliser, eight rounds on each of n words: 64 integer and logic operations for 8 bytes, exact.
 * (A. Appleby, MurmurHash3, fmix32.)
 */
const rounds = 8;

export function mix(x: ArrayLike<number>, out: Uint32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    let h = x[i]! | 0;
    for (let round = 0; round < rounds; round++) {
      h ^= h >>> 16;
      h = Math.imul(h, 0x85ebca6b);
      h ^= h >>> 13;
      h = Math.imul(h, 0xc2b2ae35);
      h ^= h >>> 16;
    }
    out[i] = h;
  }
}

function naive({ arrays: { x } }: ProgramInput): Uint32Array {
  const out = new Uint32Array(x!.length);
  mix(x!, out, 0, out.length);
  return out;
}

export const kernel = (job: Job): void => {
  const { x, out } = job.shared;
  const [from, to] = share(out!.length, job, 16);
  if (job.wasm) {
    const { exports, addresses } = job.wasm;
    (exports.hash as (...args: number[]) => void)(addresses.x!, addresses.out!, from, to, rounds);
  } else mix(x!, out as Uint32Array, from, to);
};

export default defineWorkload<ProgramInput, Float32Array | Uint32Array>({
  name: 'hash',
  summary: 'Murmur3 finaliser, eight rounds on each of n words',
  sizeMeaning: 'n: words of 32 bits',
  sizes: { smoke: 1003, small: 8192, medium: 131_072, large: 1_048_576 },
  inputs: (n, random) => ({
    arrays: { x: Uint32Array.from({ length: n }, () => Math.floor(random.next() * 2 ** 32)) },
    scalars: {},
  }),
  // An oracle of its own: the same numbers in arbitrary precision.
  reference({ arrays: { x } }) {
    const word = (value: bigint): bigint => BigInt.asUintN(32, value);
    return Uint32Array.from(x!, start => {
      let h = BigInt(start);
      for (let round = 0; round < rounds; round++) {
        h = word((h ^ (h >> 16n)) * 0x85ebca6bn);
        h = word((h ^ (h >> 13n)) * 0xc2b2ae35n);
        h ^= h >> 16n;
      }
      return Number(h);
    });
  },
  tolerance: () => ({ kind: 'exact', reason: 'integers' }),
  work: n => ({
    operations: 8 * rounds * n,
    operationUnit: 'intop',
    bytesRead: 4 * n,
    bytesWritten: 4 * n,
    bytesToDevice: 4 * n,
    bytesFromDevice: 4 * n,
    items: n,
    itemUnit: 'word',
  }),
  variants: programVariants({
    naive,
    out: ({ arrays: { x } }) => ({ kind: 'u32', length: x!.length }),
    threads: new URL(import.meta.url),
    simd: { module: new URL('./assembly/programs.wasm', import.meta.url), kernel: new URL(import.meta.url) },
    gpu: {
      passes: ({ arrays: { x } }) => [
        {
          label: 'hash',
          code: `
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read_write> out: array<u32>;
${flatMain}
  if (i >= arrayLength(&x)) { return; }
  var h = x[i];
  for (var round = 0; round < ${rounds}; round++) {
    h ^= h >> 16u; h *= 0x85ebca6bu; h ^= h >> 13u; h *= 0xc2b2ae35u; h ^= h >> 16u;
  }
  out[i] = h;
}`,
          bindings: ['x', 'out'],
          workgroups: gridOf(x!.length),
        },
      ],
    },
  }),
});
