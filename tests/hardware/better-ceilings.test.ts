import fc from 'fast-check';
import { expect, test } from 'vitest';
import { better } from '../../src/hardware/better-ceilings.ts';
import { isOutrun } from '../../src/hardware/probe/outrun.ts';

test('of two probes the larger rates, the shorter times, and the later words count', () => {
  const probe = (rate: number, ns: number, measuredAt: string) => ({
    measuredAt,
    cpu: { scalarFlops: rate, transfer: [{ bytes: 4096, uploadNs: ns }] },
    adapter: null as { dispatchNs: number } | null,
  });
  const disturbed = probe(6.6e9, 900, '2026-01-01');
  const quiet = { ...probe(11.8e9, 300, '2026-01-02'), adapter: { dispatchNs: 5 } };
  expect(better(disturbed, quiet)).toEqual(quiet);
  expect(better(quiet, disturbed)).toEqual({ ...quiet, measuredAt: '2026-01-01' });
});

test('a probe is never made worse by another one, whatever their order', () => {
  const probe = fc.record({ rate: fc.double({ noNaN: true }), launchNs: fc.double({ noNaN: true }) });
  fc.assert(
    fc.property(fc.array(probe, { minLength: 1, maxLength: 5 }), probes => {
      const all = probes.reduce((a, b) => better(a, b));
      expect(all.rate).toBe(Math.max(...probes.map(({ rate }) => rate)));
      expect(all.launchNs).toBe(Math.min(...probes.map(({ launchNs }) => launchNs)));
    }),
  );
});

test('a ceiling that a core surpasses by more than two quiet probes differ is none', async () => {
  const known = { cpu: { one: { scalarFlops: 10e9 } } } as Parameters<typeof isOutrun>[0];
  expect(await isOutrun(known, async () => 12e9)).toBe(true);
  expect(await isOutrun(known, async () => 11e9)).toBe(false);
  expect(await isOutrun(known, async () => 5e9)).toBe(false);
});
