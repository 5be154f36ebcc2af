import { type CsvRow, schemaVersion } from '../results/schema.ts';
import type { ProgramSpec } from '../target/index.ts';
import { formatParameters } from '../workload/parameters.ts';
import type { Census } from './census.ts';
import type { CallgrindCensus } from './native/callgrind.ts';
import type { NativeInstructions } from './native/symbols.ts';
import { categories, type Layer, type Unsolved } from './types.ts';

/** What the rows are about. */
export interface CensusRowsOf {
  readonly runId: string;
  readonly label: string;
  readonly variant: string | undefined;
  readonly spec: ProgramSpec;
}

/** Layers whose counts say what ran; the others list each instruction once. */
const executedLayers: ReadonlySet<string> = new Set(['executed-bytecode', 'webassembly', 'gpu-kernel']);

export const isExecuted = ({ layer }: Pick<Layer, 'layer'>): boolean => executedLayers.has(layer);

/** The rows of `census.csv` of one program: one for each function of each layer, and for each native symbol. */
export function censusRows(
  {
    layers,
    webassemblyStatic,
    callgrind,
  }: Pick<Census, 'layers' | 'webassemblyStatic'> & { callgrind?: CallgrindCensus | undefined },
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
    ...(callgrind?.status === 'ok' ? [{ layer: callgrind.machineCode, kind: 'executed' }] : []),
  ];
  const native = callgrind?.status === 'ok' ? symbolRows(callgrind.native) : [];
  return [
    ...tables.flatMap(({ layer, kind }) => functionRows(layer).map(row => ({ ...common, kind, ...row }))),
    ...native.map(row => ({ ...common, kind: 'executed', ...row })),
  ];
}

/** Their sum is all that the work executed on its main thread; V8's own code among it has rows in `machine-code` as well. */
function symbolRows({ symbols, unnamed, made }: NativeInstructions): CsvRow[] {
  const row = (symbol: string, object: string, instructions: number): CsvRow => ({
    layer: 'native',
    function: symbol,
    file: object,
    line: 0,
    instructions,
    unsolved: 'counted by symbol: categories are not known',
  });
  return [
    ...symbols.map(({ symbol, object, instructions }) => row(symbol, object, instructions)),
    ...(made > 0 ? [row('(code made at run time)', '', made)] : []),
    ...(unnamed > 0 ? [row('(no symbol)', '', unnamed)] : []),
  ];
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
