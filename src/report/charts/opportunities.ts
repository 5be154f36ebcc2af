import type { TopLevelSpec } from 'vega-lite';
import type { CsvRow } from '../../results/schema.ts';
import { widestText } from '../text.ts';
import { config, fontSizes, ink, padding } from '../theme.ts';
import { innerWidth, titled } from './parts.ts';
import { verdictColours } from './verdict-source.ts';

/** A device of `opportunities.csv` and how it looks. */
const devices = [
  { column: 'cpu', label: 'one core, tuned', colour: '#000000' },
  { column: 'cpu_simd', label: 'SIMD', colour: '#0a4fbb' },
  { column: 'cpu_threads', label: 'threads', colour: '#9c4a00' },
  { column: 'cpu_simd_threads', label: 'SIMD + threads', colour: '#2f7d32' },
  { column: 'webgpu', label: 'WebGPU adapter', colour: '#9b2d86' },
] as const;

const step = 25;
const gap = 16;
const options = { width: 'two-columns' as const };

/** Hot loops: their share of the time beside what each device is forecast to give and what was measured. */
export function opportunitiesChart(rows: readonly CsvRow[]): TopLevelSpec {
  const sizes = Map.groupBy(rows, ({ workload, parameters }) => `${workload} ${parameters ?? ''}`);
  const parameterSets = Map.groupBy([...sizes.keys()], key => key.split(' ', 1)[0]!);
  /** Rows have names of their own: the size or the parameters stand in them where there are several. */
  const nameOf = (row: CsvRow): string => {
    const key = `${row.workload} ${row.parameters ?? ''}`;
    const several = new Set(sizes.get(key)?.map(({ size }) => size)).size > 1;
    const sets = (parameterSets.get(String(row.workload)) ?? []).length > 1;
    const which = [...(several ? [String(row.size)] : []), ...(sets ? [String(row.parameters)] : [])].join(' ');
    return `${row.workload}${which === '' ? '' : ` ${which}`}  ${row.function}:${row.line}`;
  };
  const given = rows.map(nameOf);
  const loops = rows.map((row, index) => ({
    ...row,
    // Two loops of one line.
    name: given.indexOf(given[index]!) < index ? `${given[index]} #${index}` : given[index]!,
    order: index,
    verdict: String(row.verdict || 'unknown'),
    share: Number(row.time_share ?? row.work_share ?? 0),
  }));
  const order = loops.map(({ name }) => name);
  const names = Math.ceil(widestText(order, fontSizes.label)) + 8;
  const width = innerWidth(options) - names - gap - 4;
  const left = Math.round(width * 0.34);
  const height = loops.length * step;
  /** Rows from the top, devices side by side within each. */
  const place = {
    field: 'place',
    type: 'quantitative' as const,
    title: null,
    axis: null,
    scale: { domain: [0, loops.length], reverse: true, nice: false },
  };
  const verdicts = Object.keys(verdictColours).filter(verdict => loops.some(loop => loop.verdict === verdict));
  const marks = loops.flatMap(loop =>
    devices.flatMap(({ column, label }, device) => {
      const of = (name: string) => (loop as CsvRow)[name];
      const [low, mid, high] = [of(`forecast_${column}_low`), of(`forecast_${column}`), of(`forecast_${column}_high`)];
      const measured = of(`measured_${column}`);
      if (typeof mid !== 'number') return [];
      return [
        {
          name: loop.name,
          device: label,
          low: Number(low ?? mid),
          mid,
          high: Number(high ?? mid),
          place: loop.order + (device + 1.5) / (devices.length + 2),
          ...(typeof measured === 'number' ? { measured } : {}),
        },
      ];
    }),
  );
  const used = devices.filter(({ label }) => marks.some(({ device }) => device === label));
  const colour = {
    field: 'device',
    type: 'nominal' as const,
    scale: { domain: used.map(({ label }) => label), range: used.map(({ colour }) => colour) },
    legend: { title: null, orient: 'bottom' as const, columns: 5, symbolType: 'stroke' as const },
  };
  const speedup = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { type: 'log' as const, nice: false },
    title: 'speed-up of the program over naive: forecast with interval (bar), measured (dot)',
    axis: { format: '~g', tickCount: 6, grid: true },
  });
  const right = {
    width: width - left,
    height,
    data: { values: marks },
    layer: [
      {
        mark: { type: 'rule' as const, strokeWidth: 2.2, opacity: 0.45 },
        encoding: {
          y: place,
          x: speedup('low'),
          x2: { field: 'high' },
          color: colour,
        },
      },
      {
        mark: { type: 'tick' as const, thickness: 1.6, height: 5, orient: 'vertical' as const },
        encoding: { y: place, x: speedup('mid'), color: colour },
      },
      {
        transform: [{ filter: 'isValid(datum.measured)' }],
        mark: { type: 'point' as const, filled: true, size: 16, opacity: 1 },
        encoding: { y: place, x: speedup('measured'), color: colour },
      },
      {
        data: { values: [{ one: 1 }] },
        mark: { type: 'rule' as const, stroke: ink.rule, strokeDash: [3, 2] },
        encoding: { x: speedup('one') },
      },
    ],
  };
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    padding,
    title: titled(
      'Opportunities: the hot loops of each program',
      'left: share of the time of naive, coloured by the verdict of the trace; right: loops that a device would be given',
      options,
    ),
    spacing: gap,
    hconcat: [
      {
        width: left,
        height,
        data: { values: loops },
        mark: { type: 'bar', height: { band: 0.62 } },
        encoding: {
          y: {
            field: 'name',
            type: 'nominal',
            sort: order,
            title: null,
            axis: { domain: false, ticks: false },
            scale: { paddingInner: 0, paddingOuter: 0 },
          },
          x: {
            field: 'share',
            type: 'quantitative',
            stack: null,
            title: 'share of the time',
            scale: { domain: [0, 1] },
            axis: { format: '.0%', tickCount: 3 },
          },
          color: {
            field: 'verdict',
            type: 'nominal',
            scale: { domain: verdicts, range: verdicts.map(verdict => verdictColours[verdict]!) },
            legend: { title: null, orient: 'bottom', columns: 2 },
          },
        },
      },
      ...(marks.length > 0 ? [right] : []),
    ],
    resolve: { scale: { color: 'independent' }, legend: { color: 'independent' } },
  } as TopLevelSpec;
}
