import { join } from 'node:path';
import type { Ceilings } from '../hardware/ceilings.ts';
import type { PlannedGroup } from '../results/manifest.ts';
import type { CsvRow } from '../results/schema.ts';
import { writeCaptions } from './captions.ts';
import { writeChart } from './render.ts';
import { standardCharts } from './standard.ts';

/** What figures are drawn from. */
export interface FigureInput {
  readonly manifest: {
    readonly plan: readonly Pick<PlannedGroup, 'workload' | 'sizeMeaning'>[];
    readonly ceilings: Ceilings | null;
  };
  readonly summary: readonly CsvRow[];
  readonly samples: readonly CsvRow[];
  /** One line for captions. */
  readonly machine: string;
  /** Is told each file. */
  readonly written?: (file: string) => void;
}

/** What the size means, by workload, where the plan says. */
export const sizeMeaningsOf = (
  plan: readonly Pick<PlannedGroup, 'workload' | 'sizeMeaning'>[],
): Record<string, string> =>
  Object.fromEntries(plan.filter(group => group.sizeMeaning !== '').map(group => [group.workload, group.sizeMeaning]));

/** Draws the standard charts of a run in the width of two columns into `charts/two-columns`, with their captions. */
export async function wideFigures(run: string, input: FigureInput): Promise<void> {
  const { manifest, summary, samples, machine, written = () => undefined } = input;
  const charts = standardCharts(summary, {
    ...{ machine, samples, width: 'two-columns' as const },
    ceilings: manifest.ceilings,
    sizeMeaning: sizeMeaningsOf(manifest.plan),
  });
  const folder = join(run, 'charts', 'two-columns');
  for (const { name, spec } of charts) written((await writeChart(folder, name, spec)).files.svg);
  await writeCaptions(folder, charts);
}
