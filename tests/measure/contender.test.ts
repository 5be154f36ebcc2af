import { describe, expect, test } from 'vitest';
import type { Output, Prepared } from '../../src/backends/variant.ts';
import { now } from '../../src/measure/clock.ts';
import { didNotWait, repetitionsFor, timePass, workedOutside } from '../../src/measure/contender.ts';

function busy(milliseconds: number): void {
  for (const end = now() + BigInt(milliseconds * 1e6); now() < end; );
}

const output = Float32Array.of(1, 2, 3);
const device = (changes: Partial<Prepared<unknown, Output>> = {}): Prepared<unknown, Output> => ({
  shape: 'offload',
  upload: async () => busy(2),
  dispatch: async () => busy(4),
  drain: async () => busy(1),
  readback: async () => {
    busy(3);
    return output;
  },
  passTimes: async () => [
    { label: 'first', ns: 1_500_000n },
    { label: 'second', ns: 500_000n },
  ],
  ranOn: () => 'gpu',
  [Symbol.asyncDispose]: async () => undefined,
  ...changes,
});

describe('the phases of a pass', () => {
  test('on a device: each by itself; end to end is their sum, without the wait that checks them; a kernel is all of its passes', async () => {
    const { timing } = await timePass({ prepared: device(), repetitions: 1 }, 0);
    const { upload = 0, dispatch = 0, readback = 0, drain = 0 } = timing;
    expect([upload >= 2e6, dispatch >= 4e6, readback >= 3e6, drain >= 1e6]).toEqual([true, true, true, true]);
    expect(timing.endToEnd).toBe(upload + dispatch + readback);
    expect(timing.kernel).toBe(2_000_000);
    expect(timing.compute).toBeUndefined();
  });

  test('of a library that does all in one: end to end alone', async () => {
    const { timing } = await timePass({ prepared: device({ shape: 'fused' }), repetitions: 1 }, 0);
    expect(Object.keys(timing).sort()).toEqual(['endToEnd', 'repetitions']);
    expect(timing.endToEnd).toBeGreaterThanOrEqual(9e6);
  });

  test('of a call: the time of one of its repetitions, and what lies outside of it apart', async () => {
    let calls = 0;
    const prepared = device({
      shape: 'call',
      ranOn: () => 'cpu',
      dispatch: async () => {
        calls++;
        busy(1);
      },
    });
    const begun = now();
    const { timing } = await timePass({ prepared, repetitions: 5 }, 0);
    const whole = Number(now() - begun);
    expect(calls).toBe(5);
    expect(timing.compute).toBeGreaterThanOrEqual(1e6);
    expect(5 * timing.compute!).toBeLessThanOrEqual(whole);
    expect([timing.endToEnd, timing.repetitions]).toEqual([timing.compute, 5]);
    expect(timing.outside).toBeGreaterThanOrEqual(5e6);
  });
});

test('a call is repeated until the clock’s step is a thousandth of what is timed, ten thousand times at most', () => {
  expect(repetitionsFor(1e9)).toBe(1);
  expect(repetitionsFor(0)).toBeGreaterThan(repetitionsFor(100));
  expect(repetitionsFor(1e-9)).toBeLessThanOrEqual(10_000);
});

test('a dispatch did not wait where, most of the time, the device worked on for over a fifth of it', () => {
  const idle = 1000;
  const timings = (...drains: readonly number[]) =>
    drains.map(drain => ({ dispatch: 100_000, drain, endToEnd: 100_000, repetitions: 1 }));
  expect(didNotWait(timings(30_000, 30_000, 0), idle)).toBe(true);
  expect(didNotWait(timings(30_000, 0, 0), idle)).toBe(false);
  // A fifth, and four times what asking an idle device takes, are nothing to speak of.
  expect(didNotWait(timings(24_000, 24_000, 24_000), idle)).toBe(false);
  expect(didNotWait([], idle)).toBe(false);
});

test('a call worked outside of its time where that took over a fifth of it, and 5 µs', () => {
  const timings = (outside: number) =>
    [1, 2, 3].map(() => ({ outside, compute: 50_000, endToEnd: 50_000, repetitions: 1 }));
  expect(workedOutside(timings(15_001))).toBe(true);
  expect(workedOutside(timings(14_999))).toBe(false);
});
