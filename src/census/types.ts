/** What an instruction does, the same on every layer. The original study's `load/store` is `register-move` + `memory`. */
export const categories = [
  'arithmetic',
  'bitwise',
  'comparison',
  'register-move',
  'memory',
  'control-flow',
  'call',
  'object',
  'other',
] as const;

export type Category = (typeof categories)[number];

/** Instructions by category; every category is there, be it 0. */
export type CategoryCounts = Readonly<Record<Category, number>>;

/** Where instructions live. */
export type LayerName = 'bytecode' | 'executed-bytecode' | 'machine-code' | 'webassembly' | 'native' | 'gpu-kernel';

/** One function of a layer, or a kernel, or a symbol. */
export interface FunctionCensus {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly counts: CategoryCounts;
  readonly opcodes: Readonly<Record<string, number>>;
  /** Floating-point operations on data; null where the layer cannot tell data from addresses. */
  readonly flops: number | null;
}

/** Something whose count is not known, and why: never guessed. */
export interface Unsolved {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** The census of one layer. */
export interface Layer {
  readonly layer: LayerName;
  readonly counts: CategoryCounts;
  readonly opcodes: Readonly<Record<string, number>>;
  readonly flops: number | null;
  readonly functions: readonly FunctionCensus[];
  readonly unsolved: readonly Unsolved[];
}

export const noCounts = (): Record<Category, number> =>
  Object.fromEntries(categories.map(category => [category, 0])) as Record<Category, number>;

/** Sums opcodes into categories. */
export function categorise(
  opcodes: Readonly<Record<string, number>>,
  categoryOf: (opcode: string) => Category,
): CategoryCounts {
  const counts = noCounts();
  for (const [opcode, count] of Object.entries(opcodes)) counts[categoryOf(opcode)] += count;
  return counts;
}

/** Sums opcode tables. */
export function sumOpcodes(tables: Iterable<Readonly<Record<string, number>>>): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const table of tables)
    for (const [opcode, count] of Object.entries(table)) sum[opcode] = (sum[opcode] ?? 0) + count;
  return sum;
}

/** A layer of its functions. `flops` is null if it is null for any of them. */
export function layerOf(
  layer: LayerName,
  {
    functions,
    unsolved = [],
    categoryOf,
  }: { functions: readonly FunctionCensus[]; unsolved?: readonly Unsolved[]; categoryOf: (opcode: string) => Category },
): Layer {
  const opcodes = sumOpcodes(functions.map(each => each.opcodes));
  const flops = functions.some(each => each.flops === null)
    ? null
    : functions.reduce((sum, each) => sum + (each.flops as number), 0);
  return { layer, counts: categorise(opcodes, categoryOf), opcodes, flops, functions, unsolved };
}
