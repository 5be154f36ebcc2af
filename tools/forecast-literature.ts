/**
 * The five workloads on the catalogue's H100 beside what others published, as a table in Markdown (docs/forecast.md):
 * `node bin/pgram.mjs exec tools/forecast-literature.ts [matmul …]`. Kernels only, for that is what the figures are of.
 */
import { gpuOverFloor } from '../src/forecast/datasheet.ts';
import { type PublishedFigure, publishedFigures } from '../src/forecast/literature.ts';
import { floorOf } from '../src/forecast/model.ts';
import { shapeOf } from '../src/forecast/shape.ts';
import { catalogueDevice } from '../src/hardware/catalogue.ts';
import { resolveTarget } from '../src/target/index.ts';
import { loadWorkload } from '../src/workload/load.ts';
import { defaultParameters } from '../src/workload/parameters.ts';

const device = catalogueDevice('h100');
const boundText = { compute: 'arithmetic', memory: 'loads and stores', latency: 'chains of dependent operations' };

async function row({ workload: name, size, unit, perItem, figure, peakRatio, because }: PublishedFigure) {
  const workload = await loadWorkload(name);
  const work = workload.work(size, defaultParameters(workload));
  // So long a plain run that operations are counted at small sizes and continued by the laws of their growth.
  const shape = await shapeOf({ target: resolveTarget(name), size, seed: 1 }, { plainSeconds: 60, work });
  const what = `${name}, ${size.toLocaleString('en')}`;
  const source = figure
    ? `${figure.low === figure.high ? figure.low : `${figure.low}–${figure.high}`} ${unit}: ${figure.source}`
    : 'none that is alike';
  const floor = floorOf(shape, device);
  const isDivided = shape.regions.length > 0 && shape.serialShare < 0.5;
  if (!isDivided)
    return [what, `none: ${Math.round(shape.serialShare * 100)} % stays on one core`, '', source, '', because];
  const items = name === 'cnn' ? size : work.items;
  const most = (items * perItem) / floor.kernel;
  const said = most / gpuOverFloor;
  const published = figure && Math.sqrt(figure.low * figure.high) * peakRatio;
  const ratio = published ? said / published : undefined;
  const isFar = ratio !== undefined && (ratio > 2 || ratio < 0.5);
  const scaled = peakRatio === 1 || !published ? '' : `; ${published.toPrecision(2)} at an H100’s FP32 peak`;
  return [
    what,
    `${most.toPrecision(2)} ${unit}: ${boundText[floor.kernelBound]}, ${(floor.kernel * 1e6).toPrecision(3)} µs`,
    `${said.toPrecision(2)} (${(said / 2.5).toPrecision(2)}–${(said * 2.5).toPrecision(2)})`,
    source + scaled,
    ratio?.toPrecision(2) ?? '',
    isFar ? because : '',
  ];
}

const rows = [
  ['program', 'at most, by the datasheet', 'forecast: half of it', 'published', 'ratio', 'over 2× because'],
  ['---', '---', '---', '---', '---', '---'],
];
const wanted = process.argv.slice(2);
for (const figure of publishedFigures)
  if (wanted.length === 0 || wanted.includes(figure.workload)) rows.push(await row(figure));
process.stdout.write(rows.map(cells => `| ${cells.join(' | ')} |\n`).join(''));
