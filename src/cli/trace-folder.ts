import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parallelismOverSize } from '../report/charts/parallelism-over-size.ts';
import { parallelogram } from '../report/charts/parallelogram.ts';
import { type SourceLoop, verdictSource } from '../report/charts/verdict-source.ts';
import { percent, significant } from '../report/format.ts';
import { writeChart } from '../report/render.ts';
import { describeEnvironment } from '../results/provenance.ts';
import { newRunId } from '../results/run-folder.ts';
import { createTraceFolder, type TraceFolder } from '../results/trace-folder.ts';
import { type ProgramSpec, parseFile, type Target, targetLabel } from '../target/index.ts';
import { loopExtents } from '../trace/extents.ts';
import { type Levels, widen } from '../trace/levels.ts';
import { shareOf } from '../trace/ranking.ts';
import { extrapolate, type Sweep, sizesBeyond } from '../trace/sweep.ts';
import type { LoopResult, TraceResult } from '../trace/types.ts';
import { wholeOrNothing } from './interrupt.ts';
import { growthRows, levelRows, loopRows } from './trace-rows.ts';

/** What was found out, to be kept. */
export interface Traced {
  readonly result: TraceResult;
  readonly sweep?: Sweep | undefined;
  readonly levels: Levels;
  /** Sizes to say the growth at. */
  readonly extrapolate: readonly number[];
}

export interface Asked {
  readonly out: string;
  readonly seed: number;
  readonly target: Target;
  readonly spec: Omit<ProgramSpec, 'target'>;
  readonly startedAt: Date;
}

/**
 * Writes the run folder of a trace: `manifest.json`, `trace.json`, `loops.csv`, `levels.csv`, with a sweep `growth.csv`,
 * and the charts of each.
 *
 * @returns its path
 */
export async function saveTrace(traced: Traced, asked: Asked): Promise<string> {
  const label = shortLabel(asked.target);
  const folder = createTraceFolder(asked.out, newRunId(`trace-${label.replaceAll(/[^\w.-]+/g, '-')}`, asked.startedAt));
  await wholeOrNothing(folder.path, () => write(folder, traced, asked));
  return folder.path;
}

async function write(folder: TraceFolder, traced: Traced, asked: Asked): Promise<void> {
  const { result, sweep, levels } = traced;
  const sizes = sweep ? sizesBeyond(sweep, traced.extrapolate) : [];
  const perSize = sweep ? sweep.results.filter(({ complete }) => complete) : [result];
  folder.writeText('trace.json', `${JSON.stringify(result, null, 2)}\n`);
  folder.writeTable(
    'loops.csv',
    perSize.flatMap(each => loopRows({ runId: folder.runId, result: each })),
  );
  folder.writeTable('levels.csv', levelRows({ runId: folder.runId, result }, levels));
  if (sweep) folder.writeTable('growth.csv', growthRows({ runId: folder.runId, result }, sweep, sizes));
  folder.writeText('manifest.json', `${JSON.stringify(manifestOf(asked, traced, folder.runId), null, 2)}\n`);
  await writeCharts(folder, traced, { label: shortLabel(asked.target), sizes });
}

const manifestOf = ({ target, spec, seed, startedAt }: Asked, { result, sweep }: Traced, runId: string) => ({
  schema: 1,
  runId,
  verb: 'trace',
  arguments: process.argv.slice(2),
  seed,
  target: targetLabel(target),
  targetSha256: target.kind === 'workload' ? null : sha256(target.file),
  size: result.size,
  sizes: sweep?.results.map(({ size }) => size) ?? null,
  parameters: spec.parameters ?? null,
  variant: target.kind === 'workload' ? (spec.variant ?? 'naive') : null,
  include: spec.include ?? [],
  cost: result.cost,
  inputs: result.inputs,
  environment: describeEnvironment(null),
  startedAt: startedAt.toISOString(),
  finishedAt: new Date().toISOString(),
  state: result.complete ? 'complete' : 'stopped',
});

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

function shortLabel(target: Target): string {
  if (target.kind === 'workload') return target.name;
  return target.kind === 'function' ? `${basename(target.file)}#${target.export}` : basename(target.file);
}

async function writeCharts(
  folder: TraceFolder,
  { result, sweep, levels }: Traced,
  { label, sizes }: { label: string; sizes: readonly number[] },
): Promise<void> {
  const charts = join(folder.path, 'charts');
  const atSize = result.size === null ? label : `${label} at size ${result.size}`;
  // Of a run that was stopped the two passes may have ended at different places.
  if (result.complete && result.span > 0)
    await writeChart(
      charts,
      'parallelogram',
      parallelogram({ target: atSize, work: result.work, ...widen(levels, mostSteps) }),
    );
  for (const { file, loops, name } of filesOf(result))
    await writeChart(
      charts,
      name,
      verdictSource(
        { file: relative(dirname(dirname(file)), file), lines: readFileSync(file, 'utf8').split(/\r?\n/), loops },
        { width: 'two-columns' },
      ),
    );
  if (sweep?.results.every(({ span }) => span > 0))
    await writeChart(charts, 'parallelism-over-size', parallelismOverSize(growthChart(sweep, { label, sizes })));
}

/** Steps of the parallelogram that a figure can show apart. */
const mostSteps = 300;
/** Files whose source is drawn: those with the most work. */
const mostFiles = 6;

function filesOf(result: TraceResult): { file: string; name: string; loops: SourceLoop[] }[] {
  const entered = result.loops.filter(({ iterations }) => iterations > 0);
  const work = (loops: readonly LoopResult[]) => Math.max(...loops.map(loop => loop.work));
  const chosen = [...Map.groupBy(entered, ({ file }) => file)]
    .sort(([, a], [, b]) => work(b) - work(a))
    .slice(0, mostFiles);
  return chosen.map(([file, loops], k) => ({
    file,
    name: `loops-${k + 1}-${basename(file).replaceAll(/[^\w.-]+/g, '-')}`,
    loops: sourceLoops(file, loops, result),
  }));
}

function sourceLoops(file: string, loops: readonly LoopResult[], result: TraceResult): SourceLoop[] {
  const ends = loopExtents(parseFile(file));
  return loops.map(loop => ({
    first: loop.line,
    last: ends.get(`${loop.line}:${loop.column}`) ?? loop.line,
    verdict: loop.verdict ?? 'unknown',
    says: [
      ...(loop.selfParallelism === null ? [] : [`SP ${significant(loop.selfParallelism)}`]),
      `${percent(shareOf(loop, result))} of the work`,
    ].join(', '),
  }));
}

function growthChart(sweep: Sweep, { label, sizes }: { label: string; sizes: readonly number[] }) {
  const whole = sweep.results.filter(({ complete }) => complete);
  const beyond = sizes.map(size => extrapolate(sweep, size));
  const ends = [...whole.map(({ size }) => size!), ...sizes];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const between = Array.from({ length: 61 }, (_, k) => low * (high / low) ** (k / 60));
  return {
    target: label,
    laws: { work: sweep.work.law, span: sweep.span.law },
    traced: whole.map(({ size, work, span, spanReassociated }) => ({
      size: size!,
      inOrder: work / span,
      reassociated: spanReassociated > 0 ? work / spanReassociated : null,
    })),
    extrapolated: beyond.flatMap(({ size, parallelism }) => (parallelism ? [{ size, parallelism }] : [])),
    curve: between.flatMap(size => {
      const { parallelism } = extrapolate(sweep, size);
      return parallelism ? [{ size, parallelism: parallelism.mid }] : [];
    }),
  };
}
