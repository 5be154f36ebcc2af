import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { shippedWorkloads } from '../../kernels/index.ts';
import { shortestTellingMs } from '../census/executed/slowdown.ts';
import type { CallgrindCensus } from '../census/native/callgrind.ts';
import { significant } from '../report/format.ts';
import { type ProgramSpec, targetLabel } from '../target/index.ts';
import { UsageError } from '../workload/load.ts';
import { unknownName } from '../workload/suggest.ts';
import { saveCensus } from './census-folder.ts';
import { censusScreen, explainLines } from './census-screen.ts';
import { type CensusSubject, censusOf } from './census-subject.ts';
import { chooseVariants } from './census-variants.ts';
import { exitCode } from './exit.ts';
import { onInterruptSay } from './interrupt.ts';
import { answer, answerJson, remark } from './io.ts';
import { isQuiet, progressLine } from './progress.ts';
import { confinementOf, programOf, type TargetOptions, withTarget } from './target-options.ts';

interface CensusOptions extends TargetOptions {
  readonly out: string;
  readonly fast?: boolean;
  readonly slowdown?: boolean;
  readonly callgrind?: boolean;
  readonly explain?: boolean;
}

const calibrationPrograms = [
  'example_arithmetic',
  'example_control_flow',
  'example_function_calls',
  'example_load_store',
];

/** `pgram analyze-bytecode <target>`, and `pgram dummy test-bytecode <program>` for the calibration programs. */
export function addAnalyzeBytecode(program: Command): void {
  withCensus(
    program
      .command('analyze-bytecode <target> [args...]')
      .description(
        'instructions by category on every layer; target `all` for every workload, --variant all for every variant',
      ),
  ).action(async (text: string, args: string[], options: CensusOptions) => {
    const { variant, ...rest } = options;
    const limits = { confinement: confinementOf(options), timeoutMs: options.timeout * 1000 };
    const targets = text === 'all' ? Object.keys(shippedWorkloads) : [text];
    const specs: ProgramSpec[] = [];
    for (const each of targets)
      for (const chosen of await chooseVariants(each, variant, limits))
        specs.push(await programOf(each, { ...rest, ...(chosen === undefined ? {} : { variant: chosen }) }, args));
    return census(specs, options);
  });
  withCensus(
    program
      .command('test-bytecode <target> <program>')
      .description(`the census of a calibration program: ${calibrationPrograms.join(', ')}`),
  ).action(async (text: string, name: string, options: CensusOptions) => {
    if (!calibrationPrograms.includes(name))
      throw new UsageError(unknownName('calibration program', name, calibrationPrograms));
    return census([await programOf(text, { ...options, param: [`program=${name}`] }, [])], options);
  });
}

const withCensus = (command: Command): Command =>
  withTarget(command)
    .option('--out <folder>', 'where run folders are made', 'results')
    .option('--fast', 'count by counters in the source: quicker, and more is left unsolved')
    .option('--slowdown', 'also measure what counting costs')
    .option(
      '--callgrind',
      'also count native instructions by symbol, and executed machine code, under valgrind; for small sizes',
    )
    .option(
      '--explain',
      'the same functions as compiled, as executed, and as optimised: what was put in, which checks remain',
    );

async function census(specs: readonly ProgramSpec[], options: CensusOptions): Promise<void> {
  onInterruptSay(
    () => 'nothing was written. A smaller --size is counted sooner; --fast counts less exactly, and quicker.',
  );
  const startedAt = new Date();
  const mode = options.fast ? 'fast' : 'exact';
  const subjects: CensusSubject[] = [];
  const skipped: string[] = [];
  const progress = progressLine(isQuiet(options));
  for (const spec of specs) {
    const which = specs.length > 1 ? `counting ${targetLabel(spec.target)} ${spec.variant ?? ''}`.trim() : '';
    const subject = await censusOf(spec, {
      confinement: confinementOf(options),
      timeoutMs: options.timeout * 1000,
      mode,
      slowdown: options.slowdown === true,
      callgrind: options.callgrind === true,
      onStep: step => (which === '' ? progress.say(step) : progress.say(which, step)),
    });
    // Of many variants one that cannot take this size, or has no device here, is no mistake of the caller's.
    if (specs.length > 1 && !subject.census.complete && subject.census.compiled.length === 0)
      skipped.push(`${subject.label} ${subject.variant ?? ''}: ${subject.census.problems.join('; ')}`);
    else subjects.push(subject);
  }
  for (const each of skipped) remark(`left out: ${each}`, options.quiet);
  if (subjects.some(each => !each.census.complete || each.callgrind?.status === 'failed') || subjects.length === 0)
    process.exitCode = exitCode.wrong;
  const counted = subjects.filter(each => each.census.compiled.length > 0);
  if (counted.length > 0) progress.say('drawing charts');
  const folder =
    counted.length > 0
      ? await saveCensus(counted, { out: resolve(options.out), startedAt, mode, seed: options.seed })
      : undefined;
  const documents = subjects.map(documentOf);
  if (options.json) {
    await answerJson(
      documents.length === 1 && specs.length === 1
        ? (documents[0] as object)
        : { subjects: documents, leftOut: skipped },
    );
    return;
  }
  await answer(
    [
      ...subjects.flatMap(subject => [...censusScreen(subject), ...(options.explain ? explainLines(subject) : [])]),
      ...meanSlowdown(subjects),
      ...(folder ? [`run folder: ${relative('.', folder)} (census.csv, bytecode/, charts/)`] : []),
    ].join('\n'),
  );
}

const documentOf = ({ label, variant, spec, census, native, slowdown, callgrind }: CensusSubject): object => ({
  target: label,
  ...(variant === undefined ? {} : { variant }),
  ...(spec.size === undefined ? {} : { size: spec.size }),
  runtime: { node: process.versions.node, v8: process.versions.v8 },
  complete: census.complete,
  ...(census.complete ? {} : { stopped: census.problems.join('; ') }),
  open: census.open,
  layers: census.layers,
  webassemblyModules: census.webassemblyStatic.map(({ counts, opcodes, functions }) => ({
    counts,
    opcodes,
    functions: functions.length,
  })),
  optimised: census.optimised.map(({ code, file, line, packed, checks, compilations }) => ({
    name: code.name,
    file,
    line,
    tier: code.tier,
    instructions: code.instructions.length,
    packed,
    inlined: code.inlined,
    checks,
    compilations,
  })),
  native: { ...native, ...(callgrind?.status === 'ok' ? { instructions: callgrind.native } : {}) },
  ...(callgrind === undefined ? {} : callgrindDocument(callgrind)),
  ...(slowdown ? { slowdown } : {}),
});

const callgrindDocument = (callgrind: CallgrindCensus): object =>
  callgrind.status === 'ok'
    ? { callgrind: 'ok', executedMachineCode: callgrind.machineCode }
    : { callgrind: callgrind.message };

/** Over several programs: geometric means, since these are ratios. */
function meanSlowdown(subjects: readonly CensusSubject[]): string[] {
  const all = subjects.flatMap(({ slowdown }) => (slowdown ? [slowdown] : []));
  const measured = all.filter(({ plainMilliseconds }) => plainMilliseconds >= shortestTellingMs);
  const short = all.length - measured.length;
  if (measured.length < 2) return [];
  const mean = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  return [
    `counting costs, geometric mean over ${measured.length} programs: ${significant(mean(measured.map(each => each.fast)))} times in fast mode, ${significant(mean(measured.map(each => each.exact)))} times in exact mode${short > 0 ? ` (${short} left out: too short a run to tell)` : ''}`,
    '',
  ];
}
