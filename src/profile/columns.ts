import { type Column, integer, number, text } from '../results/columns.ts';
import { tiers } from './types.ts';

/** Version of the columns below, and of the manifest of an analysis. */
export const profileSchemaVersion = 1;

/** What a row is about; the same columns begin every table of an analysis. */
const subjectColumns: readonly Column[] = [
  integer('schema_version', 'version of these columns'),
  text('run_id', 'folder of the run under results/'),
  text('target', "a workload's name, a file, or file#function"),
  integer('size', 'the integer that --size means for this target; empty where it takes none'),
  text('parameters', 'other axes, `name=value` joined with `;`, sorted by name; empty where there are none'),
  text('variant', 'which implementation; empty for a target that is no workload'),
];

const placeColumns: readonly Column[] = [
  text('file', 'absolute path; empty for code without a source'),
  integer('line', 'from 1; empty for code without a source'),
  integer('column', 'from 1; empty for code without a source'),
];

/** `profile.csv`: one row a function, as cProfile lists them. Times are of one repetition. */
export const functionColumns: readonly Column[] = [
  ...subjectColumns,
  text('function', 'its name'),
  text('kind', 'own, package (node_modules), node, wasm, gc, engine (V8 and native functions), idle'),
  ...placeColumns,
  integer('calls', 'exact, of one repetition; empty for functions that are not the user’s own'),
  number('self_ns', 'sampled time in the function itself; time in native code counts for the caller'),
  number('self_standard_error_ns', 'its sampling error: self_ns over the root of the samples'),
  number('total_ns', 'sampled time with everything that it calls; recursion counted once'),
  number('total_standard_error_ns', 'its sampling error'),
  number('self_per_call_ns', 'self_ns over calls'),
  ...tiers.map(tier => number(`${tier}_share`, `share of the ticks in its own code that ${tier} code took`)),
];

/** `time-by-place.csv`: where the time of one process went; the shares of a subject add up to 1. */
export const timeColumns: readonly Column[] = [
  ...subjectColumns,
  text(
    'place',
    'interpreter, sparkplug, maglev, turbofan, garbage-collection, compilation, webassembly, native, engine (built-ins of V8), waiting, unnamed',
  ),
  text('name', 'the boundary, the export or the built-in; empty where a place has no parts'),
  number('time_ns', 'of one repetition'),
  number('share', 'of the run, the tool’s own part left out'),
  number('share_standard_error', 'sampling error of share; 0 by clock where nothing was called back'),
  text('measured_by', 'clock (two readings around each crossing) or ticks (V8’s sampler)'),
];

/** `hot-lines.csv`: the user's lines where samples fell. */
export const lineColumns: readonly Column[] = [
  ...subjectColumns,
  text('file', 'absolute path'),
  integer('line', 'from 1'),
  number('self_ns', 'sampled time, of one repetition'),
  number('self_standard_error_ns', 'its sampling error'),
];

/** `sites.csv`: deoptimisations, and inline caches that have seen several shapes. */
export const siteColumns: readonly Column[] = [
  ...subjectColumns,
  text('finding', 'deoptimised, polymorphic, megamorphic or generic'),
  ...placeColumns,
  text('what', 'the operation and the property of a cache; the kind of a deoptimisation'),
  text('reason', 'of a deoptimisation, in V8’s words'),
  integer('times', 'how often code was thrown away there'),
];

/** `kernels.csv`: kernels of TensorFlow.js, passes of WebGPU. */
export const kernelColumns: readonly Column[] = [
  ...subjectColumns,
  text('kernel', 'name of the kernel or label of the pass'),
  text('shape', 'of the output'),
  integer('calls', 'in one repetition'),
  number('time_ns', 'of all calls in one repetition; empty where neither library nor device says'),
  text('ran_on', 'cpu, software-adapter or gpu'),
  text('measured_by', 'library or device-timestamps'),
];

/** `native-symbols.csv`: what perf saw in native code, on all threads. */
export const symbolColumns: readonly Column[] = [
  ...subjectColumns,
  text('symbol', 'name in the library’s symbol table; [unknown] where it was stripped'),
  text('library', 'file that holds it'),
  integer('samples', 'of perf, in a run of its own'),
  number('share', 'of the samples of the program’s work'),
];

/** The CSVs of an analysis by file name. */
export const profileCsvFiles = {
  'profile.csv': functionColumns,
  'time-by-place.csv': timeColumns,
  'hot-lines.csv': lineColumns,
  'sites.csv': siteColumns,
  'kernels.csv': kernelColumns,
  'native-symbols.csv': symbolColumns,
} as const;
