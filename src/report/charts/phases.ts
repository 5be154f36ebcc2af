import type { TopLevelSpec } from 'vega-lite';
import { duration, sizeLabel } from '../format.ts';
import { distinctSizes, measuredIn, type Phase, type Subject, type SummaryPoint } from '../rows.ts';
import { seriesKey, seriesOf } from '../series.ts';
import { config, fontSizes, ink } from '../theme.ts';
import { type BarRow, barColumns, barRows, barStep, nameAxis } from './bars.ts';
import { type ChartOptions, innerWidth, type Layer, titled } from './parts.ts';

/**
 * What a bar can be made of, from left to right, with greys far apart (the luminance falls from upload to compute, and
 * a gap of white parts neighbours).
 */
const parts = [
  { name: 'upload', colour: '#56b4e9' },
  { name: 'dispatch', colour: '#e8c26a' },
  { name: 'readback', colour: '#0072b2' },
  { name: 'compute', colour: '#7d7d7d' },
  { name: 'not separable', colour: '#dedede' },
] as const;

type PartName = (typeof parts)[number]['name'];

interface Segment {
  readonly label: string;
  readonly part: PartName;
  /** Shares of the sum of the parts, from 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** The parts of one variant's time in nanoseconds. */
function partsOf(points: readonly SummaryPoint[]): { part: PartName; ns: number }[] {
  const at = (phase: Phase) => measuredIn(points, phase)[0]?.time.mid;
  const known = (['upload', 'dispatch', 'readback', 'compute'] as const).flatMap(part => {
    const ns = at(part);
    return ns === undefined ? [] : [{ part, ns }];
  });
  const whole = at('end_to_end');
  return known.length > 0 || whole === undefined ? known : [{ part: 'not separable', ns: whole }];
}

function barOf(row: BarRow, points: readonly SummaryPoint[]) {
  const own = partsOf(points);
  const sum = own.reduce((total, { ns }) => total + ns, 0);
  const segments: Segment[] = [];
  let from = 0;
  for (const { part, ns } of own) {
    const to = from + ns / sum;
    segments.push({ label: row.label, part, from, to });
    from = to;
  }
  const dispatch = segments.find(({ part }) => part === 'dispatch');
  const kernelNs = measuredIn(points, 'kernel')[0]?.time.mid;
  // The timestamps say how long, not when: the mark stands in the middle of the dispatch.
  const centre = dispatch && (dispatch.from + dispatch.to) / 2;
  const half = kernelNs === undefined ? undefined : kernelNs / sum / 2;
  const kernel =
    centre === undefined || half === undefined
      ? []
      : [{ label: row.label, from: Math.max(0, centre - half), to: Math.min(1, centre + half), inner: 'kernel' }];
  const total = measuredIn(points, 'end_to_end')[0]?.time.mid ?? (own.length > 0 ? sum : undefined);
  return {
    segments,
    kernel,
    text: total === undefined ? (row.missing ?? 'no time') : duration(total),
    missing: own.length === 0,
  };
}

/** The largest size at which anything was measured. */
const largestSize = (points: readonly SummaryPoint[]) => distinctSizes(measuredIn(points, 'end_to_end')).at(-1);

/**
 * Where the time of one call goes, at one size: upload, dispatch and readback, or compute, stacked as shares, with the
 * whole in figures at the right (the variants' times lie decades apart: on one time axis most bars would vanish). The
 * kernel's own time is a dark line inside the dispatch.
 */
export function phases(
  subject: Subject,
  { size = largestSize(subject.points), ...options }: ChartOptions & { readonly size?: number | undefined } = {},
): TopLevelSpec {
  if (size === undefined) throw new Error(`${subject.label} has no measured time: there are no phases to show`);
  const atSize = subject.points.filter(point => point.size === size);
  const labels = seriesOf(atSize);
  const rows = barRows(subject.points, size);
  const bars = rows.map(row =>
    barOf(
      row,
      atSize.filter(point => labels.get(seriesKey(point))?.label === row.label),
    ),
  );
  const texts = rows.map((row, i) => ({ label: row.label, text: bars[i]!.text, missing: bars[i]!.missing }));
  const segments = bars
    .flatMap(bar => bar.segments)
    .map(segment => ({
      ...segment,
      software: rows.some(({ label, series }) => label === segment.label && series.software),
    }));
  const kernels = bars.flatMap(({ kernel }) => kernel);
  const used = parts.filter(({ name }) => segments.some(({ part }) => part === name));
  const columns = barColumns(
    rows.map(({ label }) => label),
    texts.map(({ text }) => text),
    innerWidth(options),
  );
  const y = nameAxis(rows);
  const x = {
    field: 'from',
    type: 'quantitative' as const,
    scale: { domain: [0, 1], nice: false },
    axis: {
      title: 'share of one call',
      values: [0, 0.5, 1],
      labelExpr: "datum.value === 0 ? '0' : datum.value * 100 + ' %'",
    },
  };
  const height = rows.length * barStep;
  // Placed by hand: a legend below the plot would start at the plot's left edge and not have the width.
  const legendAt = (row: number) => ({
    title: null,
    orient: 'none' as const,
    direction: 'horizontal' as const,
    legendX: -columns.names,
    legendY: height + 36 + row * 15,
  });
  const legendColumns = options.width === 'two-columns' ? parts.length : 3;
  const segmentLayer = (software: boolean): Layer => ({
    data: { values: segments.filter(segment => segment.software === software) },
    // Hollow and dashed where a CPU only pretended to be a GPU, as in every chart.
    mark: software
      ? { type: 'bar', fillOpacity: 0.35, strokeDash: [2, 1.5], strokeWidth: 0.8 }
      : { type: 'bar', stroke: '#ffffff', strokeWidth: 0.6 },
    encoding: {
      y,
      x,
      x2: { field: 'to' },
      ...(software ? { stroke: { value: ink.text } } : {}),
      fill: {
        field: 'part',
        type: 'nominal',
        scale: { domain: used.map(({ name }) => name), range: used.map(({ colour }) => colour) },
        legend: { ...legendAt(0), columns: legendColumns, symbolType: 'square' },
      },
    },
  });
  const layer: Layer[] = [
    segmentLayer(false),
    segmentLayer(true),
    ...(kernels.length === 0
      ? []
      : [
          {
            data: { values: kernels },
            mark: { type: 'rule' as const, strokeWidth: 2.5, strokeCap: 'butt' as const },
            encoding: {
              y,
              x,
              x2: { field: 'to' },
              stroke: {
                field: 'inner',
                type: 'nominal' as const,
                scale: { domain: ['kernel'], range: [ink.text] },
                legend: {
                  ...legendAt(Math.ceil(used.length / legendColumns)),
                  symbolType: 'stroke',
                  symbolStrokeWidth: 2.5,
                  labelExpr: "'kernel (device timestamps)'",
                },
              },
            },
          },
        ]),
    {
      data: { values: texts },
      mark: { type: 'text', align: 'left', dx: 4, dy: 1, fontSize: fontSizes.note },
      encoding: {
        y,
        x: { value: columns.bars },
        text: { field: 'text' },
        color: { condition: { test: 'datum.missing', value: ink.alarm }, value: ink.text },
      },
    },
  ];
  const software = segments.some(segment => segment.software);
  const subtitle = `medians; at the right the end-to-end time${software ? '; pale and dashed: software adapter, not a GPU' : ''}`;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config,
    title: titled(`${subject.label} at size ${sizeLabel(size)}: where the time goes`, subtitle, options),
    width: columns.bars,
    height,
    layer,
  };
}
