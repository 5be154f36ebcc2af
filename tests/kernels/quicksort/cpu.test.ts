import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import builtin from '../../../kernels/quicksort/builtin.ts';
import {
  distributions,
  edgeCases,
  keysFromBits,
  kinds,
  makeInput,
  specialBits,
} from '../../../kernels/quicksort/inputs.ts';
import naive from '../../../kernels/quicksort/naive.ts';
import { bitsOf, encodeKeys, type Keys } from '../../../kernels/quicksort/order.ts';
import radix from '../../../kernels/quicksort/radix.ts';
import { findFlaw } from '../../../kernels/quicksort/reference.ts';
import tuned from '../../../kernels/quicksort/tuned.ts';
import workload from '../../../kernels/quicksort/workload.ts';
import { openDevice } from '../../../src/backends/device.ts';
import { runOnce } from '../../../src/measure/check.ts';
import { createRandom } from '../../../src/workload/random.ts';
import { checkAt, checkInputs } from '../../support/check.ts';

const device = openDevice({ cores: 2 });
const cpuVariants = [naive, tuned, radix, builtin];

async function sortWith(variant: (typeof cpuVariants)[number], keys: Keys): Promise<Keys> {
  const input = { keys, distribution: 'uniform' as const };
  await using prepared = await variant.prepare(device, input);
  return runOnce(prepared, input);
}

/** An order of f32 stated without bits: by value, −0 before +0, NaNs last. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b || (a === b ? Number(Object.is(b, -0)) - Number(Object.is(a, -0)) : a < b ? -1 : 1);
}

const bits = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(...specialBits)), {
  maxLength: 300,
});

describe.each(cpuVariants)('$name', variant => {
  test.each(kinds)('sorts any %s keys as Array.prototype.sort with a comparator does', async kind => {
    await fc.assert(
      fc.asyncProperty(bits, async values => {
        const keys = keysFromBits(kind, values);
        const before = bitsOf(keys).slice();
        const sorted = await sortWith(variant, keys);
        const want = [...keys].sort(compareNumbers);
        expect(sorted.length).toBe(want.length);
        for (const [i, value] of want.entries()) expect(Object.is(sorted[i], value)).toBe(true);
        expect(bitsOf(keys)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  test.each(kinds)(
    '%s: no keys, one, two, all equal, the largest, special values, lengths around powers of two',
    async keys => {
      for (const [label, input] of Object.entries(workload.cases?.(createRandom(3), { keys }) ?? {}))
        expect(await checkInputs(workload, variant.name, [input]), label).toMatchObject({ status: 'ok' });
    },
  );

  test.each(kinds)('%s: every arrangement at 10,000 keys', async keys => {
    for (const distribution of distributions)
      expect(
        await checkAt(workload, variant.name, { size: 10_000, parameters: { keys, distribution } }),
        distribution,
      ).toMatchObject({ status: 'ok' });
  });
});

describe.each(kinds)('10⁶ %s keys', keys => {
  test.each(distributions)(
    '%s: tuned, radix, threads and simd give what TypedArray.prototype.sort gives',
    async distribution => {
      const input = workload.inputs(1_000_000, createRandom(5), { keys, distribution });
      for (const name of ['tuned', 'radix', 'threads', 'simd'])
        expect(await checkInputs(workload, name, [input]), name).toMatchObject({ status: 'ok' });
    },
  );
});

describe('the inputs', () => {
  test.each(kinds)('%s: arrangements are what their names say', kind => {
    const codes = (distribution: (typeof distributions)[number]): number[] => [
      ...encodeKeys(makeInput(999, createRandom(1), { kind, distribution }).keys),
    ];
    const ascending = [...codes('uniform')].sort((a, b) => a - b);
    expect(codes('sorted')).toEqual(ascending);
    expect(codes('reversed')).toEqual([...ascending].reverse());
    const pipe = codes('organ-pipe');
    const top = 499;
    expect(pipe[top]).toBe(Math.max(...pipe));
    expect(pipe.slice(0, top)).toEqual(pipe.slice(0, top).sort((a, b) => a - b));
    expect(pipe.slice(top)).toEqual(pipe.slice(top).sort((a, b) => b - a));
    expect([...pipe].sort((a, b) => a - b)).toEqual(ascending);
    expect(new Set(codes('few-distinct')).size).toBeLessThanOrEqual(16);
    expect(new Set(codes('killer')).size).toBe(999);
  });

  test('uniform f32 keys hold NaN, both zeros and both infinities', () => {
    const { keys } = makeInput(20_000, createRandom(1), { kind: 'f32', distribution: 'uniform' });
    for (const value of [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect([...keys].some(key => Object.is(key, value))).toBe(true);
  });

  test('naive declines what would take it many minutes, and says why', async () => {
    for (const distribution of ['organ-pipe', 'killer'])
      expect(await checkAt(workload, 'naive', { size: 100_000, parameters: { distribution } })).toMatchObject({
        status: 'skipped',
        reason: expect.stringContaining('quadratic'),
      });
  });
});

describe('the proof of the reference', () => {
  const { keys } = makeInput(1000, createRandom(7), { kind: 'f32', distribution: 'uniform' });
  const sorted = keys.slice().sort();

  test('accepts what is sorted and nothing that is not', () => {
    expect(findFlaw(keys, sorted)).toBeUndefined();
    const swapped = sorted.slice();
    [swapped[10], swapped[500]] = [sorted[500]!, sorted[10]!];
    expect(findFlaw(keys, swapped)).toContain('smaller than the one before');
    expect(findFlaw(keys, sorted.subarray(1))).toContain('999 keys of 1000');
  });

  test('sees a key replaced by its neighbour, and +0 before −0', () => {
    for (const kind of kinds)
      fc.assert(
        fc.property(fc.nat(998), index => {
          const input = makeInput(1000, createRandom(8), { kind, distribution: 'killer' }).keys;
          const cheat = input.slice().sort();
          cheat[index] = cheat[index + 1]!;
          expect(findFlaw(input, cheat)).toContain('multiset');
        }),
      );
    expect(findFlaw(Float32Array.of(0, -0), Float32Array.of(0, -0))).toContain('smaller than the one before');
  });

  test('the edge cases hold what their names say', () => {
    const cases = edgeCases(createRandom(1), { kind: 'u32', distribution: 'uniform' });
    expect(cases.empty?.keys.length).toBe(0);
    expect(new Set(cases['all the largest key']?.keys)).toEqual(new Set([0xffffffff]));
  });
});
