import { expect, test } from 'vitest';
import { defaultSizes, sizeRange } from '../../src/experiment/default-sizes.ts';

const sizes = { tiny: 3, huge: 900 };

test('integers stay, unknown names go, and a workload with none of the names runs all of its own', () => {
  expect(defaultSizes({ sizes }, ['4', 'huge', 'medium'])).toEqual(['4', 'huge']);
  expect(defaultSizes({ sizes }, ['small', 'medium'])).toEqual(['tiny', 'huge']);
});

test('a range falls back to the smallest and the largest, and is never upside down', () => {
  expect(sizeRange({ sizes }, 'small', 'large')).toEqual([3, 900]);
  expect(sizeRange({ sizes }, 'huge', 'tiny')).toEqual([900, 900]);
});
