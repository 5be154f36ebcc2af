import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakEvenSize } from '../../src/forecast/break-even.ts';
import type { CalibrationCell } from '../../src/forecast/calibration.ts';
import { doubtOf, experienceOf, spreadOf } from '../../src/forecast/experience.ts';
import { forecastOn } from '../../src/forecast/forecast.ts';
import { launchOf, partsOf, transferOf } from '../../src/forecast/law.ts';
import { floorOf } from '../../src/forecast/model.ts';
import type { ParallelRegion, ProgramShape } from '../../src/forecast/types.ts';
import type { DeviceSpec, Quantity } from '../../src/hardware/device.ts';

const is = (value: number): Quantity => ({ value, source: 'made up for this test' });

/** 100 G operations a second, 50 G accesses, 10 GB/s beyond 1 MB, 5 µs a launch, 1 µs + 10 GB/s each way. */
const device: DeviceSpec = {
  schema: 1,
  name: 'test-gpu',
  label: 'test',
  kind: 'gpu',
  cores: is(4),
  lanes: is(32),
  clock_ghz: is(1),
  latency_cycles: is(4),
  rates_gop_per_s: { fp32: is(100), fp64: null, int32: is(50), logic: is(50), special: is(10) },
  access_gop_per_s: is(50),
  memory: [
    { level: 'cache', bytes: 1e6, bandwidth_gb_per_s: 100, source: 'x' },
    { level: 'memory', bytes: 1e12, bandwidth_gb_per_s: 10, source: 'x' },
  ],
  launch_us: is(5),
  transfer: {
    to_device: { latency_us: is(1), bandwidth_gb_per_s: is(10) },
    from_device: { latency_us: is(1), bandwidth_gb_per_s: is(10) },
  },
};

const region = (changes: Partial<ParallelRegion> = {}): ParallelRegion => ({
  function: 'f',
  file: 'f.ts',
  line: 1,
  verdict: 'parallel',
  operations: { fp32: 1e6, fp64: 0, int32: 0, logic: 0, special: 0, compare: 0 },
  accesses: 1e5,
  indirect: 0,
  reusable: 0,
  footprintBytes: 4e5,
  trafficBytes: 4e5,
  span: 10,
  entries: 1,
  width: 1000,
  divergence: 0,
  share: 1,
  ...changes,
});

const shape = (changes: Partial<ProgramShape> = {}): ProgramShape => ({
  target: 'f.ts',
  size: 100,
  regions: [region()],
  kept: [],
  serialShare: 0,
  uncountedShare: 0,
  bytesToDevice: 1e5,
  bytesFromDevice: 2e5,
  bytesSource: 'x',
  countedAt: [100],
  tracedAt: [100],
  extrapolated: false,
  growthError: 0,
  ...changes,
});

describe('the floor is what one computes by hand', () => {
  test('compute: 10⁶ operations at 100 G/s are 10 µs, more than memory (4 µs) and latency (0.04 µs)', () => {
    const floor = floorOf(shape(), device);
    expect(floor.kernel).toBeCloseTo(10e-6, 12);
    expect(floor.kernelBound).toBe('compute');
    expect(floor.launch).toBeCloseTo(5e-6, 12);
    expect(floor.toDevice).toBeCloseTo(1e-6 + 1e-5, 12);
    expect(floor.fromDevice).toBeCloseTo(1e-6 + 2e-5, 12);
  });
  test('classes have rates of their own: 5·10⁵ integers and as many comparisons at 50 G/s, 2·10⁶ fp at 100 G/s are 40 µs', () => {
    const operations = { fp32: 1e6, fp64: 1e6, int32: 5e5, logic: 0, special: 0, compare: 5e5 };
    expect(floorOf(shape({ regions: [region({ operations })] }), device).kernel).toBeCloseTo(40e-6, 12);
  });
  test('divisions and roots run beside the others: 10⁶ at 10 G/s are 100 µs, and 20 µs of integers are hidden', () => {
    const operations = { fp32: 0, fp64: 0, int32: 5e5, logic: 0, special: 1e6, compare: 5e5 };
    const floor = floorOf(shape({ regions: [region({ operations })] }), device);
    expect(floor.kernel).toBeCloseTo(100e-6, 12);
    expect(floor.terms[0]?.formula).toBe('the larger of (1.00e+6 int32 / 50.0 G/s) and (1.00e+6 special / 10.0 G/s)');
  });
  test('10⁶ exponentials of 20 instructions at 50 G/s (100 G/s of multiply–adds) are 400 µs on a CPU, and 100 µs on a GPU’s unit at 10 G/s', () => {
    const operations = { fp32: 0, fp64: 0, int32: 0, logic: 0, special: 0, compare: 0, transcendental: 1e6 };
    const asked = shape({ regions: [region({ operations })] });
    expect(floorOf(asked, { ...device, kind: 'cpu' }).kernel).toBeCloseTo(400e-6, 12);
    expect(floorOf(asked, { ...device, kind: 'gpu' }).kernel).toBeCloseTo(100e-6, 12);
  });
  test('a multiply–add counts two: 10⁶ additions alone take 20 µs, with as many products 20, half of each 10', () => {
    const floorWith = (fp32: number, products: number) =>
      floorOf(shape({ regions: [region({ operations: { ...region().operations, fp32, products } })] }), device).kernel;
    expect(floorWith(1e6, 0)).toBeCloseTo(20e-6, 12);
    expect(floorWith(1e6, 1e6)).toBeCloseTo(20e-6, 12);
    expect(floorWith(2e6, 1e6)).toBeCloseTo(20e-6, 12);
    expect(floorWith(1e6, 5e5)).toBeCloseTo(10e-6, 12);
  });
  test('lanes that part wait for what is on a condition alone: half parted, a fifth conditional, a tenth lost', () => {
    const floorWith = (changes: Partial<ParallelRegion>) =>
      floorOf(shape({ regions: [region(changes)] }), device).kernel;
    expect(floorWith({ divergence: 0.5 })).toBeCloseTo(10e-6 / 0.5, 12);
    expect(floorWith({ divergence: 0.5, conditional: 0.2 })).toBeCloseTo(10e-6 / 0.9, 12);
    expect(floorWith({ divergence: 0.5, conditional: 0 })).toBeCloseTo(10e-6, 12);
  });
  test('a vector holds four bytes where it holds a number of 32 bits, and adds them up in 16 bits; one lane and a GPU do not', () => {
    const operations = { fp32: 0, fp64: 0, int32: 1e6, logic: 0, special: 0, compare: 0 };
    const bytes = region({ operations, accesses: 1e6, packing: 0.25, trafficBytes: 0, footprintBytes: 0 });
    const on = (kind: DeviceSpec['kind'], lanes: number) => {
      const floor = floorOf(shape({ regions: [bytes] }), { ...device, kind, lanes: is(lanes) });
      return floor.terms.slice(0, 2).map(({ seconds }) => Math.round(seconds * 1e9) / 1e3);
    };
    expect(on('cpu', 4)).toEqual([10, 5]);
    expect(on('cpu', 1)).toEqual([20, 20]);
    expect(on('gpu', 32)).toEqual([20, 20]);
  });
  test('on a CPU loads and stores wait for their lines: 10⁵ at 50 G/s and 4·10⁶ B at 10 GB/s are 402 µs; on a GPU 400', () => {
    const demand = { accesses: 1e5, footprintBytes: 4e6, trafficBytes: 4e6 };
    expect(floorOf(shape({ regions: [region(demand)] }), { ...device, kind: 'cpu' }).kernel).toBeCloseTo(402e-6, 12);
    expect(floorOf(shape({ regions: [region(demand)] }), device).kernel).toBeCloseTo(400e-6, 12);
  });
  test('memory: what does not fit the cache comes at the slower rate', () => {
    const floor = floorOf(shape({ regions: [region({ footprintBytes: 4e6, trafficBytes: 4e6 })] }), device);
    expect(floor.kernel).toBeCloseTo(400e-6, 12);
    expect(floor.kernelBound).toBe('memory');
  });
  test('latency: a chain of 10⁵ operations of 4 cycles at 1 GHz is 400 µs', () => {
    const floor = floorOf(shape({ regions: [region({ span: 1e5 })] }), device);
    expect(floor.kernel).toBeCloseTo(400e-6, 12);
    expect(floor.kernelBound).toBe('latency');
  });
  test('half of the lanes at work take twice as long', () => {
    expect(floorOf(shape({ regions: [region({ divergence: 0.5 })] }), device).kernel).toBeCloseTo(20e-6, 12);
  });
});

const positive = fc.double({ min: 1, max: 1e9, noNaN: true });

test('a program that asks for more never gets a lower floor; an ablation never raises it', () => {
  fc.assert(
    fc.property(
      positive,
      positive,
      positive,
      fc.double({ min: 1, max: 10, noNaN: true }),
      (accesses, traffic, span, more) => {
        const demand = { accesses, trafficBytes: traffic, footprintBytes: traffic, span };
        const floor = floorOf(shape({ regions: [region(demand)] }), device);
        const asked = {
          accesses: accesses * more,
          trafficBytes: traffic * more,
          footprintBytes: traffic * more,
          span: span * more,
        };
        expect(floorOf(shape({ regions: [region(asked)] }), device).kernel).toBeGreaterThanOrEqual(
          floor.kernel * (1 - 1e-12),
        );
        expect(floorOf(shape({ regions: [region(demand)] }), device, { memory: true }).kernel).toBeLessThanOrEqual(
          floor.kernel,
        );
      },
    ),
  );
});

/**
 * Programs whose kernels take 1.5 times their floor, and threads 40 µs to wake up: 40 µs · (1 + ln(1 + kernel / 40 µs)), once more where
 * they meet again, and 20 µs for each further meeting; copies take twice theirs, and the plain code 1.3 times as long as it
 * was timed alone.
 */
const wake = 4e4;
const cellsOf = (factor: number): CalibrationCell[] =>
  ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].flatMap((program, p) =>
    [1, 10, 100].map(size => {
      const launches = p === 3 ? 10 : 1;
      const kernel = factor * 1e4 * size;
      const second = launches > 1 ? wake : 0;
      return {
        program,
        size,
        variant: 'simd-threads',
        device: 'cpu-simd-threads' as const,
        sameAlgorithm: true,
        forecastPlainNs: 1e6 * size * (1 + p),
        plainNs: 1.3e6 * size * (1 + p),
        serialShare: 0,
        cores: 1,
        kernelFloorNs: 1e4 * size,
        // Three of these are a meeting of threads that are awake.
        launchFloorNs: 2e4 / 3,
        launches,
        transferFloorNs: 1000 * size,
        bound: 'compute' as const,
        kernelNs: kernel + wake * (1 + Math.log1p(kernel / wake)) + second + 2e4 * (launches - 1),
        transferNs: 2000 * size,
      };
    }),
  );

const nothing = { kernel: 0, isPlain: false, launch: 0, transfer: 0, serial: 0 };

describe('what is learnt', () => {
  test('finds the law that made the measurements: kernel, starting it, starting it again, copies and plain time', () => {
    const experience = experienceOf(cellsOf(1.5), 'cpu-simd-threads', 'none');
    for (const cell of cellsOf(1.5)) {
      const { kernel, launch } = partsOf(cell, experience, cell.plainNs);
      expect((kernel + launch) / cell.kernelNs).toBeGreaterThan(0.95);
      expect((kernel + launch) / cell.kernelNs).toBeLessThan(1.05);
    }
    expect(experience.offset).toBeCloseTo(Math.log(1.5), 1);
    expect(experience.wakeNs / wake).toBeGreaterThan(0.9);
    expect(experience.wakeNs / wake).toBeLessThan(1.1);
    expect(experience.againNs).toBeCloseTo(2e4);
    expect(experience.transferFactor).toBeCloseTo(2);
    expect(experience.plainFactor).toBeCloseTo(1.3);
    expect(experience.programs).toHaveLength(8);
    // Nothing of it was out by more than the steps of what is tried.
    for (const part of ['kernel', 'launch'] as const)
      expect(spreadOf(experience, { ...nothing, [part]: 1 })).toBeLessThan(Math.log(1.3));
  });

  test('launches by hand: never less than an empty kernel takes, threads wake up a second time, an adapter does not', () => {
    const asked = { launchFloorNs: 7, launches: 3 };
    expect(launchOf({ ...asked, device: 'cpu-threads' }, { wakeNs: 0, againNs: 0 }, 1e6)).toBe(7);
    expect(launchOf({ ...asked, device: 'webgpu' }, { wakeNs: 10, againNs: 2 }, 1e6)).toBe(14);
    // What sleeps between the probe's empty kernels is one wake-up here, and no floor under meetings.
    expect(launchOf({ ...asked, launchFloorNs: 120, device: 'cpu-threads' }, { wakeNs: 10, againNs: 2 }, 0)).toBe(40);
    expect(launchOf({ ...asked, launchFloorNs: 120, device: 'webgpu' }, { wakeNs: 10, againNs: 2 }, 0)).toBe(120);
    // Nothing to do: 10 and once more 10, and twice 2. As much as 10 · (e − 1) adds ln e = 1 of 10.
    expect(launchOf({ ...asked, device: 'cpu-threads' }, { wakeNs: 10, againNs: 2 }, 0)).toBe(24);
    expect(launchOf({ ...asked, device: 'cpu-threads' }, { wakeNs: 10, againNs: 2 }, 10 * (Math.E - 1))).toBeCloseTo(
      34,
    );
    expect(launchOf({ ...asked, launches: 1, device: 'cpu-simd' }, { wakeNs: 10, againNs: 2 }, 0)).toBe(10);
  });

  test('a scalar kernel is the plain code divided, where nobody would gain by writing it anew; vectors never are', () => {
    const demanded = {
      ...cellsOf(1)[0]!,
      device: 'cpu-threads' as const,
      cores: 2,
      serialShare: 0.1,
      kernelFloorNs: 100,
    };
    const law = { offset: Math.log(3), wakeNs: 0, againNs: 0, transferFactor: 1, transferExtraNs: 0 };
    // 500 · 0.9 / 2 = 225 is less than 3 · 100; 1000 · 0.9 / 2 is not.
    expect(partsOf(demanded, law, 500)).toMatchObject({ kernel: 225, isPlain: true });
    expect(partsOf(demanded, law, 1000).kernel).toBeCloseTo(300);
    expect(partsOf(demanded, law, 1000).isPlain).toBe(false);
    expect(partsOf({ ...demanded, device: 'cpu-simd-threads' }, law, 500).kernel).toBeCloseTo(300);
    // On another machine's core the plain code was not timed.
    expect(partsOf(demanded, law, 500, Number.POSITIVE_INFINITY).kernel).toBeCloseTo(300);
  });

  test('copies take a multiple of their curve and something besides; none take nothing', () => {
    const law = { transferFactor: 0.5, transferExtraNs: 40 };
    expect(transferOf({ transferFloorNs: 1000 }, law)).toBe(540);
    expect(transferOf({ transferFloorNs: 0 }, law)).toBe(0);
  });

  test('never comes from the program that is forecast, whatever was measured of it', () => {
    const clean = experienceOf(cellsOf(1.5), 'cpu-simd-threads', 'a');
    const change = fc.double({ min: 0.01, max: 1000, noNaN: true });
    fc.assert(
      fc.property(change, change, (factor, plain) => {
        const spoilt = cellsOf(1.5).map(cell =>
          cell.program === 'a'
            ? { ...cell, kernelNs: cell.kernelNs * factor, plainNs: cell.plainNs * plain, transferNs: factor }
            : cell,
        );
        expect(experienceOf(spoilt, 'cpu-simd-threads', 'a')).toEqual(clean);
      }),
      { numRuns: 25 },
    );
  });

  test('a kernel is in more doubt than copies, and what stays on the core in none: the interval says so', () => {
    expect(doubtOf({ ...nothing, kernel: 1 })).toBeCloseTo(Math.hypot(0.6, 0.15));
    expect(doubtOf({ ...nothing, kernel: 1, transfer: 1 })).toBeCloseTo(Math.sqrt(0.3 ** 2 + 0.15 ** 2 + 0.15 ** 2));
    expect(doubtOf({ ...nothing, serial: 5 })).toBeCloseTo(0.15);
    expect(doubtOf({ ...nothing, kernel: 1, isPlain: true })).toBeCloseTo(Math.hypot(0.2, 0.15));
    expect(spreadOf({ reach: 2 }, { ...nothing, kernel: 1 })).toBeCloseTo(2 * Math.hypot(0.6, 0.15));
  });

  test('without experience the interval is a factor of three either way', () => {
    expect(spreadOf(experienceOf([], 'cpu-simd', 'a'), { ...nothing, kernel: 1 })).toBeCloseTo(Math.log(3));
  });
});

describe('a forecast', () => {
  const input = { program: 'p', plainSeconds: 1e-3, cells: [] };
  test('adds its parts up, and Amdahl’s law holds: with a tenth that stays it never passes 10×', () => {
    const { seconds, speedup } = forecastOn(device, { ...input, shape: shape({ serialShare: 0.1 }) });
    expect(seconds.kernel + seconds.launch + seconds.transfer + seconds.serial).toBeCloseTo(seconds.total, 12);
    expect(seconds.serial).toBeCloseTo(1e-4, 12);
    expect(speedup.mid).toBeLessThan(10);
    expect(speedup.low).toBeLessThan(speedup.mid);
    expect(speedup.high).toBeGreaterThan(speedup.mid);
  });
  test('is redone by hand from what --explain prints: parts to the total, the total to the speed-up, and its interval', () => {
    const cells = cellsOf(1.5);
    const local = { ...device, kind: 'cpu' as const, name: 'cpu-simd-threads' };
    const { speedup, terms, seconds } = forecastOn(local, { ...input, cells, shape: shape({ serialShare: 0.01 }) });
    const of = (name: string): number => terms.find(term => term.name === name)!.seconds;
    const parts = ['kernel, corrected', 'launches, corrected', 'transfers, corrected', 'stays on one core'].map(of);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(of('total'), 12);
    expect(of('plain code') / of('total')).toBeCloseTo(speedup.mid, 9);
    const total = terms.find(({ name }) => name === 'total')!.formula;
    const [, width, reach, doubt] = /×\/÷ ([\d.]+) = e\^\(([\d.]+) · ([\d.]+)\)/.exec(total)!.map(Number);
    expect(Math.exp(Math.max(0.1, reach! * doubt!))).toBeCloseTo(width!, 1);
    expect(speedup.high / speedup.mid).toBeCloseTo(width!, 2);
    expect(speedup.mid / speedup.low).toBeCloseTo(width!, 2);
    const shares = [seconds.kernel * 0.6, seconds.launch * 0.3, seconds.transfer * 0.3].map(
      each => each / seconds.total,
    );
    expect(Math.hypot(0.15, ...shares)).toBeCloseTo(doubt!, 2);
  });
  test('every learnt term is redone by hand from its formula, on threads that meet ten times', () => {
    const cells = cellsOf(1.5).map(cell => ({ ...cell, device: 'cpu-threads' as const, cores: 2 }));
    const threads = { ...device, kind: 'cpu' as const, name: 'cpu-threads', cores: is(2) };
    const { terms } = forecastOn(threads, { ...input, cells, shape: shape({ regions: [region({ entries: 10 })] }) });
    const numbers = (name: string): number[] => {
      const { formula } = terms.find(term => term.name === name)!;
      return [...formula.matchAll(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g)].map(Number);
    };
    const micro = (name: string): number => terms.find(term => term.name === name)!.seconds * 1e6;
    const [floor, offset, plain, cores] = numbers('kernel, corrected') as [number, number, number, number];
    const kernel = Math.min(floor * Math.exp(offset), plain / cores);
    expect(micro('kernel, corrected') / kernel).toBeCloseTo(1, 2);
    // The larger of 5 × 10 and w · (1 + ln(1 + k / w)) + w + 9 × a.
    const [empty, w, one, one2, k, w2, second, further, again] = numbers('launches, corrected') as number[];
    expect([one, one2, w2, second, further]).toEqual([1, 1, w, w, 9]);
    const woken = w! * (1 + Math.log1p(k! / w!)) + w! + further! * again!;
    expect(micro('launches, corrected') / Math.max(empty!, woken)).toBeCloseTo(1, 2);
    const [copied, factor, extra] = numbers('transfers, corrected') as [number, number, number];
    expect(micro('transfers, corrected') / (copied * factor + extra)).toBeCloseTo(1, 2);
  });
  test('of a program without a loop to divide is no gain at all', () => {
    const kept = shape({ regions: [], serialShare: 1 });
    const { speedup, bound } = forecastOn(device, { ...input, shape: kept });
    expect(speedup.mid).toBeCloseTo(1);
    expect(bound).toBe('serial');
    // Nobody times it twice alike: a tenth where nothing was learnt, else the plain time's doubt times the reach.
    expect(speedup.high).toBeCloseTo(Math.exp(0.1), 3);
    const local = { ...device, kind: 'cpu' as const, name: 'cpu-simd-threads' };
    const cells = cellsOf(1.5);
    const { reach } = experienceOf(cells, 'cpu-simd-threads', 'p');
    const learnt = forecastOn(local, { ...input, cells, shape: kept }).speedup;
    expect(learnt.mid).toBeCloseTo(1);
    expect(Math.log(learnt.high)).toBeCloseTo(Math.max(0.1, 0.15 * reach!), 6);
  });
  test('says what keeping the data there would give, where moving it is what takes the time', () => {
    const { advice, bound } = forecastOn(device, { ...input, shape: shape({ bytesToDevice: 1e7 }) });
    expect(bound).toBe('transfer');
    expect(advice).toMatch(/keep the data on the device between calls and it becomes \d/);
  });
});

describe('break-even', () => {
  // A device that is twice as fast and costs as much as 100 elements to start: n / (n/2 + 50) crosses 1 at 100.
  const speedup = (size: number) => ({ size, speedup: size / (size / 2 + 50) });
  test('lies where the speed-up crosses 1', () => {
    expect(breakEvenSize([25, 50, 90, 110, 400].map(speedup))).toBeGreaterThanOrEqual(98);
    expect(breakEvenSize([25, 50, 90, 110, 400].map(speedup))).toBeLessThanOrEqual(102);
  });
  test('is null where it never pays, also not farther out', () => {
    expect(
      breakEvenSize([
        { size: 10, speedup: 0.5 },
        { size: 100, speedup: 0.4 },
      ]),
    ).toBeNull();
    expect(
      breakEvenSize([
        { size: 10, speedup: 0.001 },
        { size: 100, speedup: 0.0011 },
      ]),
    ).toBeNull();
  });
  test('is extrapolated on a power law', () => {
    // s = n/1000: at 10 and 100 below 1, crosses at 1000.
    expect(
      breakEvenSize([
        { size: 10, speedup: 0.01 },
        { size: 100, speedup: 0.1 },
      ]),
    ).toBe(1000);
  });
});
