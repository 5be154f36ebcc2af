import { expect, test } from 'vitest';
import { phases } from '../../src/report/charts/phases.ts';
import { subjectsOf } from '../../src/report/rows.ts';
import { onGpu, summaryRow } from '../experiment/summary-rows.ts';

interface Segment {
  readonly part: string;
  readonly from: number;
  readonly to: number;
}

/** The data of the layers that a chart draws. */
const layersOf = (spec: unknown) => (spec as { layer: { data: { values: readonly Segment[] } }[] }).layer;

test('the parts of a call are stacked by their shares, from nothing to all of it; the kernel lies inside of the dispatch', () => {
  const phase = (name: string, ns: number) => summaryRow({ size: 8, ns, phase: name, ...onGpu });
  const rows = [
    ...[phase('upload', 1000), phase('dispatch', 6000), phase('readback', 3000), phase('kernel', 4000)],
    phase('end_to_end', 10_100),
  ];
  const [hard, soft, kernel, texts] = layersOf(phases(subjectsOf(rows)[0]!));
  expect(hard!.data.values.map(({ part, from, to }) => [part, from, to])).toEqual([
    ['upload', 0, expect.closeTo(0.1, 12)],
    ['dispatch', expect.closeTo(0.1, 12), expect.closeTo(0.7, 12)],
    ['readback', expect.closeTo(0.7, 12), expect.closeTo(1, 12)],
  ]);
  expect(soft!.data.values).toEqual([]);
  // Two thirds of the dispatch, in its middle: 0.4 ± 0.2.
  expect(kernel!.data.values).toMatchObject([{ from: expect.closeTo(0.2, 12), to: expect.closeTo(0.6, 12) }]);
  expect(texts!.data.values).toMatchObject([{ text: '10.1 µs' }]);
});
