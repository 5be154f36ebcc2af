import { join } from 'node:path';
import { saveDisassembly } from '../census/bytecode/bytecode.ts';
import { censusRows, isExecuted } from '../census/rows.ts';
import { categories } from '../census/types.ts';
import { arithmeticStack, instructionBars, instructionMix } from '../report/charts/census.ts';
import { count } from '../report/format.ts';
import { writeChart } from '../report/render.ts';
import { describeEnvironment } from '../results/provenance.ts';
import { createRunFolder, newRunId, orOutputError, type RunFolder } from '../results/run-folder.ts';
import { censusColumns } from '../results/schema.ts';
import { arithmeticOf, type CensusSubject } from './census-subject.ts';
import { wholeOrNothing } from './interrupt.ts';

/** Where and how a census was asked for. */
export interface CensusFolderOptions {
  readonly out: string;
  readonly startedAt: Date;
  readonly mode: 'exact' | 'fast';
  readonly seed: number;
}

/**
 * Writes the run folder of a census: `manifest.json`, `census.csv`, `bytecode/` with the disassembly of each function,
 * and `charts/`.
 *
 * @returns its path
 */
export async function saveCensus(subjects: readonly CensusSubject[], options: CensusFolderOptions): Promise<string> {
  const folder = createRunFolder(options.out, newRunId('analyze-bytecode', options.startedAt), 'read');
  try {
    await wholeOrNothing(folder.path, () => write(folder, subjects, options));
  } finally {
    folder.close();
  }
  return folder.path;
}

async function write(
  folder: RunFolder,
  subjects: readonly CensusSubject[],
  options: CensusFolderOptions,
): Promise<void> {
  folder.writeTable(
    'census.csv',
    censusColumns,
    subjects.flatMap(({ census, callgrind, ...subject }) =>
      censusRows({ ...census, callgrind }, { ...subject, runId: folder.runId }),
    ),
  );
  for (const subject of subjects)
    orOutputError(folder.path, () =>
      saveDisassembly(
        subject.census.compiled,
        subjects.length === 1 ? join(folder.path, 'bytecode') : join(folder.path, 'bytecode', slug(subject)),
      ),
    );
  folder.writeText('manifest.json', `${JSON.stringify(manifestOf(subjects, options, folder), null, 2)}\n`);
  await writeCharts(subjects, join(folder.path, 'charts'));
}

const manifestOf = (
  subjects: readonly CensusSubject[],
  { startedAt, mode, seed }: CensusFolderOptions,
  { runId }: RunFolder,
) => ({
  schema: 1,
  runId,
  verb: 'analyze-bytecode',
  arguments: process.argv.slice(2),
  seed,
  mode,
  subjects: subjects.map(({ label, variant, spec, census, slowdown, callgrind }) => ({
    target: label,
    variant: variant ?? null,
    size: spec.size ?? null,
    parameters: spec.parameters ?? null,
    include: spec.include ?? [],
    open: census.open,
    complete: census.complete,
    problems: census.problems,
    slowdown: slowdown ?? null,
    callgrind: callgrind === undefined ? null : callgrind.status === 'ok' ? 'ok' : callgrind.message,
  })),
  environment: describeEnvironment(null),
  startedAt: startedAt.toISOString(),
  finishedAt: new Date().toISOString(),
  state: subjects.every(({ census }) => census.complete) ? 'complete' : 'stopped',
});

async function writeCharts(subjects: readonly CensusSubject[], folder: string): Promise<void> {
  for (const subject of subjects)
    for (const layer of subject.census.layers) {
      const total = categories.reduce((sum, category) => sum + layer.counts[category], 0);
      if (total === 0) continue;
      const prefix = subjects.length === 1 ? '' : `${slug(subject)}-`;
      await writeChart(
        folder,
        `${prefix}${layer.layer}`,
        instructionBars(
          { label: `${titleOf(subject)}: ${layer.layer}`, counts: layer.counts },
          { subtitle: isExecuted(layer) ? 'instructions as often as they ran' : 'each instruction once' },
        ),
      );
    }
  const [first] = subjects;
  if (!first) return;
  const sameTarget = subjects.every(({ label }) => label === first.label);
  const shortName = (subject: CensusSubject): string =>
    sameTarget ? (subject.variant ?? slug(subject)) : slug(subject).replaceAll('-naive', '');
  await writeChart(
    folder,
    'instruction-mix',
    instructionMix(
      {
        title: subjects.length === 1 ? `${titleOf(first)}: instructions by category` : 'Instructions by category',
        subtitle: 'shares; at the right how many',
        rows: subjects.flatMap(subject =>
          subject.census.layers
            .filter(layer => subjects.length === 1 || isExecuted(layer))
            .filter(layer => Object.values(layer.counts).some(value => value > 0))
            .map(layer => ({
              label:
                subjects.length === 1
                  ? layer.layer
                  : `${shortName(subject)}, ${shortLayers[layer.layer] ?? layer.layer}`,
              counts: layer.counts,
            })),
        ),
      },
      { width: 'two-columns' },
    ),
  );
  const stacks = subjects.map(subject => ({ subject, ...arithmeticOf(subject.census) }));
  const rows = stacks
    .filter(({ byLayer }) => Object.values(byLayer).some(value => value > 0))
    .map(({ subject, unit, byLayer, atLeast }) => ({
      label: shortName(subject),
      layers: byLayer,
      text: `${atLeast ? '≥ ' : ''}${count(Object.values(byLayer).reduce((sum, value) => sum + value, 0))} ${unit}`,
    }));
  if (rows.length > 0)
    await writeChart(
      folder,
      'arithmetic-by-layer',
      arithmeticStack(
        {
          title: `${sameTarget ? titleOf(first, false) : 'Workloads'}: the layers on which arithmetic is executed`,
          subtitle:
            'share of the operations that can be counted; native code, which cannot, is in the answer as a share of time',
          axis: 'share of operations',
          rows,
        },
        { width: 'two-columns' },
      ),
    );
}

const shortLayers: Readonly<Record<string, string>> = {
  'executed-bytecode': 'bytecode',
  webassembly: 'wasm',
  'gpu-kernel': 'GPU',
};

const titleOf = ({ label, variant, spec }: CensusSubject, withVariant = true): string =>
  [
    label.split('/').at(-1),
    withVariant ? variant : undefined,
    spec.size === undefined ? undefined : `size ${spec.size}`,
  ]
    .filter(part => part !== undefined)
    .join(', ');

/** What only a file name may hold. */
const slug = ({ label, variant, spec }: CensusSubject): string =>
  [label.split('/').at(-1), variant, ...Object.values(spec.parameters ?? {})]
    .filter(part => part !== undefined)
    .join('-')
    .replaceAll(/[^\w.-]+/g, '-');
