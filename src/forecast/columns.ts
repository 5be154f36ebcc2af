import type { Column } from '../results/schema.ts';

const text = (name: string, meaning: string): Column => ({ name, kind: 'text', meaning });
const number = (name: string, meaning: string): Column => ({ name, kind: 'number', meaning });
const integer = (name: string, meaning: string): Column => ({ name, kind: 'integer', meaning });
const flag = (name: string, meaning: string): Column => ({ name, kind: 'flag', meaning });

/** `forecast.csv`: written before anything is measured; the columns from `measured_speedup` on are filled in afterwards. */
export const forecastColumns: readonly Column[] = [
  integer('schema_version', 'version of these columns'),
  text('workload', 'what is computed'),
  integer('size', 'the integer that --size means for this workload'),
  text('parameters', 'other axes, `name=value` joined with `;`'),
  text('forecast_device', 'cpu, cpu-simd, cpu-threads, cpu-simd-threads or webgpu'),
  text('ran_on', 'cpu, software-adapter or gpu'),
  text('variant', 'the variant that stands for the device'),
  flag('same_algorithm', 'whether it runs the algorithm of naive; only then the row counts for the score'),
  text('forecast_at', 'when the forecast was written, ISO 8601 in UTC'),
  number('plain_ns', 'one plain call, timed by itself before the forecast'),
  number('speedup_low', 'lower end of the forecast’s interval, over naive, end to end'),
  number('speedup_forecast', 'the forecast'),
  number('speedup_high', 'upper end'),
  text('bound', 'compute, memory, latency, launch, transfer or serial'),
  number('kernel_ns', 'forecast of the kernel'),
  number('launch_ns', 'forecast of starting it'),
  number('transfer_ns', 'forecast of the copies both ways'),
  number('serial_ns', 'what stays on one core'),
  number('kernel_floor_ns', 'the model’s floor of the kernel, before anything learnt'),
  text('kernel_bound', 'what sets that floor: compute, memory or latency'),
  number('launch_floor_ns', 'launches as the probe measured an empty kernel'),
  integer('launches', 'how often the device is started: entries of the parallel loop that is entered most often'),
  number('transfer_floor_ns', 'the same of the copies'),
  number('serial_share', 'share of the program outside of parallel regions'),
  integer('cores', 'cores that the device divides the work among'),
  integer('programs_learnt', 'other programs whose measurements the correction was learnt from; never this one'),
  flag('extrapolated', 'whether operations at this size come from growth laws'),
  number('speedup_without_transfers', 'the forecast of a model without transfers'),
  number('speedup_without_memory', 'the forecast of a model without memory behaviour'),
  number('speedup_without_launches', 'the forecast of a model without launch cost'),
  number('measured_speedup', 'naive over the variant, end to end, in the same processes'),
  number('measured_speedup_low', 'lower end of its 95 % interval'),
  number('measured_speedup_high', 'upper end'),
  number('measured_plain_ns', 'naive, from the measuring processes'),
  number('measured_kernel_ns', 'dispatch of the variant (a call of a scalar variant)'),
  number('measured_transfer_ns', 'upload and readback of the variant'),
  text('measured_at', 'when the last sample of the variant was taken'),
  number('error', 'forecast over measurement, minus 1'),
  flag('inside', 'whether the measurement lies in the forecast’s interval'),
  flag(
    'right_decision',
    'whether forecast and measurement agree on gain or loss; a measurement within 10 % of 1 agrees with both',
  ),
];
