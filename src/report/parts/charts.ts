import type { CsvRow } from '../../results/schema.ts';
import { instructionMix } from '../charts/census.ts';
import { stack } from '../charts/stack.ts';
import { count, duration } from '../format.ts';
import type { Chart } from '../standard.ts';
import { categoryColumns, type LayerSum, layerNames } from './layers.ts';

/** What a chart of a part says of where its numbers are from. */
export interface ChartOf {
  readonly workload: string;
  /** What only a file name may hold. */
  readonly slug: string;
  readonly machine: string | undefined;
}

const sentence = (...parts: readonly (string | undefined)[]): string =>
  parts.filter(part => part !== undefined && part !== '').join(' ');

const names = (values: readonly string[]): string => [...new Set(values)].filter(value => value !== '').join(', ');

/** The instruction mix of the layers that were executed, a bar for each variant and layer. Nothing without a census. */
export function layerChart(sums: readonly LayerSum[], { workload, slug, machine }: ChartOf): Chart[] {
  const known = sums.filter(
    ({ kind, counts }) =>
      kind === 'executed' && Object.keys(categoryColumns).some(name => counts[name as keyof typeof counts] > 0),
  );
  if (known.length === 0) return [];
  const labels = known.map(
    ({ variant, layer }) => `${variant}: ${(layerNames[layer] ?? layer).replace(', as executed', '')}`,
  );
  // The same variant at two sizes or with two parameters would share a bar.
  const unique = labels.map((label, index) => (labels.indexOf(label) === index ? label : `${label} (${index + 1})`));
  const sizes = names(known.map(({ size }) => (size === undefined ? '' : count(size))));
  const title = `${workload}: instructions by category`;
  return [
    {
      name: `${slug}-layers`,
      section: 'layers',
      workload,
      title,
      caption: sentence(
        `${workload}, instructions that were executed, by category, of each variant and layer, as shares of the number at the right; size ${sizes}.`,
        'Counted, one run each, nothing timed.',
        machine && `Machine: ${machine}.`,
      ),
      spec: instructionMix(
        {
          title,
          subtitle: 'as executed, shares; at the right how many',
          rows: known.map(({ counts }, index) => ({ label: unique[index]!, counts })),
        },
        { width: 'two-columns' },
      ),
    },
  ];
}

/** Places from interpreted to compiled, then what is not JavaScript, then what is no work of the program. */
const placeColours: Readonly<Record<string, string>> = {
  interpreter: '#c9cdd6',
  sparkplug: '#8fb3e8',
  maglev: '#4f86d9',
  turbofan: '#0a4fbb',
  webassembly: '#40905a',
  native: '#e37623',
  engine: '#9a4b8c',
  'garbage-collection': '#7d2817',
  compilation: '#442945',
  waiting: '#e4e4e4',
  unnamed: '#000000',
};

/** Where the sampled time of each variant goes. Nothing without a profile. */
export function placeChart(rows: readonly CsvRow[], { workload, slug, machine }: ChartOf): Chart[] {
  const shown = rows.filter(row => typeof row.share === 'number' && row.share > 0 && placeOf(row) in placeColours);
  if (shown.length === 0) return [];
  const bars = [...Map.groupBy(shown, row => String(row.variant ?? workload))].map(([label, those]) => ({
    label,
    text: duration(those.reduce((sum, { time_ns }) => sum + Number(time_ns ?? 0), 0)),
    parts: [...Map.groupBy(those, placeOf)].map(([part, own]) => ({
      part,
      value: own.reduce((sum, { share }) => sum + Number(share), 0),
    })),
  }));
  const title = `${workload}: time by place`;
  const sizes = names(shown.map(({ size }) => (size === undefined ? '' : count(Number(size)))));
  return [
    {
      name: `${slug}-places`,
      section: 'profile',
      workload,
      title,
      caption: sentence(
        `${workload}, size ${sizes}: where the time of one process went, as shares; at the right one repetition.`,
        'Sampled, with a sampler that disturbs: never part of a speed-up.',
        machine && `Machine: ${machine}.`,
      ),
      spec: stack(
        {
          title,
          subtitle: 'sampled shares of one process',
          axis: 'share of the time',
          parts: Object.entries(placeColours)
            .filter(([part]) => shown.some(row => placeOf(row) === part))
            .map(([part, colour]) => ({ part, colour })),
          rows: bars,
        },
        {},
      ),
    },
  ];
}

const placeOf = (row: CsvRow): string => String(row.place ?? '');
