import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileCsvFiles } from '../../src/profile/columns.ts';
import { parallelogram } from '../../src/report/charts/parallelogram.ts';
import { verdictSource } from '../../src/report/charts/verdict-source.ts';
import { writeChart } from '../../src/report/render.ts';
import { csvText } from '../../src/results/csv.ts';
import { type CsvRow, csvFiles } from '../../src/results/schema.ts';

/** What a program can bring into every table: as the name of a function, of a file, as what it printed. */
export interface Texts {
  readonly function: string;
  readonly file: string;
  readonly said: string;
}

const run = { schema_version: 1, run_id: 'part', target: 'matmul', size: 17 };

const loops = (texts: Texts): CsvRow[] =>
  ['parallel', 'reduction'].map((verdict, depth) => ({
    ...run,
    ...{ cost: 'unit', inputs: 1, complete: true, kind: 'loop', column: 3, depth, entries: 17 ** depth },
    ...{ function: texts.function, file: texts.file, line: 10 + depth, iterations: 17 ** (depth + 1) },
    ...{ work: 9826, work_share: 1, span: 18, span_reassociated: 6, self_parallelism: 17 - depth },
    ...{
      self_parallelism_reassociated: 17,
      verdict,
      evidence: 'observed',
      reason: texts.said,
      divergence: 0,
      carried: 0,
    },
  }));

const census = (texts: Texts): CsvRow[] =>
  (
    [
      ['naive', 'executed-bytecode', 'executed', 290],
      ['naive', 'bytecode', 'static', 30],
      ['simd', 'webassembly', 'executed', 160],
    ] as const
  ).map(([variant, layer, kind, arithmetic]) => ({
    ...{ ...run, parameters: '', variant, layer, kind, function: texts.function, file: texts.file, line: 8 },
    ...{ instructions: 1000, arithmetic, bitwise: 0, comparison: 40, register_move: 560 - arithmetic },
    ...{ memory: 200, control_flow: 150, call: 50, object: 0, other: 0, flops: kind === 'executed' ? 288 : undefined },
    unsolved: kind === 'static' ? texts.said : undefined,
  }));

const subject = { ...run, parameters: '', variant: 'naive' };

const profile = (texts: Texts): CsvRow[] => [
  {
    ...{ ...subject, function: texts.function, kind: 'own', file: texts.file, line: 8, column: 30, calls: 1 },
    ...{ self_ns: 5e6, self_standard_error_ns: 2e5, total_ns: 5e6, total_standard_error_ns: 2e5, turbofan_share: 0.98 },
  },
];

const places = (texts: Texts): CsvRow[] => [
  { ...subject, place: 'turbofan', time_ns: 5e6, share: 0.9, share_standard_error: 0.02, measured_by: 'ticks' },
  { ...subject, place: 'native', name: texts.function, time_ns: 3e5, share: 0.069, measured_by: 'clock' },
  { ...subject, place: 'unnamed', time_ns: 2e5, share: 0.031, measured_by: 'ticks' },
];

const opportunities = (texts: Texts): string => {
  const row: CsvRow = {
    ...{ schema_version: 1, workload: 'matmul', size: 128, file: texts.file, function: texts.function, line: 10 },
    ...{ time_share: 0.98, verdict: 'parallel', reason: texts.said, offloaded: 'yes', pattern: texts.said },
    ...{ forecast_cpu_simd_low: 8.9, forecast_cpu_simd: 15.6, forecast_cpu_simd_high: 27.4, measured_cpu_simd: 27 },
    ...{ pattern_share: 0.5, pattern_covered_by: texts.said },
  };
  return csvText(
    Object.entries(row).map(([name, value]) => ({
      name,
      kind: typeof value === 'number' ? 'number' : 'text',
      meaning: '',
    })),
    [row],
  );
};

function folder(parent: string, name: string, manifest: object): string {
  const path = join(parent, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(
    join(path, 'manifest.json'),
    JSON.stringify({ schema: 1, runId: name, state: 'complete', ...manifest }),
  );
  return path;
}

/** Run folders of trace, analyze-bytecode and analyze as those verbs write them, with `texts` wherever a program's words go. */
export async function writeParts(parts: string, texts: Texts): Promise<void> {
  const trace = folder(parts, '2026-trace', { verb: 'trace', target: 'matmul', variant: 'naive', size: 17, seed: 1 });
  writeFileSync(join(trace, 'loops.csv'), csvText(csvFiles['loops.csv'], loops(texts)));
  writeFileSync(
    join(trace, 'trace.json'),
    JSON.stringify({ work: 9826, span: 18, spanReassociated: 6, complete: true }),
  );
  await writeChart(
    join(trace, 'charts'),
    'loops-1-naive.ts',
    verdictSource(
      {
        file: texts.file,
        lines: ['function f() {', `  for (;;) ${texts.said}`, '}'],
        loops: [{ first: 2, last: 2, verdict: 'parallel', says: texts.said }],
      },
      { width: 'two-columns' },
    ),
  );
  await writeChart(
    join(trace, 'charts'),
    'parallelogram',
    parallelogram({ target: texts.function, work: 12, span: 2, levelsEach: 1, operations: [8, 4] }),
  );
  const counted = folder(parts, '2026-census', { verb: 'analyze-bytecode', problems: [texts.said] });
  writeFileSync(join(counted, 'census.csv'), csvText(csvFiles['census.csv'], census(texts)));
  const analysed = folder(parts, '2026-analyze', { verb: 'analyze', target: 'matmul', size: 17 });
  writeFileSync(join(analysed, 'profile.csv'), csvText(profileCsvFiles['profile.csv'], profile(texts)));
  writeFileSync(join(analysed, 'time-by-place.csv'), csvText(profileCsvFiles['time-by-place.csv'], places(texts)));
  writeFileSync(
    join(analysed, 'hot-lines.csv'),
    csvText(profileCsvFiles['hot-lines.csv'], [
      { ...subject, file: texts.file, line: 14, self_ns: 5e6, self_standard_error_ns: 1e5 },
    ]),
  );
  writeFileSync(join(parts, '..', 'opportunities.csv'), opportunities(texts));
}
