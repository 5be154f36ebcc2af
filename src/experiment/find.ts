import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ownExtension } from '../self-extension.ts';
import { UsageError } from '../workload/load.ts';
import { unknownName } from '../workload/suggest.ts';
import type { Experiment } from './define.ts';

const folder = fileURLToPath(new URL('../../experiments/', import.meta.url));

/** Names of the files in experiments/: an experiment is found without being registered. */
export const experimentNames = (): string[] =>
  readdirSync(folder)
    .filter(file => file.endsWith(ownExtension))
    .map(file => file.slice(0, -ownExtension.length))
    .sort();

/** @throws UsageError with a suggestion where there is no such experiment */
export async function loadExperiment(name: string): Promise<Experiment> {
  const names = experimentNames();
  if (!names.includes(name)) throw new UsageError(unknownName('experiment', name, names));
  return ((await import(pathToFileURL(join(folder, `${name}${ownExtension}`)).href)) as { default: Experiment })
    .default;
}
