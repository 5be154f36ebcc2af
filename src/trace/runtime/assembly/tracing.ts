// The part of the tracer that runs beside the blocks of functions on numbers (`block-module.ts`), over the same memory
// (`core.ts`): regions, dates of reads and writes, dependences that are known already. A call from a block takes some 3 ns.

export { makeCell, readCell, writeCell } from './parts/dates';
export {
  findElement,
  findTarget,
  findUpdate,
  readElement,
  readOnlyElement,
  updateElement,
  writeElement,
} from './parts/elements';
export { freeList, makeList } from './parts/reads';
export { firstIteration, hold, leave, nextIteration, openFunction, openLoop, unwind } from './parts/regions';
