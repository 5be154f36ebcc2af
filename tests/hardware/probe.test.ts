import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { gpuKernelLayer } from '../../src/census/gpu-kernel/gpu-kernel.ts';
import { executedWasmLayer } from '../../src/census/webassembly/executed.ts';
import { counterExport, instrumentModule } from '../../src/census/webassembly/instrument.ts';
import { type Computing, copyKernels, flopKernels, integerKernels } from '../../src/hardware/probe/adapter-kernels.ts';
import type { CoreRates } from '../../src/hardware/probe/core.ts';
import { together } from '../../src/hardware/probe/cpu.ts';
import {
  flopsPerRound,
  footprints,
  heap,
  integersPerRound,
  type Loops,
  layOutMoves,
  loadLoops,
  movesAt,
  moving,
  operationsPerRound,
} from '../../src/hardware/probe/loops.ts';
import { createRandom } from '../../src/workload/random.ts';

type Counts = Readonly<Record<string, number>>;
type Loop = (...values: readonly number[]) => unknown;

const difference = (more: Counts, less: Counts): Counts =>
  Object.fromEntries(Object.keys(more).map(name => [name, more[name]! - (less[name] ?? 0)]));

/** Instructions of one more round of a compiled loop, counted as it runs: the census knows nothing of the probe's constants. */
function roundOf(module: string, call: (exports: Readonly<Record<string, Loop>>, rounds: number) => unknown) {
  const bytes = readFileSync(new URL(`../../src/hardware/assembly/${module}.wasm`, import.meta.url));
  const run = (rounds: number) => {
    const memory = new WebAssembly.Memory({ initial: 2049, maximum: 65536, shared: true });
    layOutMoves(memory);
    const { bytes: counting, blocks } = instrumentModule(bytes, { number: 0, file: module });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(counting), { env: { memory } });
    call(exports as Record<string, Loop>, rounds);
    const counters = new BigUint64Array((exports[`${counterExport}0`] as WebAssembly.Memory).buffer);
    const counts = Float64Array.from(blocks, (_, index) => Number(counters[index]));
    return executedWasmLayer([{ bytes, counts }]);
  };
  const [less, more] = [run(1), run(2)];
  return { opcodes: difference(more.opcodes, less.opcodes), flops: more.flops! - less.flops! };
}

describe('a round of the probe has as many operations as the rates are made of', () => {
  test('multiply–adds', () => {
    const vectors = roundOf('probe', ({ multiplyAdd }, rounds) => multiplyAdd!(rounds, 0.9, 0.1));
    expect(vectors.flops).toBe(flopsPerRound.multiplyAdd);
    const scalars = roundOf('probe', ({ scalarMultiplyAdd }, rounds) => scalarMultiplyAdd!(rounds, 0.9, 0.1));
    expect(scalars.flops).toBe(flopsPerRound.scalarMultiplyAdd);
  });

  // Module, what to call, the instructions that the rate is of, and how many operations each is.
  test.each<[string, string, readonly number[], Counts, number]>([
    ['classes', 'integers', [3, 5], { 'i32x4.mul': 4, 'i32x4.add': 4 }, operationsPerRound.integers],
    ['classes', 'logic', [3], { 'i32x4.shr_u': 4, 'v128.xor': 4 }, operationsPerRound.logic],
    ['classes', 'specials', [3], { 'f32x4.div': 4, 'f32x4.sqrt': 4 }, operationsPerRound.specials],
    // With each of eight additions a multiplication; one addition more counts the rounds.
    ['classes', 'scalarIntegers', [3, 5], { 'i32.mul': 2 }, operationsPerRound.scalarIntegers],
    ['classes', 'scalarLogic', [3], { 'i32.shr_u': 1, 'i32.xor': 1 }, operationsPerRound.scalarLogic],
    ['classes', 'scalarSpecials', [3], { 'f32.div': 1, 'f32.sqrt': 1 }, operationsPerRound.scalarSpecials],
    ['classes', 'scalarLoads', [heap, 8191 & ~31], { 'i32.load': 1 }, operationsPerRound.scalarLoads],
    ['integers', 'vectorBits', [3, 5], { 'i32x4.add': 4, 'v128.xor': 4 }, integersPerRound.vectorBits],
    ['integers', 'scalarBits', [3, 5], { 'i32.xor': 2 }, integersPerRound.scalarBits],
    ['integers', 'shuffles', [5], { 'i8x16.relaxed_swizzle': 1 }, integersPerRound.shuffles],
    // A store of the key, and one of its bucket's place.
    ['integers', 'moves', [movesAt], { 'i32.store': 0.5 }, integersPerRound.moves],
  ])('%s: %s', (module, name, given, counted, operations) => {
    const { opcodes } = roundOf(module, (loops, rounds) => loops[name]!(rounds, ...given));
    expect(Object.entries(counted).reduce((sum, [opcode, each]) => sum + (opcodes[opcode] ?? 0) * each, 0)).toBe(
      operations,
    );
  });

  test('look-ups: the loads that are not of the four words of the stream', () => {
    const { opcodes } = roundOf('integers', ({ lookups }, rounds) => lookups!(rounds, movesAt));
    expect(opcodes['i32.load']! - 4).toBe(integersPerRound.lookups);
  });

  test('bytes of a pass: all that is read, and for the triad what is written as well', () => {
    const footprint = 3 * 4096;
    const pass = (module: string, way: 'read' | 'triad') => {
      let said = 0;
      const { opcodes } = roundOf(module, (loops, passes) => {
        const { run, bytes } = moving[way](loops as unknown as Loops, footprint);
        said = bytes;
        run(passes);
      });
      return [((opcodes['v128.load'] ?? 0) + (opcodes['v128.store'] ?? 0)) * 16, said];
    };
    expect(pass('probe', 'read')).toEqual([footprint, footprint]);
    expect(pass('integers', 'triad')).toEqual([footprint, footprint]);
  });

  test('bytes of a copy’s pass: each byte of half the footprint is read once, and each of the other half written', async () => {
    const loops = await loadLoops();
    const footprint = 3 * 4096;
    const half = footprint / 2;
    const around = new Uint8Array(loops.memory.buffer, heap - 256, footprint + 512);
    const random = createRandom(5);
    for (let at = 0; at < around.length; at++) around[at] = random.below(256);
    const before = around.slice();
    const { run, bytes } = moving.copy(loops, footprint);
    run(1);
    const source = before.subarray(256, 256 + half);
    const expected = before.slice();
    expected.set(source, 256 + half);
    expect(around.slice()).toEqual(expected);
    // Read as many as written, and a pass is one copy.
    expect(bytes).toBe(2 * source.length);
    const { opcodes } = roundOf('probe', (each, passes) =>
      moving.copy(each as unknown as Loops, footprint).run(passes),
    );
    expect(opcodes['memory.copy']).toBe(1);
  });
});

describe('a round of the adapter’s kernels as well, in each invocation', () => {
  const workgroupSize = 64;
  function roundIn({ code }: Computing) {
    const count = (rounds: number) =>
      gpuKernelLayer([
        {
          ...{ label: 'probe', code: code(rounds), entry: 'main', times: 1 },
          inputs: { uniforms: new Map(), sizes: new Map(), constants: {}, workgroups: [1, 1, 1] },
        },
      ]);
    const [less, more] = [count(1), count(2)];
    expect(more.unsolved).toEqual([]);
    const opcodes = difference(more.opcodes, less.opcodes);
    return { flops: (more.flops! - less.flops!) / workgroupSize, opcodes };
  }

  test.each(flopKernels.map((kernel, index) => ({ kernel, index })))('multiply–adds, form $index', ({ kernel }) => {
    expect(roundIn(kernel).flops).toBe(kernel.operations);
  });

  test.each(copyKernels.map((kernel, index) => ({ kernel, index })))(
    'copies, form $index: a dispatch reads half of the footprint and writes half of it',
    ({ kernel: { code, workgroups } }) => {
      // At the largest the groups lie in two directions.
      for (const footprint of [1 << 18, 1 << 26]) {
        const groups = workgroups(footprint / 2);
        const { opcodes, unsolved } = gpuKernelLayer([
          {
            ...{ label: 'probe', code, entry: 'main', times: 1 },
            inputs: { uniforms: new Map(), sizes: new Map(), constants: {}, workgroups: [...groups, 1] },
          },
        ]);
        const moved = (what: 'load' | 'store') =>
          4 * (opcodes[`${what}.storage u32`] ?? 0) + 16 * (opcodes[`${what}.storage vec4u`] ?? 0);
        expect([unsolved, Math.max(...groups) < 65_536]).toEqual([[], true]);
        expect([moved('load'), moved('store')]).toEqual([footprint / 2, footprint / 2]);
      }
    },
  );

  test.each(integerKernels.map((kernel, index) => ({ kernel, index })))('integers, form $index', ({ kernel }) => {
    const { opcodes } = roundIn(kernel);
    const operations = Object.entries(opcodes).reduce((sum, [name, count]) => {
      const [, type] = /^(?:add|and|xor) (u32|vec4u)$/.exec(name) ?? [];
      return sum + (type === undefined ? 0 : (count / workgroupSize) * (type === 'u32' ? 1 : 4));
    }, 0);
    // Beside them x and y change, two operations a lane, and the round is counted, in u32.
    const lanes = Object.keys(opcodes).some(name => name.endsWith('vec4u')) ? 4 : 1;
    expect(operations).toBe(kernel.operations + 2 * lanes + 1);
  });
});

describe('what cores did together', () => {
  /** Each rate its own number times the core's rate in each of three trials. */
  const core = (...trials: readonly number[]): CoreRates => {
    const of = (each: number) => trials.map(trial => each * trial);
    const named = <Name extends string>(first: number, ...names: readonly Name[]) =>
      Object.fromEntries(names.map((name, index) => [name, of(first + index)])) as Record<Name, number[]>;
    return {
      scalarFlops: of(1),
      simdFlops: of(2),
      classes: {
        ...named(10, 'integers', 'logic', 'specials'),
        ...named(20, 'scalarIntegers', 'scalarLogic', 'scalarSpecials', 'scalarLoads'),
      },
      reading: footprints.map((_, index) => of(100 - 10 * index)),
      copying: footprints.map((_, index) => of(120 - 40 * index)),
      integers: named(30, 'vectorBits', 'scalarBits', 'shuffles', 'lookups', 'moves'),
      levels: [{ level: 'L1', bytes: 1000, footprintBytes: 500, read: of(5), copy: of(6), triad: of(7) }],
    };
  };

  test('is the best trial of their sum: a core is never added that rested in another trial', () => {
    // 1 + 1, 4 + 0 and 2 + 3 of what each would do: 5, though one alone did 4 and the other 3.
    const { simdFlops, scalarFlops, cores } = together([core(1, 4, 2), core(1, 0, 3)]);
    expect([cores, scalarFlops, simdFlops]).toEqual([2, 5, 10]);
  });

  test('every ceiling stands for its loop: elements of four bytes, the faster of two ways, each core with data of its own', () => {
    const two = together([core(1), core(1)]);
    expect(two.scalar).toEqual({ int32: 40, logic: 42, special: 44, access: 46 });
    // 16 bytes of a vector are four elements: 200 bytes are 50.
    expect(two.simd).toEqual({ int32: 20, logic: 22, special: 24, access: 50 });
    expect(two.bandwidth).toEqual([
      { footprintBytes: 2 * footprints[0], bytesPerSecond: 240 },
      { footprintBytes: 2 * footprints[1], bytesPerSecond: 180 },
      { footprintBytes: 2 * footprints[2], bytesPerSecond: 160 },
      { footprintBytes: 2 * footprints[3], bytesPerSecond: 140 },
    ]);
    expect(two.integers).toEqual({ vector: 60, scalar: 62, shuffles: 64, loads: 46, lookups: 66, moves: 68 });
    expect(two.levels).toEqual([
      {
        ...{ level: 'L1', bytes: 2000, footprintBytes: 1000 },
        ...{ readBytesPerSecond: 10, copyBytesPerSecond: 12, triadBytesPerSecond: 14 },
      },
    ]);
  });
});
