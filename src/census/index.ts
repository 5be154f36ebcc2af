export { bytecodeLayer, saveDisassembly } from './bytecode/bytecode.ts';
export { bytecodeCategory } from './bytecode/categories.ts';
export { type CompiledFunction, dumpFiles } from './bytecode/dump.ts';
export { type Census, type CensusOptions, takeCensus } from './census.ts';
export { countDelegated, type Delegated } from './delegated/delegated.ts';
export {
  type CountedFunction,
  type CountOptions,
  type Counts,
  countExactly,
  executedLayer,
} from './executed/executed.ts';
export { countFast } from './executed/fast.ts';
export { measureSlowdown, type Slowdown } from './executed/slowdown.ts';
export { gpuKernelLayer } from './gpu-kernel/gpu-kernel.ts';
export { parseWgsl } from './gpu-kernel/parse.ts';
export { type Dispatch, recordDispatches } from './gpu-kernel/record.ts';
export { type MachineCode, readMachineCode } from './machine-code/machine-code.ts';
export { type CallgrindCensus, countUnderCallgrind } from './native/callgrind.ts';
export { type CensusRowsOf, censusRows, isExecuted } from './rows.ts';
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
export { executedWasmLayer } from './webassembly/executed.ts';
export { instrumentModule } from './webassembly/instrument.ts';
export { watchWasm } from './webassembly/watch.ts';
