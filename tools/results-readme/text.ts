import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { machineLine } from '../../src/experiment/run.ts';
import { speedupText } from '../../src/report/answers.ts';
import { count, percent, significant, sizeLabel } from '../../src/report/format.ts';
import { forecastBeside } from '../../src/report/parts/forecasts.ts';
import { layerNames } from '../../src/report/parts/layers.ts';
import { packageRoot } from '../../src/results/provenance.ts';
import type { Facts, RunFacts } from './facts.ts';
import { listed, type Prose, prose, table } from './prose.ts';
import { computing, kinds, shareOf, workingLayers, workloadParagraphs } from './workload-text.ts';

function opening({ folder, manifest, cells }: RunFacts): Prose {
  const { protocol, startedAt, environment } = manifest;
  const dirty = environment.tool.gitDirty ? prose` with changes that were not committed` : prose``;
  const commit = environment.tool.gitCommit?.slice(0, 10) ?? 'unknown';
  return prose`This page is written by a program out of the tables in [${folder}](${folder}): every number in it comes from a CSV there,
and a test writes it anew and compares. The study that this continues counted the bytecodes of five Python programs and
found almost no arithmetic in them, because the arithmetic had gone into C. Here the same five kinds of program are
counted on every layer that they run on, traced, forecast, and measured.

Machine: ${machineLine(manifest)}. Measured from ${startedAt} at commit \`${commit}\`${dirty}, seed ${String(manifest.seed)}, ${count(protocol.processes)} processes a cell
(protocol \`${protocol.name}\`). ${count(cells.noisy)} of ${count(cells.measured)} measured cells have an interval wider than a tenth of their value on either side, and are marked. The
same for your machine: \`npm start -- --opportunities\`; everything here, again: \`npx pgram exec tools/publish.ts\`. As a page
to browse: [report.html](${folder}/report.html).`;
}

function adapterNote({ workloads }: RunFacts): Prose {
  const points = workloads.flatMap(({ subject }) => subject.points);
  const devices = (ranOn: string) => [
    ...new Set(points.filter(point => point.ranOn === ranOn).map(({ device }) => device)),
  ];
  const [software, real] = [devices('software-adapter'), devices('gpu')];
  if (real.length > 0) return prose`WebGPU ran on ${listed(real)}.`;
  if (software.length > 0)
    return prose`**There was no GPU.** WebGPU ran on ${listed(software)}, a CPU that pretends to be one: it shows that the kernels are right, and its times say nothing about a GPU.`;
  return prose`No WebGPU adapter gave a time.`;
}

function answers({ workloads }: RunFacts): string {
  const rows = workloads.flatMap(({ subject, answer, forecasts, workload }) => {
    if (!answer) return [];
    const { best, size } = answer;
    const said = forecastBeside(forecasts, { variant: best.variant, size });
    const forecast = said
      ? `${speedupText(said.forecast)} (\`${said.device}\` at ${sizeLabel(said.size)}; measured ${said.measured === undefined ? '–' : `${significant(said.measured, 2)}×`})`
      : 'none gains';
    return [
      [
        `[${subject.label}](#${workload})`,
        count(size),
        `\`${best.variant}\``,
        speedupText(answer.overNaive),
        forecast,
        answer.bound || '–',
        answer.breakEven,
      ],
    ];
  });
  return table(
    [
      'workload',
      'size',
      'fastest on real hardware',
      'over naive, end to end',
      'forecast',
      'bounded by',
      'offloading pays from',
    ],
    rows,
  );
}

function layers({ workloads }: RunFacts): string {
  const rows = workloads.flatMap(facts =>
    workingLayers(facts).map(sum => [
      facts.workload,
      `\`${sum.variant}\``,
      (layerNames[sum.layer] ?? sum.layer).replace(', as executed', ''),
      sum.size === undefined ? '–' : count(sum.size),
      `${sum.unsolved > 0 ? '≥ ' : ''}${count(sum.instructions)}`,
      ...kinds.slice(0, 6).map(({ name }) => percent(shareOf(sum, name))),
    ]),
  );
  return rows.length === 0
    ? 'Nothing was counted in this run.'
    : table(
        ['workload', 'variant', 'layer', 'size', 'instructions', ...kinds.slice(0, 6).map(({ name }) => name)],
        rows,
      );
}

/** How the layers differ in what they spend on computing: the question that the first study could not answer. */
function layerNote({ workloads }: RunFacts): Prose {
  const shares = workloads.flatMap(facts =>
    workingLayers(facts).map(sum => ({ layer: sum.layer, share: computing(sum), workload: facts.workload })),
  );
  const range = (layer: string): Prose => {
    const own = shares.filter(each => each.layer === layer).sort((a, b) => a.share - b.share);
    const [least, most] = [own[0], own.at(-1)];
    return least && most
      ? prose`from ${percent(least.share)} (${least.workload}) to ${percent(most.share)} (${most.workload})`
      : prose`not counted`;
  };
  return prose`What computes (arithmetic, bits, comparisons) among the instructions: in bytecode ${range('executed-bytecode')}, in WebAssembly ${range('webassembly')}, in GPU kernels ${range('gpu-kernel')}. One instruction of a vector layer does several operations at once, so the counts of layers are no ratio of work; the floating-point operations below are.`;
}

function workloadPart(facts: Facts, { folder }: RunFacts): string {
  const { workload, summary, subject } = facts;
  const slug = [workload, ...subject.parameters.split(';').map(pair => pair.replace(/^[^=]*=/, ''))]
    .filter(part => part !== '')
    .join('-');
  const charts = [`${slug}-speedup`, `${workload}-layers`]
    .map(name => `${folder}/charts/${name}.svg`)
    .filter(file => existsSync(join(packageRoot, 'results', file)))
    .map(file => `![${workload}](${file})`);
  return [
    `## ${workload}`,
    `${summary[0]!.toUpperCase()}${summary.slice(1)}.`,
    ...workloadParagraphs(facts),
    ...charts,
  ].join('\n\n');
}

const sources = ({ folder }: RunFacts): Prose =>
  prose`Times, speed-ups, bounds: [summary.csv](${folder}/summary.csv), made of [samples.csv](${folder}/samples.csv) and [processes.csv](${folder}/processes.csv). Hot loops, forecasts, patterns: [opportunities.csv](${folder}/opportunities.csv). Layers: \`census.csv\`, loops and spans: \`loops.csv\` and \`trace.json\`, profile: \`time-by-place.csv\`, each in a folder of [parts](${folder}/parts). What the columns mean: [docs/csv-columns.md](../docs/csv-columns.md).`;

/** results/README.md: what a published run found, workload by workload. */
export const resultsText = (run: RunFacts): string =>
  [
    '# What was found',
    opening(run).text,
    adapterNote(run).text,
    '## The answers',
    answers(run),
    '## The instruction mix, layer by layer',
    layers(run),
    layerNote(run).text,
    ...run.workloads.map(facts => workloadPart(facts, run)),
    '## Where the numbers are from',
    sources(run).text,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
