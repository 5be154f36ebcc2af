import { count, percent, significant } from '../../format.ts';
import { type LayerSum, layerNames } from '../../parts/layers.ts';
import { type DataColumn, dataTable, numberColumn, textColumn } from '../data-table.ts';
import { type Figure, figures, partHeading } from '../figure.ts';
import { type Html, html } from '../template.ts';

const shareOf = (part: (sum: LayerSum) => number) => (sum: LayerSum) => {
  const known = Object.values(sum.counts).reduce((total, value) => total + value, 0);
  return known === 0 ? undefined : part(sum) / known;
};

const share = (heading: string, part: (sum: LayerSum) => number): DataColumn<LayerSum> =>
  numberColumn(heading, shareOf(part), percent);

const exactly = (value: number): string => (value < 1e12 ? count(value) : significant(value));

const unknown: DataColumn<LayerSum> = textColumn('not known', ({ unsolved, functions }) =>
  unsolved === 0 ? '' : `${count(unsolved)} of ${count(functions)} functions`,
);

const columns: readonly DataColumn<LayerSum>[] = [
  textColumn('variant', ({ variant }) => variant || '–'),
  textColumn(
    'layer',
    ({ layer, kind }) =>
      html`${layerNames[layer] ?? layer}${layer === 'webassembly' && kind === 'static' ? ', as compiled' : ''}`,
  ),
  numberColumn('size', ({ size }) => size, count),
  numberColumn(
    'instructions',
    ({ instructions }) => instructions,
    (value, { unsolved, kind }) => `${unsolved > 0 && kind === 'executed' ? '≥ ' : ''}${exactly(value)}`,
  ),
  share('arithmetic', ({ counts }) => counts.arithmetic),
  share('bitwise', ({ counts }) => counts.bitwise),
  share('comparison', ({ counts }) => counts.comparison),
  share('load/store', ({ counts }) => counts['register-move'] + counts.memory),
  share('control flow', ({ counts }) => counts['control-flow']),
  share('call', ({ counts }) => counts.call),
  share('object', ({ counts }) => counts.object),
  numberColumn('flops on data', ({ flops }) => flops, exactly),
];

/** The instruction mix of each layer of each variant that was counted. Empty without a census. */
export function layersSection(workload: string, sums: readonly LayerSum[], charts: readonly Figure[]): Html {
  if (sums.length === 0) return html``;
  const caption = 'Instructions by layer; load/store: moves between registers and loads and stores together';
  return html`${partHeading(workload, 'layers', 'Layers: what is executed, and where')}
<p>“As executed” counts each instruction as often as it ran; “as compiled” counts it once. Nothing here was timed.</p>
${figures(charts)}${dataTable(caption, sums.some(({ unsolved }) => unsolved > 0) ? [...columns, unknown] : columns, sums)}
`;
}
