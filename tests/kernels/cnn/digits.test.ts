import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greyLevels, loadDigits } from '../../../kernels/cnn/digits.ts';
import { pixels } from '../../../kernels/cnn/network.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the split is the documented one, on every machine: 8,000 and 2,000 digits with these bytes', () => {
  const { training, test } = loadDigits();
  expect([training.count, training.labels.length, training.images.length]).toEqual([8000, 8000, 8000 * pixels]);
  expect([test.count, test.labels.length, test.images.length]).toEqual([2000, 2000, 2000 * pixels]);
  expect(sha256(test.images)).toBe('70d5eb09f132d946a7330bebf1d7315426caefe4a19b68efa5cc2a3030d884a0');
  expect(sha256(test.labels)).toBe('6676434bc9e920e19760baef8dc96a43198f8bacc449cc4ec23d3a93ad4ed12e');
});

test('no digit is lost and none is in both sets: together they are the digits of the package', () => {
  const { training, test } = loadDigits();
  const keys = (set: typeof training): string[] =>
    Array.from(
      set.labels,
      (label, image) => `${label} ${sha256(set.images.subarray(image * pixels, (image + 1) * pixels))}`,
    );
  const all = [...keys(training), ...keys(test)];
  const folder = createRequire(import.meta.url)
    .resolve('mnist')
    .replace(/mnist\.js$/, 'digits');
  const sevens = (JSON.parse(readFileSync(`${folder}/7.json`, 'utf8')) as { data: number[] }).data;
  const want = Array.from({ length: sevens.length / pixels }, (_, image) => {
    const grey = sevens.slice(image * pixels, (image + 1) * pixels).map(level => Math.round(level * 255));
    return `7 ${sha256(Uint8Array.from(grey))}`;
  });
  expect(all.filter(key => key.startsWith('7')).sort()).toEqual(want.sort());
  expect(all).toHaveLength(10_000);
});

test('the scanner reads what JSON.parse reads, for any grey levels with up to three decimals', () => {
  const level = fc.integer({ min: 0, max: 1000 }).map(thousandths => thousandths / 1000);
  fc.assert(
    fc.property(fc.array(level, { minLength: pixels, maxLength: pixels }), levels => {
      const text = JSON.stringify({ data: levels });
      expect(Array.from(greyLevels(bytesOf(text), 'test'))).toEqual(levels.map(value => Math.round(value * 255)));
    }),
    { numRuns: 20 },
  );
});

test.each(['0.9999', '1.5', '-1', '1e3', '', '"0"', '0..5', '05', '0.1234', '0.5.1'])(
  'a grey level written as `%s` is refused with its place',
  bad => {
    const text = `{ "data": [${Array(pixels - 1)
      .fill('0')
      .join(',')},${bad}] }`;
    expect(() => greyLevels(bytesOf(text), 'bad.json')).toThrow(/bad\.json: byte \d+ belongs to no grey level/);
  },
);

test('a file that was cut short is refused', () => {
  expect(() => greyLevels(bytesOf('{ "data": [0,0,1] }'), 'short.json')).toThrow('short.json holds 3 grey levels');
});
