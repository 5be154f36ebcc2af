import { join } from 'node:path';
import { type Answer, answerOf } from '../../src/report/answers.ts';
import { forecastsOf, type SaidBefore } from '../../src/report/parts/forecasts.ts';
import { type LayerSum, layerSums } from '../../src/report/parts/layers.ts';
import { readParts } from '../../src/report/parts/read.ts';
import { rowsAbout } from '../../src/report/parts/subject.ts';
import type { TracedTotals } from '../../src/report/parts/types.ts';
import { measuredIn, type Subject, subjectsOf } from '../../src/report/rows.ts';
import { sentences } from '../../src/report/sentence.ts';
import { readCsv } from '../../src/results/csv.ts';
import { type Manifest, readManifest } from '../../src/results/manifest.ts';
import { type CsvRow, summaryColumns } from '../../src/results/schema.ts';
import { loadWorkload } from '../../src/workload/load.ts';

/** What the tables of a published run say of one workload. */
export interface Facts {
  readonly workload: string;
  /** What it computes, in the words of its definition. */
  readonly summary: string;
  readonly subject: Subject;
  /** What its operations are by the work model: flop, or intop for keys and bytes. */
  readonly unit: string;
  readonly sentence: string;
  readonly answer: Answer | undefined;
  /** Sums over functions of census.csv. */
  readonly layers: readonly LayerSum[];
  /** Loops of loops.csv with iterations, and the size that was traced. */
  readonly loops: readonly CsvRow[];
  readonly traced: { readonly totals: TracedTotals; readonly size: number } | undefined;
  /** Rows of time-by-place.csv of `naive`. */
  readonly places: readonly CsvRow[];
  /** Rows of opportunities.csv, the hottest first. */
  readonly hot: readonly CsvRow[];
  readonly forecasts: readonly SaidBefore[];
}

export interface RunFacts {
  /** From results/, as a link has it. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly workloads: readonly Facts[];
  /** Cells that gave a time, end to end in the steady state, and those of them whose spread is above a tenth. */
  readonly cells: { readonly measured: number; readonly noisy: number };
}

/** Reads a published run; nothing else enters what is said of it. */
export async function readFacts(path: string, folder: string): Promise<RunFacts> {
  const manifest = readManifest(path);
  const summary = readCsv(join(path, 'summary.csv'), summaryColumns).rows;
  const { parts, problems } = readParts(path);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const said = sentences(summary);
  const workloads: Facts[] = [];
  for (const subject of subjectsOf(summary)) {
    const { workload, parameters } = subject;
    const names = new Set([workload]);
    const trace = parts.find(part => part.totals !== undefined && rowsAbout(part, 'loops.csv', names).length > 0);
    const size = trace?.size;
    workloads.push({
      workload,
      summary: (await loadWorkload(workload)).summary,
      subject,
      unit: String(
        summary.find(row => row.workload === workload && row.operation_unit !== undefined)?.operation_unit ?? '',
      ),
      sentence: said.find(each => each.workload === workload && each.parameters === parameters)?.text ?? '',
      answer: answerOf(subject),
      layers: layerSums(parts.flatMap(part => rowsAbout(part, 'census.csv', names))),
      loops: trace
        ? rowsAbout(trace, 'loops.csv', names).filter(row => row.kind === 'loop' && Number(row.iterations) > 0)
        : [],
      traced: trace?.totals && size !== undefined ? { totals: trace.totals, size } : undefined,
      places: parts
        .flatMap(part => rowsAbout(part, 'time-by-place.csv', names))
        .filter(({ variant }) => variant === 'naive'),
      hot: parts.flatMap(part => rowsAbout(part, 'opportunities.csv', names)).filter(row => row.function !== undefined),
      forecasts: forecastsOf(parts, workload, parameters),
    });
  }
  const points = workloads.flatMap(({ subject }) => measuredIn(subject.points, 'end_to_end'));
  return {
    folder,
    manifest,
    workloads,
    cells: { measured: points.length, noisy: points.filter(({ doubts }) => doubts.includes('noisy')).length },
  };
}
