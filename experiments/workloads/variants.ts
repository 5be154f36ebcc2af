import { callVariant } from '../../src/backends/js.ts';
import { type ArraySpec, threadsVariant } from '../../src/backends/threads/variant.ts';
import type { NumericArray, Variant } from '../../src/backends/variant.ts';
import { wasmVariants } from '../../src/backends/wasm/variant.ts';
import type { PassPlan } from '../../src/backends/webgpu/plan.ts';
import { webgpuVariant } from '../../src/backends/webgpu/variant.ts';

/** What the small programs take and give: named arrays and numbers, and one array out. */
export interface ProgramInput {
  readonly arrays: Readonly<Record<string, NumericArray>>;
  readonly scalars: Readonly<Record<string, number>>;
}
type Result = Float32Array | Uint32Array;

/** A small program and what its variants need to know; the arithmetic is the same in all of them. */
export interface Program {
  /** Plain TypeScript, as anyone writes it. */
  naive(input: ProgramInput): Result;
  /** Kind and length of the result, `out`, in shared memory; more than the result where threads (0 for a GPU) leave partial ones. */
  out(input: ProgramInput, threads: number): ArraySpec;
  /** Makes the result of `out`, where that is not it already. */
  finish?(out: NumericArray, input: ProgramInput): Result;
  /** Memory beside the input and the result. */
  scratch?(input: ProgramInput): Readonly<Record<string, ArraySpec>>;
  /** `new URL(import.meta.url)` of the module that exports `kernel`; absent where nothing can be divided. */
  readonly threads?: URL;
  /** The kernel on 128-bit vectors: its module, and the file whose `kernel` calls it. */
  readonly simd?: { readonly module: URL; readonly kernel: URL };
  readonly gpu?: {
    passes(input: ProgramInput): readonly PassPlan[];
    /** Buffers beside the input and `out`, in bytes. */
    scratch?(input: ProgramInput): Readonly<Record<string, number>>;
  };
}

const kindOf = (array: NumericArray): ArraySpec['kind'] => (array instanceof Uint32Array ? 'u32' : 'f32');

/** naive, threads, simd, simd-threads and webgpu-naive, as far as the program has them. */
export function programVariants(program: Program): Variant<ProgramInput, Result>[] {
  const shared = (input: ProgramInput, threads: number): Readonly<Record<string, ArraySpec>> => ({
    ...Object.fromEntries(
      Object.entries(input.arrays).map(([name, array]) => [name, { kind: kindOf(array), length: array.length }]),
    ),
    ...program.scratch?.(input),
    out: program.out(input, threads),
  });
  const common = {
    sameAlgorithm: true,
    scalars: ({ scalars }: ProgramInput) => scalars,
    upload({ arrays }: ProgramInput, to: Readonly<Record<string, NumericArray>>) {
      for (const [name, array] of Object.entries(arrays)) to[name]!.set(array);
    },
    download: ({ out }: Readonly<Record<string, NumericArray>>, input: ProgramInput) =>
      program.finish ? program.finish(out!, input) : (out!.slice() as Result),
  } as const;
  const { threads, simd, gpu } = program;
  return [
    callVariant<ProgramInput, Result>({ name: 'naive', sameAlgorithm: true, compute: program.naive }),
    ...(threads ? [threadsVariant({ ...common, name: 'threads', kernel: threads, arrays: shared })] : []),
    ...(simd ? wasmVariants({ ...common, ...simd, arrays: shared }).slice(0, threads ? 2 : 1) : []),
    ...(gpu ? [onGpu(program, gpu)] : []),
  ];
}

function onGpu(program: Program, gpu: NonNullable<Program['gpu']>): Variant<ProgramInput, Result> {
  const bytes = (input: ProgramInput): number => program.out(input, 0).length * 4;
  return webgpuVariant<ProgramInput, Result>({
    name: 'webgpu-naive',
    sameAlgorithm: true,
    plan: (_, input) => ({
      buffers: {
        ...Object.fromEntries(
          Object.entries(input.arrays).map(([name, { byteLength }]) => [name, { bytes: byteLength, role: 'in' }]),
        ),
        ...Object.fromEntries(
          Object.entries(gpu.scratch?.(input) ?? {}).map(([name, size]) => [name, { bytes: size, role: 'scratch' }]),
        ),
        out: { bytes: bytes(input), role: 'out' },
      },
      passes: gpu.passes(input),
    }),
    upload: ({ arrays }) => arrays,
    download({ out }, input) {
      const spec = program.out(input, 0);
      const result = spec.kind === 'u32' ? new Uint32Array(out!) : new Float32Array(out!);
      return program.finish ? program.finish(result, input) : result;
    },
  });
}

/** At most 65,535 workgroups fit into one dimension; the kernel computes its index from both. */
export function gridOf(invocations: number, size = 64): [number, number] {
  const groups = Math.max(1, Math.ceil(invocations / size));
  const wide = Math.min(groups, 32_768);
  return [wide, Math.ceil(groups / wide)];
}

/** The head of a kernel that is launched with `gridOf`: `i` is the number of its invocation. */
export const flatMain = `@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;`;
