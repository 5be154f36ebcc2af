import { expect, test } from 'vitest';
import { sampleStrip } from '../../src/report/charts/sample-strip.ts';
import { renderSvg } from '../../src/report/render.ts';
import { subjectsOf } from '../../src/report/rows.ts';
import { summaryRow } from '../experiment/summary-rows.ts';

const subject = subjectsOf([summaryRow({ size: 8, ns: 2e6 }), summaryRow({ size: 8, ns: 1e6, variant: 'tuned' })])[0]!;
const sample = (variant: string, process: number, time_ns: number, more = {}) => ({
  ...{ workload: 'w', parameters: undefined, size: 8, variant, process, time_ns },
  ...{ phase: 'end_to_end', regime: 'steady', ...more },
});

test('every steady end-to-end sample of the subject is drawn once, outliers too, and nothing else', async () => {
  const samples = [
    ...[1.9e6, 2e6, 2.1e6, 9e7].map(ns => sample('naive', 0, ns)),
    ...[0.9e6, 1e6].map(ns => sample('tuned', 1, ns)),
    sample('naive', 0, 5e6, { regime: 'first' }),
    sample('naive', 0, 5e6, { phase: 'compute' }),
    sample('naive', 0, 5e6, { size: 16 }),
    sample('naive', 0, 5e6, { workload: 'another' }),
  ];
  const svg = await renderSvg(sampleStrip(subject, samples, { size: 8 }));
  const strip = /<g class="mark-symbol role-mark layer_0_marks".*?<\/g>/s.exec(svg)![0];
  expect(strip.match(/<path /g)).toHaveLength(6);
  expect(svg).toContain('6 samples');
  const rules = /<g class="mark-rect role-mark layer_1_marks".*?<\/g>/s.exec(svg)![0];
  expect(rules.match(/<path /g)).toHaveLength(2);
});
