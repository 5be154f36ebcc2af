import { expect, test } from 'vitest';
import { shippedWorkloads } from '../../kernels/index.ts';
import { innerWidth, sizeTitle } from '../../src/report/charts/parts.ts';
import { textWidth } from '../../src/report/text.ts';
import { fontSizes } from '../../src/report/theme.ts';

test('the title of the size axis fits below the plot, whatever a workload says its size means', async () => {
  const workloads = await Promise.all(Object.values(shippedWorkloads).map(load => load()));
  const meanings = [...workloads.map(({ sizeMeaning = '' }) => sizeMeaning), 'x'.repeat(500), 'a; '.repeat(100)];
  for (const sizeMeaning of meanings) {
    const title = sizeTitle({ sizeMeaning });
    expect(title.startsWith('size')).toBe(true);
    expect(textWidth(title, fontSizes.axisTitle)).toBeLessThan(innerWidth({}));
  }
  expect(sizeTitle({ sizeMeaning: 'n: A and B are n×n' })).toBe('size (n: A and B are n×n)');
  expect(sizeTitle({ sizeMeaning: `bytes: ${'of many things '.repeat(20)}` })).toBe('size (bytes)');
});
