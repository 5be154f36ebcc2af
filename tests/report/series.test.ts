import { expect, test } from 'vitest';
import { variantNames } from '../../src/backends/names.ts';
import { readSummaryRow } from '../../src/report/rows.ts';
import { familyColours, seriesOf } from '../../src/report/series.ts';

const point = (variant: string, device = 'cpu-1', ran_on = 'cpu') =>
  readSummaryRow({ variant, device, ran_on, status: 'ok', size: 1, workload: 'w' });

type Rgb = readonly [number, number, number];

const linear = (hex: string): Rgb =>
  [1, 3, 5]
    .map(at => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)) as unknown as Rgb;

const times = (matrix: readonly Rgb[], [r, g, b]: Rgb): Rgb =>
  matrix.map(([x, y, z]) => x * r + y * g + z * b) as unknown as Rgb;

/** Machado, Oliveira, Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009, severity 1. */
const visions: Readonly<Record<string, readonly Rgb[]>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** CIELAB from linear sRGB, white D65 (IEC 61966-2-1, CIE 15). */
function lab(rgb: Rgb): Rgb {
  const [x, y, z] = times(
    [
      [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
      [0.2126, 0.7152, 0.0722],
      [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
    ],
    rgb,
  ).map(v => (v > 216 / 24389 ? Math.cbrt(Math.max(v, 0)) : (24389 / 27) * (v / 116) + 16 / 116)) as unknown as Rgb;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: Rgb, b: Rgb) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

const pairs = <T>(items: readonly T[]) => items.flatMap((a, i) => items.slice(i + 1).map(b => [a, b] as const));

test.each(Object.keys(visions))('families of variants can be told apart by colour with %s vision', vision => {
  for (const [[nameA, a], [nameB, b]] of pairs(Object.entries(familyColours))) {
    const seen = [a, b].map(colour => lab(times(visions[vision]!, linear(colour)))) as [Rgb, Rgb];
    // A just noticeable difference is about 2.3.
    expect(distance(seen[0], seen[1]), `${nameA} and ${nameB}`).toBeGreaterThan(20);
  }
});

test('families keep apart in grey', () => {
  for (const [[nameA, a], [nameB, b]] of pairs(Object.entries(familyColours)))
    expect(Math.abs(lab(linear(a))[0] - lab(linear(b))[0]), `${nameA} and ${nameB}`).toBeGreaterThan(6);
});

test('every family contrasts with white by 3 : 1 at least', () => {
  for (const [name, colour] of Object.entries(familyColours)) {
    const [r, g, b] = linear(colour);
    expect(1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05), name).toBeGreaterThan(3);
  }
});

test('every variant of the vocabulary has a shape of its own, so that a grey print keeps them apart', () => {
  const series = [...seriesOf(variantNames.map(name => point(name))).values()];
  expect(series.map(({ variant }) => variant)).toEqual([...variantNames]);
  expect(new Set(series.map(({ shape }) => shape)).size).toBe(variantNames.length);
  const peer = [...seriesOf([point('@noble/ciphers')]).values()];
  expect(series.map(({ shape }) => shape)).not.toContain(peer[0]?.shape);
});

test('a software adapter makes its series hollow, dashed and named so; nothing else does', () => {
  const [cpu, gpu, software] = [
    ...seriesOf([
      point('naive'),
      point('webgpu-naive', 'NVIDIA H100', 'gpu'),
      point('webgpu-tuned', 'SwiftShader', 'software-adapter'),
    ]).values(),
  ];
  expect(software).toMatchObject({ label: 'webgpu-tuned (software)', fill: '#ffffff', dash: [4, 2] });
  for (const real of [cpu, gpu]) {
    expect(real?.fill).toBe(real?.colour);
    expect(real?.dash).toEqual([1, 0]);
    expect(real?.label).not.toContain('software');
  }
});

test('a variant on several devices names as much of each as tells them apart; labels are unique', () => {
  const labels = [
    ...seriesOf([
      point('webgpu-tuned', 'NVIDIA H100 PCIe', 'gpu'),
      point('webgpu-tuned', 'NVIDIA GeForce RTX 4090', 'gpu'),
      point('webgpu-tuned', 'SwiftShader Device', 'software-adapter'),
      point('naive'),
    ]).values(),
  ].map(({ label }) => label);
  expect(labels).toEqual([
    'naive',
    'webgpu-tuned on NVIDIA GeForce',
    'webgpu-tuned on NVIDIA H100',
    'webgpu-tuned on SwiftShader (software)',
  ]);
});
