import { type CsvRow, schemaVersion } from '../results/schema.ts';
import type { ProgramSpec } from '../target/index.ts';
import { formatParameters } from '../workload/parameters.ts';
import type { Census } from './census.ts';
import { categories, type Layer, type Unsolved } from './types.ts';

/** What the rows are about. */
export interface CensusRowsOf {
  readonly runId: string;
  readonly label: string;
  readonly variant: string | undefined;
  readonly spec: ProgramSpec;
}

/** Layers whose counts say what ran; the others list each instruction once. */
const executedLayers: ReadonlySet<string> = new Set(['executed-bytecode', 'webassembly', 'gpu-kernel', 'native']);

export const isExecuted = ({ layer }: Pick<Layer, 'layer'>): boolean => executedLayers.has(layer);

/** The rows of `census.csv` of one program: one for each function of each layer. */
export function censusRows(
  { layers, webassemblyStatic }: Pick<Census, 'layers' | 'webassemblyStatic'>,
  { runId, label, variant, spec }: CensusRowsOf,
): CsvRow[] {
  const common = {
    schema_version: schemaVersion,
    run_id: runId,
    target: label,
    size: spec.size,
    parameters: formatParameters(spec.parameters ?? {}),
    variant,
  };
  const tables = [
    ...layers.map(layer => ({ layer, kind: isExecuted(layer) ? 'executed' : 'static' })),
    ...webassemblyStatic.map(layer => ({ layer, kind: 'static' })),
  ];
  return tables.flatMap(({ layer, kind }) => functionRows(layer).map(row => ({ ...common, kind, ...row })));
}

/** Functions with their counts; a reason stands beside its function, or in a row of its own. */
function functionRows({ layer, functions, unsolved }: Layer): CsvRow[] {
  const open = new Map<string, string[]>();
  const keyOf = ({ function: name, file, line }: Unsolved): string => `${file}\n${line}\n${name}`;
  for (const each of unsolved) open.set(keyOf(each), [...(open.get(keyOf(each)) ?? []), each.reason]);
  const rows = functions.map(({ name, file, line, counts, flops }): CsvRow => {
    const key = `${file}\n${line}\n${name}`;
    const reasons = open.get(key);
    open.delete(key);
    return {
      layer,
      function: name,
      file,
      line,
      instructions: categories.reduce((sum, category) => sum + counts[category], 0),
      ...Object.fromEntries(categories.map(category => [category.replace('-', '_'), counts[category]])),
      flops: flops ?? undefined,
      unsolved: reasons?.join('; '),
    };
  });
  const others = unsolved.filter(each => open.has(keyOf(each)));
  return [
    ...rows,
    ...others.map(({ function: name, file, line, reason }) => ({
      layer,
      function: name,
      file,
      line,
      unsolved: reason,
    })),
  ];
}
