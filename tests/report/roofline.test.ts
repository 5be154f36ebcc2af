import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ceilings } from '../../src/hardware/ceilings.ts';
import { roofline } from '../../src/report/charts/roofline.ts';
import { renderSvg } from '../../src/report/render.ts';
import { rooflines } from '../../src/report/roofline.ts';
import { textWidth } from '../../src/report/text.ts';
import type { CsvRow } from '../../src/results/schema.ts';

const rates = { int32: 1e10, logic: 1e10, special: 1e9, access: 1e10 };
const cpu = (cores: number) => ({
  ...{ cores, scalarFlops: 5e9 * cores, simdFlops: 50e9 * cores, scalar: rates, simd: rates },
  bandwidth: [
    { footprintBytes: 16_384, bytesPerSecond: 200e9 * cores },
    { footprintBytes: 1 << 26, bytesPerSecond: 20e9 * cores },
  ],
});
const ceilings: Ceilings = {
  ...{ schema: 1, measuredAt: '', identity: '', adapter: null },
  cpu: { one: cpu(1), all: cpu(2), handOver: { launchNs: 1, callNs: 1, transfer: [] } },
};

/** 30 GFLOP/s on 3 GB/s: 10 flop a byte. */
const row = (more: CsvRow): CsvRow => ({
  ...{ workload: 'w', size: 8, parameters: '', variant: 'simd', device: 'cpu-1', ran_on: 'cpu', status: 'ok' },
  ...{ regime: 'steady', phase: 'dispatch', operation_unit: 'flop', same_algorithm: true },
  ...{ gigaoperations_per_s: 30, bandwidth_gb_per_s: 3, ...more },
});

test('a variant stands at its operations a byte, under the roofs of the device that it ran on', () => {
  const found = rooflines([row({}), row({ variant: 'threads', device: 'cpu-all' })], ceilings);
  expect(found.map(({ roofs, points }) => [roofs.place, points.map(({ variant }) => variant)])).toEqual([
    ['one core', ['simd']],
    ['all cores', ['threads']],
  ]);
  expect(found[0]?.points[0]).toMatchObject({ intensity: 10, flops: 30e9 });
});

test('integer work, other algorithms, failures and devices that were not probed have no place in it', () => {
  const rows = [
    row({ operation_unit: 'intop' }),
    row({ same_algorithm: false }),
    row({ status: 'incorrect' }),
    row({ regime: 'first' }),
    row({ ran_on: 'gpu', device: 'Model 2' }),
  ];
  expect(rooflines(rows, ceilings)).toEqual([]);
});

test('the kernel’s own time is taken where it was measured, end to end never', () => {
  const [found] = rooflines(
    [
      row({ phase: 'end_to_end', gigaoperations_per_s: 1 }),
      row({}),
      row({ phase: 'kernel', gigaoperations_per_s: 45 }),
    ],
    ceilings,
  );
  expect(found?.points.map(({ flops }) => flops)).toEqual([45e9]);
});

test('the chart names every ceiling that is apart from the others', async () => {
  const [found] = rooflines([row({})], ceilings);
  const svg = await renderSvg(roofline('w', found!));
  for (const text of ['200 GB/s', '20 GB/s', '50.0 GFLOP/s', 'scalar: 5.00 GFLOP/s', 'simd'])
    expect(svg).toContain(text);
});

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Names of ceilings and the grey lines, in pixels of the plot, as they stand in the SVG. */
function drawn(svg: string): { names: Box[]; lines: { from: [number, number]; to: [number, number] }[] } {
  const names = [
    ...svg.matchAll(
      /<text text-anchor="(start|end)" transform="translate\(([-\d.]+),([-\d.]+)\)" [^>]*font-size="8px" fill="#5c5c5c">([^<]*)/g,
    ),
  ].map(([, anchor, x, y, text]) => {
    const width = textWidth(text as string, 8);
    const left = anchor === 'start' ? Number(x) : Number(x) - width;
    // DejaVu’s letters reach 0.76 em above the line that they stand on, and 0.24 below.
    return { text: text as string, left, right: left + width, top: Number(y) - 6.1, bottom: Number(y) + 1.9 };
  });
  const lines = [
    ...svg.matchAll(
      /<line transform="translate\(([-\d.]+),([-\d.]+)\)" x2="([-\d.]+)" y2="([-\d.]+)" stroke="#8a8a8a" stroke-width="1"\/>/g,
    ),
  ].map(([, x, y, dx, dy]) => ({
    from: [Number(x), Number(y)] as [number, number],
    to: [Number(x) + Number(dx), Number(y) + Number(dy)] as [number, number],
  }));
  return { names, lines };
}

/** Whether a line goes through a box: a thousand of its points, which lie closer than a pixel. */
const touches = ({ left, right, top, bottom }: Box, { from, to }: ReturnType<typeof drawn>['lines'][number]): boolean =>
  Array.from({ length: 1001 }, (_, index) => index / 1000).some(share => {
    const [x, y] = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    return x > left && x < right && y > top && y < bottom;
  });

const slope = (footprintBytes: number, bytesPerSecond: number) => ({ footprintBytes, bytesPerSecond });

describe.each(['one-column', 'two-columns'] as const)('%s wide', width => {
  test('no name touches a line or another name, wherever ceilings and marks lie', async () => {
    const [found] = rooflines([row({})], ceilings);
    const point = found!.points[0]!;
    const bytes = fc.double({ min: 9, max: 12.5, noNaN: true }).map(power => 10 ** power);
    const cases = fc.record({
      memory: fc.array(bytes, { minLength: 1, maxLength: 4 }),
      scalar: fc.double({ min: 0.02, max: 0.7, noNaN: true }),
      intensity: fc.double({ min: -1.5, max: 4, noNaN: true }).map(power => 10 ** power),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ memory, scalar, intensity }) => {
        const arithmetic = [
          { name: '128-bit multiply–add', flops: 58.8e9 },
          { name: 'scalar', flops: scalar * 58.8e9 },
        ];
        const roofs = {
          ...{ place: 'one core', software: false, arithmetic },
          memory: memory.map((rate, index) => ({ ...slope(2 ** (14 + 3 * index), rate), level: `L${index}` })),
        };
        const svg = await renderSvg(roofline('w', { roofs, points: [{ ...point, intensity }] }, { width }));
        const { names, lines } = drawn(svg);
        // Every slope and every level has its line and its name.
        expect(names.length).toBe(lines.length);
        for (const name of names) {
          expect(lines.filter(line => touches(name, line))).toEqual([]);
          expect(name.left).toBeGreaterThanOrEqual(0);
          const others = names.filter(other => other !== name);
          const crossing = others.filter(
            other =>
              other.left < name.right && name.left < other.right && other.top < name.bottom && name.top < other.bottom,
          );
          expect(crossing).toEqual([]);
        }
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});

test('ticks have no idle zeros', async () => {
  const roofs = {
    ...{ place: 'an adapter', software: true, arithmetic: [{ name: 'multiply–add', flops: 30e9 }] },
    memory: [slope(2 ** 21, 1.6e9), slope(2 ** 24, 2.2e9)],
  };
  const [found] = rooflines([row({ gigaoperations_per_s: 0.1 })], ceilings);
  const svg = await renderSvg(roofline('w', { roofs, points: found!.points }));
  expect(svg).toContain('>0.1 G<');
  expect(svg).not.toMatch(/>[\d.]*\.\d*0 G</);
});
