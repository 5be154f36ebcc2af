export { bytecodeLayer, saveDisassembly } from './bytecode/bytecode.ts';
export { bytecodeCategory } from './bytecode/categories.ts';
export { type CompiledFunction, dumpFiles } from './bytecode/dump.ts';
export {
  type CountedFunction,
  type CountOptions,
  type Counts,
  countExactly,
  executedLayer,
} from './executed/executed.ts';
export { countFast } from './executed/fast.ts';
export { measureSlowdown, type Slowdown } from './executed/slowdown.ts';
export {
  type Category,
  type CategoryCounts,
  categories,
  type FunctionCensus,
  type Layer,
  type LayerName,
  type Unsolved,
} from './types.ts';
export { webassemblyLayer } from './webassembly/decode.ts';
