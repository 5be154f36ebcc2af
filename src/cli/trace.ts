import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { exportedFunctions, parseFile, type Target } from '../target/index.ts';
import { type RunOptions, traceLevels, traceTarget } from '../trace/run.ts';
import { growthOf, type Sweep, traceSizes } from '../trace/sweep.ts';
import type { TraceResult } from '../trace/types.ts';
import { loadWorkload, resolveSize, UsageError } from '../workload/load.ts';
import { exitCode } from './exit.ts';
import { onInterruptSay } from './interrupt.ts';
import { answer, answerJson, remark } from './io.ts';
import { list, oneOf, wholeNumber } from './options.ts';
import { isQuiet, progressLine } from './progress.ts';
import { confinementOf, programOf, type TargetOptions, withTarget } from './target-options.ts';
import { saveTrace } from './trace-folder.ts';
import { screen } from './trace-screen.ts';

interface TraceVerbOptions extends TargetOptions {
  readonly cost: 'unit' | 'machine';
  readonly inputs: number;
  readonly dependences: boolean;
  readonly maxOperations?: number;
  readonly maxMemory?: number;
  readonly sizes?: string;
  readonly extrapolate?: string;
  readonly explain?: boolean;
  readonly out?: string;
}

/** `pgram trace <target>`: work, span, loops, dependences. */
export function addTrace(program: Command): void {
  withTarget(program.command('trace <target> [args...]').description('work, span, loops and dependences of a program'))
    .option('--cost <model>', "'unit', or 'machine' for latencies", oneOf('--cost', ['unit', 'machine']), 'unit')
    .option('--inputs <k>', 'repeat on k seeds', wholeNumber('--inputs', { min: 1, max: 1000 }), 1)
    .option('--no-dependences', 'work and span alone, which is cheaper: every loop is then unknown')
    .option('--sizes <n,n,…>', 'trace each size and fit how work and span grow')
    .option('--extrapolate <n,n,…>', 'sizes to say the growth at, with --sizes')
    .addOption(new Option('--sample <k>', 'refused: see docs/trace.md').argParser(refuseSampling).hideHelp())
    .option('--max-operations <n>', 'stop after so many', wholeNumber('--max-operations', { min: 1, max: 2 ** 40 }))
    .option('--max-memory <MiB>', 'stop at so much memory', wholeNumber('--max-memory', { min: 64, max: 2 ** 20 }))
    .option('--explain', 'two sentences on each verdict, with the line that shows it, and every dependence')
    .option('--out <folder>', 'write trace.json, loops.csv and charts into a run folder made here')
    .action(trace);
}

function refuseSampling(): never {
  throw new UsageError(
    '--sample is refused: iterations that run untraced leave the times of what they overwrite as they were, so the span and the dependences of the sampled loop would be wrong in either direction. Trace a smaller --size, or several with --sizes, which extrapolates.',
  );
}

async function trace(text: string, args: string[], options: TraceVerbOptions): Promise<void> {
  const startedAt = new Date();
  onInterruptSay(() => 'nothing was written. With --timeout <seconds> a trace shows what ran until then.');
  const { target, ...spec } = await programOf(text, options, args);
  const run = {
    ...spec,
    cost: options.cost,
    inputs: options.inputs,
    ...(options.dependences ? {} : { dependences: false }),
    timeoutMs: options.timeout * 1000,
    confinement: confinementOf(options),
    ...(options.maxOperations === undefined ? {} : { maxOperations: options.maxOperations }),
    ...(options.maxMemory === undefined ? {} : { maxMemoryBytes: options.maxMemory * 2 ** 20 }),
  };
  const sizes = await sizesOf('--sizes', options.sizes, target);
  const beyond = await sizesOf('--extrapolate', options.extrapolate, target);
  if (sizes.length === 1) throw new UsageError(`--sizes is \`${options.sizes}\`; growth needs at least two sizes.`);
  if (beyond.length > 0 && sizes.length === 0) throw new UsageError('--extrapolate needs --sizes to fit a law to.');
  const { say: onStep } = progressLine(isQuiet(options));
  const sweep = sizes.length > 0 ? await traceSizes(target, sizes, { ...run, onStep }) : undefined;
  const result = sweep
    ? withGrowth(sweep, options.size === undefined ? undefined : spec.size)
    : await traceTarget(target, { ...run, onStep });
  if (!result.complete || result.sameOutput === false) process.exitCode = exitCode.wrong;
  if (options.out !== undefined) onStep('tracing once more for the picture, then drawing it');
  const folder =
    options.out === undefined
      ? undefined
      : await saveTrace(
          { result, sweep, levels: await levelsOf(target, { ...run, size: result.size }), extrapolate: beyond },
          { out: resolve(options.out), seed: options.seed, target, spec, startedAt },
        );
  if (folder && options.json) remark(`run folder: ${relative('.', folder)}`, options.quiet);
  const hint = result.work === 0 ? uncalled(text, target) : undefined;
  if (hint !== undefined) remark(hint, options.quiet);
  if (options.json) return answerJson(result);
  const { stdout: stream } = process;
  const said = screen(result, {
    explain: options.explain === true,
    judged: options.dependences,
    sweep,
    extrapolate: beyond,
    stream,
  });
  await answer(folder ? `${said}\n\nRun folder: ${relative('.', folder)}` : said);
}

/** A script that only exports functions does nothing: which it exports, and how to name one. */
function uncalled(text: string, target: Target): string | undefined {
  const names = target.kind === 'file' ? exportedFunctions(parseFile(target.file)) : [];
  if (names.length === 0) return undefined;
  return `${text} ran as a script and computed nothing: what it exports was not called. Name a function: ${names.map(name => `${text}#${name}`).join(', ')}.`;
}

/** A run of its own, at the size of the result that is shown. */
const levelsOf = (target: Target, { size, ...run }: Omit<RunOptions, 'size'> & { size: number | null }) =>
  traceLevels(target, size === null ? run : { ...run, size });

/** The result at the size that was asked for, or the largest that ended by itself, with the laws over all of them. */
function withGrowth(sweep: Sweep, size: number | undefined): TraceResult {
  const whole = sweep.results.filter(({ complete }) => complete);
  const chosen = whole.find(result => result.size === size) ?? whole.at(-1)!;
  return { ...chosen, growth: growthOf(sweep) };
}

async function sizesOf(option: string, text: string | undefined, target: Target): Promise<readonly number[]> {
  const names = list(text);
  if (target.kind !== 'workload') return names.map(wholeNumber(option, { min: 0, max: Number.MAX_SAFE_INTEGER }));
  const workload = await loadWorkload(target.name);
  return names.map(name => resolveSize(workload, name));
}
