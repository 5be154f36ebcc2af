export { countOperations, operationMix } from './count.ts';
export { type CountedProgram, runCounted } from './run.ts';
export {
  type OperationClass,
  type OperationMix,
  type Operations,
  operationClasses,
  type Place,
  type RegionOperations,
  workOf,
} from './types.ts';
