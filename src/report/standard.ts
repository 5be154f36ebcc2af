import type { TopLevelSpec } from 'vega-lite';
import type { Ceilings } from '../hardware/ceilings.ts';
import type { CsvRow } from '../results/schema.ts';
import { maximum, minimum } from '../workload/extreme.ts';
import { errorOverSize, errorPoints } from './charts/error-over-size.ts';
import type { ChartOptions } from './charts/parts.ts';
import { phases } from './charts/phases.ts';
import { roofline } from './charts/roofline.ts';
import { sampleStrip } from './charts/sample-strip.ts';
import { comparableSize, speedupBars } from './charts/speedup-bars.ts';
import { roofedPoints, throughput } from './charts/throughput.ts';
import { timeOverSize } from './charts/time-over-size.ts';
import { crossovers } from './crossover.ts';
import { count, sizeLabel } from './format.ts';
import { rooflines } from './roofline.ts';
import { distinctSizes, measuredIn, type Subject, subjectsOf, unmeasured } from './rows.ts';
import type { FigureWidth } from './theme.ts';

/** A chart as the report and the run folder need it. */
export interface Chart {
  /** File name without extension; unique in a run. */
  readonly name: string;
  /** Empty for a chart about all workloads. */
  readonly workload: string;
  readonly title: string;
  /** What a paper prints below the figure: n, interval, machine, what is missing and why. */
  readonly caption: string;
  readonly spec: TopLevelSpec;
  /** Where on the page of its workload it stands; `times` unless told. */
  readonly section?: 'times' | 'layers' | 'profile' | 'samples';
}

export interface StandardChartOptions {
  readonly width?: FigureWidth;
  /** One line for captions: processor, cores, operating system, Node. */
  readonly machine?: string;
  /** What the size means, by workload. */
  readonly sizeMeaning?: Readonly<Record<string, string>>;
  /** What the devices were measured to do at most; with them floating-point work is drawn under its roofs. */
  readonly ceilings?: Ceilings | null;
  /** Rows of samples.csv; with them every sample is drawn too. */
  readonly samples?: readonly CsvRow[];
}

/** `crypto (algorithm=sha-256)` → `crypto-sha-256`: only what a file name may hold. */
const slug = ({ workload, parameters }: Subject): string =>
  [workload, ...parameters.split(';').map(pair => pair.replace(/^[^=]*=/, ''))]
    .filter(part => part !== '')
    .join('-')
    .replace(/[^\w.-]+/g, '-');

/** "10 processes", or "3 to 10 processes" where cells differ. */
function processCount(subject: Subject): string {
  const numbers = measuredIn(subject.points, 'end_to_end').map(({ processes }) => processes);
  const [low, high] = [minimum(numbers), maximum(numbers)];
  const range = low === high ? count(low) : `${count(low)} to ${count(high)}`;
  return `n = ${range} ${high === 1 ? 'process' : 'processes'} a cell`;
}

/** "Without a time: webgpu-f16 (skipped), gpujs at 512 (timeout)." */
function missingSentence(subject: Subject, size?: number): string {
  const all = unmeasured(subject.points);
  const missing = size === undefined ? all : all.filter(point => point.size === size);
  if (missing.length === 0) return '';
  const sizes = distinctSizes(subject.points).length;
  const items = [...Map.groupBy(missing, ({ variant, status }) => `${variant}\n${status}`).values()].map(points => {
    const { variant, status } = points[0]!;
    const where =
      size !== undefined || points.length === sizes ? '' : ` at ${points.map(p => sizeLabel(p.size)).join(', ')}`;
    return `${variant}${where} (${status})`;
  });
  return `Without a time: ${items.join(', ')}.`;
}

function softwareSentence(subject: Subject, look = 'Hollow'): string {
  const software = subject.points.filter(({ ranOn }) => ranOn === 'software-adapter');
  if (software.length === 0) return '';
  const devices = [...new Set(software.map(({ device }) => device))].join(', ');
  return `${look} and dashed: ${devices}, a software adapter, which is a CPU and says nothing about a GPU.`;
}

const joined = (...sentences: readonly string[]) => sentences.filter(sentence => sentence !== '').join(' ');

function chartsOf(subject: Subject, { machine, width, sizeMeaning, samples = [] }: StandardChartOptions): Chart[] {
  const measured = measuredIn(subject.points, 'end_to_end');
  if (measured.length === 0) return [];
  const meaning = sizeMeaning?.[subject.workload];
  const options: ChartOptions = { ...(width && { width }), ...(meaning && { sizeMeaning: meaning }) };
  const { label, workload } = subject;
  const where = machine === undefined ? '' : `Machine: ${machine}.`;
  const n = processCount(subject);
  const software = softwareSentence(subject);
  const charts: Chart[] = [];
  const add = (kind: string, title: string, caption: string, spec: TopLevelSpec) =>
    charts.push({
      name: `${slug(subject)}-${kind}`,
      ...{ workload, title, caption, spec },
      ...(kind === 'samples' ? { section: 'samples' } : {}),
    });

  if (distinctSizes(measured).length > 1) {
    const crossed = crossovers(subject.points, { baseline: 'best-cpu' }).length > 0;
    const band = `Lines: median end-to-end time of one call in the steady state; bands: 95 % interval of the median (hierarchical bootstrap, ${n}).`;
    const grey = crossed ? 'Grey: the measured sizes between which the crossover lies.' : '';
    add(
      'time-over-size',
      `${label}: end-to-end time against size`,
      joined(`${label}, time against size.`, band, grey, software, missingSentence(subject), where),
      timeOverSize(subject, options),
    );
  }
  const size = comparableSize(subject.points);
  if (size !== undefined) {
    const what = `${label} at size ${count(size)}, speed-up end to end (transfers included, compilation not), over naive and over the fastest CPU variant on any number of cores.`;
    const whiskers = `Whiskers: 95 % interval of the ratio (hierarchical bootstrap, ${n}).`;
    add(
      'speedup',
      `${label}: speed-up at size ${count(size)}`,
      joined(what, whiskers, software, missingSentence(subject, size), where),
      speedupBars(subject, { ...options, size }),
    );
  }
  const largest = distinctSizes(measured).at(-1)!;
  const stack = `${label} at size ${count(largest)}, phases of one call as shares of the sum of their medians (${n}), beside the median end-to-end time. Dark line: the kernel between the device's own timestamps, placed in the middle of the dispatch. Not separable: the library does all phases in one call.`;
  add(
    'phases',
    `${label}: phases at size ${count(largest)}`,
    joined(stack, softwareSentence(subject, 'Pale'), missingSentence(subject, largest), where),
    phases(subject, { ...options, size: largest }),
  );
  if (samples.length > 0)
    add(
      'samples',
      `${label}: every sample at size ${count(largest)}`,
      joined(
        `${label} at size ${count(largest)}, every steady sample end to end as in samples.csv (${n}), none dropped.`,
        where,
      ),
      sampleStrip(subject, samples, { ...options, size: largest }),
    );
  const errors = errorPoints(subject.points);
  if (errors.some(({ maxAbsError }) => maxAbsError > 0)) {
    const what = `${label}, largest absolute error against a more precise reference, and the tolerance at the worst element.`;
    add(
      'error-over-size',
      `${label}: error against size`,
      joined(what, software, missingSentence(subject), where),
      errorOverSize(subject, options),
    );
  }
  return charts;
}

/**
 * The charts that every run gets, for each workload and set of parameters: time over size (from two sizes on),
 * speed-up, phases, every sample, and error over size (unless every output was exact), with captions.
 */
export const standardCharts = (summary: readonly CsvRow[], options: StandardChartOptions = {}): Chart[] =>
  subjectsOf(summary).flatMap(subject => [
    ...chartsOf(subject, options),
    ...throughputOf(subject, options),
    ...rooflinesOf(subject, summary, options),
  ]);

/** Throughput at the largest size, under what the device allows each variant; only where its probe was of this run. */
function throughputOf(subject: Subject, { machine, width, ceilings }: StandardChartOptions): Chart[] {
  const size = distinctSizes(measuredIn(subject.points, 'end_to_end')).at(-1);
  const points = size === undefined ? [] : roofedPoints(subject, size);
  if (!ceilings || size === undefined || points.length === 0) return [];
  const what = `${subject.label} at size ${count(size)}: throughput of each variant (kernel, else dispatch, else call) and, as a dark mark, its roof: what it cannot do without (operations, look-ups, moves, bytes) over the rate of that which the probe of this run measured on its device. Right: the share of the roof.`;
  return [
    {
      name: `${slug(subject)}-throughput`,
      workload: subject.workload,
      title: `${subject.label}: throughput under its roofs at size ${count(size)}`,
      caption: joined(
        what,
        softwareSentence(subject),
        missingSentence(subject, size),
        machine === undefined ? '' : `Machine: ${machine}.`,
      ),
      spec: throughput(subject.label, points, { size, ...(width && { width }) }),
    },
  ];
}

/** One roofline a device that measured floating-point work of this subject. */
function rooflinesOf(subject: Subject, summary: readonly CsvRow[], options: StandardChartOptions): Chart[] {
  const { machine, width, ceilings } = options;
  if (!ceilings) return [];
  const rows = summary.filter(
    row => row.workload === subject.workload && String(row.parameters ?? '') === subject.parameters,
  );
  return rooflines(rows, ceilings).map(each => {
    const { place, software } = each.roofs;
    const what = `${subject.label}, operations a second (kernel, else dispatch, else call) against operations a byte of compulsory traffic, under the ceilings of ${place}${software ? ', a software adapter,' : ''} measured by the probe of this run.`;
    return {
      name: `${slug(subject)}-roofline-${place.replace(/[^\w.-]+/g, '-')}`,
      workload: subject.workload,
      title: `${subject.label}: roofline, ${place}`,
      caption: joined(what, machine === undefined ? '' : `Machine: ${machine}.`),
      spec: roofline(subject.label, each, width ? { width } : {}),
    };
  });
}
