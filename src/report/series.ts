import type { RanOn } from './rows.ts';

/**
 * How one variant looks in every chart. Colour tells the family, shape tells the variant, so that the picture survives
 * a grey printer and every kind of colour blindness; what ran on a software adapter is hollow, dashed and says so.
 */
export interface Series {
  /** What legends and axes show; unique in a chart. */
  readonly label: string;
  readonly variant: string;
  readonly device: string;
  readonly software: boolean;
  readonly colour: string;
  /** White for a software adapter, else the colour. */
  readonly fill: string;
  /** A Vega symbol or an SVG path in the square from −1 to 1. */
  readonly shape: string;
  readonly dash: readonly number[];
}

/**
 * Found by a random search around the hues of Okabe and Ito ("Color Universal Design", 2008) for the largest smallest
 * distance: ΔE*ab ≥ 24 between any two for normal vision and the three colour blindnesses, lightness ≥ 6 apart in grey,
 * contrast with white ≥ 3 : 1 (WCAG 2.2 §1.4.11). tests/report/series.test.ts computes all of these.
 */
export const familyColours = {
  baseline: '#000000',
  scalar: '#0a4fbb',
  cores: '#40905a',
  native: '#442945',
  webgpu: '#7d2817',
  gpujs: '#e37623',
  tfjs: '#9a4b8c',
} as const;
type Family = keyof typeof familyColours;

const hexagon = 'M0.5,-0.87L1,0L0.5,0.87L-0.5,0.87L-1,0L-0.5,-0.87Z';
const star = 'M0,-1L0.26,-0.36L0.95,-0.31L0.42,0.14L0.59,0.81L0,0.44L-0.59,0.81L-0.42,0.14L-0.95,-0.31L-0.26,-0.36Z';
const saltire = 'M-1,-0.6L-0.6,-1L0,-0.4L0.6,-1L1,-0.6L0.4,0L1,0.6L0.6,1L0,0.4L-0.6,1L-1,0.6L-0.4,0Z';
const hourglass = 'M-0.9,-0.9L0.9,-0.9L0.15,0L0.9,0.9L-0.9,0.9L-0.15,0Z';
const bowtie = 'M-0.9,-0.9L0,-0.15L0.9,-0.9L0.9,0.9L0,0.15L-0.9,0.9Z';
const bar = 'M-1,-0.4L1,-0.4L1,0.4L-1,0.4Z';
const pillar = 'M-0.4,-1L0.4,-1L0.4,1L-0.4,1Z';
const drop = 'M0,-1L0.75,0.2A0.78,0.78,0,1,1,-0.75,0.2Z';
const halfDisc = 'M-1,0.5A1,1,0,0,1,1,0.5Z';

const standard: Readonly<Record<string, readonly [Family, string]>> = {
  naive: ['baseline', 'circle'],
  tuned: ['scalar', 'square'],
  radix: ['scalar', hexagon],
  threads: ['cores', 'triangle-up'],
  simd: ['cores', 'triangle-down'],
  'simd-threads': ['cores', 'diamond'],
  'webgpu-naive': ['webgpu', 'triangle-right'],
  'webgpu-tuned': ['webgpu', star],
  'webgpu-f16': ['webgpu', hourglass],
  'webgpu-subgroup': ['webgpu', bowtie],
  gpujs: ['gpujs', 'cross'],
  'gpujs-webasm': ['gpujs', saltire],
  'tfjs-wasm': ['tfjs', bar],
  'tfjs-webgpu': ['tfjs', pillar],
  'tfjs-node-gpu': ['tfjs', 'triangle-left'],
  native: ['native', drop],
};

const peerShapes = [halfDisc, hexagon, 'triangle-left', hourglass, bowtie, 'cross'];

/** Variants in the order of the vocabulary, peers by name after them. */
const standardOrder = Object.keys(standard);
const isStandard = (variant: string) => Object.hasOwn(standard, variant);
const order = (variant: string) => (isStandard(variant) ? standardOrder.indexOf(variant) : standardOrder.length);

/** What has to be known of a point to draw it: a row of the summary, or of an experiment's own table. */
export interface Drawn {
  readonly variant: string;
  readonly device: string;
  readonly ranOn?: RanOn | undefined;
}

const byOrder = (a: Drawn, b: Drawn) =>
  order(a.variant) - order(b.variant) || compare(a.variant, b.variant) || compare(a.device, b.device);

/** Not `localeCompare`: the order must not depend on the machine's language. */
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * What tells one series from another: a variant can run on several devices. One core and all cores are no two devices
 * here: a library chooses how many it uses by the size.
 */
export const seriesKey = ({ variant, device }: { readonly variant: string; readonly device: string }): string =>
  `${variant}\n${device.startsWith('cpu-') ? 'cpu' : device}`;

const isSoftware = (ranOn: RanOn | undefined) => ranOn === 'software-adapter';

/** As many leading words of a device's name as tell it from the others: "NVIDIA H100" beside "NVIDIA GeForce RTX 4090". */
function shortDevice(device: string, others: readonly string[]): string {
  const words = device.split(' ');
  const prefix = (length: number) => words.slice(0, length).join(' ');
  const length = words.findIndex((_, i) => !others.some(other => other !== device && other.startsWith(prefix(i + 1))));
  return length < 0 ? device : prefix(length + 1);
}

/** Names of packages have up to 214 characters; a figure has room for about forty. */
const longestLabel = 40;
const middleCut = (label: string): string =>
  label.length <= longestLabel ? label : `${label.slice(0, longestLabel / 2)}…${label.slice(1 - longestLabel / 2)}`;

/** Looks for what is not a variant (workloads, directions, methods), by name, in the order given, software marked. */
export function categorySeries(
  categories: readonly { readonly name: string; readonly software: boolean }[],
): Map<string, Series> {
  const colours = Object.values(familyColours);
  const shapes = Object.values(standard).map(([, shape]) => shape);
  const software = new Set(categories.filter(category => category.software).map(({ name }) => name));
  return new Map(
    [...new Set(categories.map(({ name }) => name))].map((name, i) => {
      const colour = colours[i % colours.length]!;
      const label = `${middleCut(name)}${software.has(name) ? ' (software)' : ''}`;
      return [
        name,
        look({ label, variant: name, device: '', colour, shape: shapes[i % shapes.length]! }, software.has(name)),
      ];
    }),
  );
}

const look = (base: Pick<Series, 'label' | 'variant' | 'device' | 'colour' | 'shape'>, software: boolean): Series => ({
  ...base,
  software,
  fill: software ? '#ffffff' : base.colour,
  dash: software ? [4, 2] : [1, 0],
});

/**
 * The series of a chart, by key, in the order of its legend. A variant that ran on several devices names its device.
 * A variant that ran on a software adapter anywhere in the chart is marked as a whole.
 */
export function seriesOf(points: readonly Drawn[]): Map<string, Series> {
  const groups = Map.groupBy([...points].sort(byOrder), seriesKey);
  const devicesOf = Map.groupBy([...groups.values()], ([point]) => point!.variant);
  const peers = [...devicesOf.keys()].filter(variant => !isStandard(variant));
  return new Map(
    [...groups].map(([key, group]) => {
      const { variant, device } = group[0]!;
      const software = group.some(({ ranOn }) => isSoftware(ranOn));
      const [family, shape] = isStandard(variant)
        ? standard[variant]!
        : (['native', peerShapes[peers.indexOf(variant) % peerShapes.length]!] as const);
      const colour = familyColours[family];
      const devices = (devicesOf.get(variant) ?? []).map(([point]) => point!.device);
      const on = devices.length > 1 ? ` on ${shortDevice(device, devices)}` : '';
      const label = `${middleCut(variant + on)}${software ? ' (software)' : ''}`;
      return [key, look({ label, variant, device, colour, shape }, software)];
    }),
  );
}
