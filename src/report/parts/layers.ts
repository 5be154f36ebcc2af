import type { CsvRow } from '../../results/schema.ts';

/** Categories of instructions as `census.csv` writes them, and the names that charts give them. */
export const categoryColumns = {
  arithmetic: 'arithmetic',
  bitwise: 'bitwise',
  comparison: 'comparison',
  'register-move': 'register_move',
  memory: 'memory',
  'control-flow': 'control_flow',
  call: 'call',
  object: 'object',
  other: 'other',
} as const;
export type CategoryName = keyof typeof categoryColumns;

/** All functions of one layer of one program put together. */
export interface LayerSum {
  readonly variant: string;
  readonly size: number | undefined;
  readonly parameters: string;
  readonly layer: string;
  readonly kind: string;
  readonly functions: number;
  readonly instructions: number;
  readonly counts: Readonly<Record<CategoryName, number>>;
  /** Undefined where no function of the layer says. */
  readonly flops: number | undefined;
  /** Functions that hold a count which could not be solved: the sums are at least so much. */
  readonly unsolved: number;
}

const numberAt = (row: CsvRow, name: string): number => (typeof row[name] === 'number' ? row[name] : 0);

/** Sums rows of `census.csv` by program and layer, in the order in which they stand there. */
export function layerSums(rows: readonly CsvRow[]): LayerSum[] {
  const groups = Map.groupBy(rows, row =>
    [row.variant, row.size, row.parameters, row.layer, row.kind].map(value => value ?? '').join('\n'),
  );
  return [...groups.values()].map(those => {
    const { variant, size, parameters, layer, kind } = those[0]!;
    const counted = those.filter(({ flops }) => typeof flops === 'number');
    const sumOf = (column: string): number => those.reduce((sum, row) => sum + numberAt(row, column), 0);
    return {
      variant: String(variant ?? ''),
      size: typeof size === 'number' ? size : undefined,
      parameters: String(parameters ?? ''),
      layer: String(layer),
      kind: String(kind),
      functions: those.length,
      instructions: sumOf('instructions'),
      counts: Object.fromEntries(
        Object.entries(categoryColumns).map(([name, column]) => [name, sumOf(column)]),
      ) as Record<CategoryName, number>,
      flops: counted.length === 0 ? undefined : counted.reduce((sum, row) => sum + numberAt(row, 'flops'), 0),
      unsolved: those.filter(({ unsolved }) => unsolved !== undefined && unsolved !== '').length,
    };
  });
}

/** What an executed layer is called in a figure. */
export const layerNames: Readonly<Record<string, string>> = {
  bytecode: 'bytecode, as compiled',
  'executed-bytecode': 'bytecode, as executed',
  'machine-code': 'machine code, as compiled',
  webassembly: 'WebAssembly',
  'gpu-kernel': 'GPU kernel',
  native: 'native',
};
