export { findClinic } from './command.ts';
export { type ClinicOptions, runClinic } from './run.ts';
export {
  type Allocator,
  type AsyncGroup,
  type ClinicFindings,
  type ClinicResult,
  type ClinicTool,
  clinicTools,
  type FlameFunction,
} from './types.ts';
