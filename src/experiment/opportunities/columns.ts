import { localDeviceNames } from '../../hardware/local-devices.ts';
import { type Column, integer, number, text } from '../../results/columns.ts';

/** `cpu-simd-threads` → `cpu_simd_threads`, as columns are written. */
export const columnOf = (device: string): string => device.replaceAll('-', '_');

/** `opportunities.csv`: one row a hot loop; the measured columns are filled in after the forecasts were written. */
export const opportunityColumns: readonly Column[] = [
  integer('schema_version', 'version of these columns'),
  text('workload', 'what is computed'),
  integer('size', 'the integer that --size means for this workload'),
  text('parameters', 'other axes, `name=value` joined with `;`'),
  text('file', 'source file'),
  text('function', 'function around the loop'),
  integer('line', 'where the loop begins'),
  integer('depth', 'loops around it in its function'),
  number(
    'time_share',
    'share of the time of naive in the loop and what it calls, from samples; never part of a speed-up',
  ),
  integer('time_samples', 'samples in all of naive that the share is from'),
  number('work_share', 'share of the operations of naive, at unit cost'),
  integer('entries', 'times the loop is reached'),
  integer('iterations', 'times its body runs, over all entries'),
  integer('flops_javascript', 'floating-point operations that JavaScript executes in it'),
  integer('integer_operations', 'integer and logic operations in it'),
  integer('comparisons', 'comparisons, minima and maxima in it'),
  integer('load_bytes', 'bytes of the elements and fields that it loads'),
  integer('store_bytes', 'bytes that it stores'),
  integer('flops_executed_bytecode', 'of all of naive by V8’s own counters; empty with --quick'),
  integer('flops_webassembly', 'of all of the variant simd; empty with --quick, or without that variant'),
  integer('flops_gpu_kernel', 'of all of the variant webgpu-tuned; empty with --quick, or without that variant'),
  integer('traced_size', 'size at which work, span and verdict were traced'),
  integer('work', 'operations at the traced size'),
  integer('span', 'of those on the longest chain, sums in source order'),
  integer('span_reassociated', 'the same with sums as trees'),
  number('self_parallelism', 'sum of the iterations’ spans over the span of the loop'),
  text('verdict', 'parallel, parallel-after-renaming, reduction, scan, doacross, sequential or unknown'),
  text('reason', 'what decided the verdict'),
  text('offloaded', 'yes where forecast and measurement are about this loop being given to the device'),
  ...localDeviceNames.flatMap(device => [
    number(
      `forecast_${columnOf(device)}_low`,
      `speed-up of the program over naive on ${device}, end to end: lower end`,
    ),
    number(`forecast_${columnOf(device)}`, 'the forecast, written before the measurement'),
    number(`forecast_${columnOf(device)}_high`, 'upper end'),
    number(`measured_${columnOf(device)}`, `measured, by the variant that stands for ${device}; empty without one`),
  ]),
  text('pattern', 'the custom instruction that would save most in its function, as mined from the dataflow'),
  number('pattern_share', 'share of all operations, loads and stores that it covers'),
  text('pattern_covered_by', 'the existing instruction that does it; empty where none of the table does'),
];
