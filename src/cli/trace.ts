import { relative } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { count, percent, significant } from '../report/format.ts';
import { traceTarget } from '../trace/run.ts';
import type { LoopResult, TraceResult } from '../trace/types.ts';
import { exitCode } from './exit.ts';
import { answer, answerJson } from './io.ts';
import { oneOf, wholeNumber } from './options.ts';
import { confinementOf, programOf, type TargetOptions, withTarget } from './target-options.ts';

interface TraceVerbOptions extends TargetOptions {
  readonly cost: 'unit' | 'machine';
  readonly inputs: number;
  readonly maxOperations?: number;
  readonly explain?: boolean;
}

/** `pgram trace <target>`: work, span, loops, dependences. */
export function addTrace(program: Command): void {
  withTarget(program.command('trace <target> [args...]').description('work, span, loops and dependences of a program'))
    .option('--cost <model>', "'unit', or 'machine' for latencies", oneOf('--cost', ['unit', 'machine']), 'unit')
    .option('--inputs <k>', 'repeat on k seeds', wholeNumber('--inputs', { min: 1, max: 1000 }), 1)
    .option('--max-operations <n>', 'stop after so many', wholeNumber('--max-operations', { min: 1, max: 2 ** 40 }))
    .option('--explain', 'say what decided each verdict')
    .action(async (text: string, args: string[], options: TraceVerbOptions) => {
      const { target, ...spec } = await programOf(text, options, args);
      const result = await traceTarget(target, {
        ...spec,
        cost: options.cost,
        inputs: options.inputs,
        timeoutMs: options.timeout * 1000,
        confinement: confinementOf(options),
        ...(options.maxOperations === undefined ? {} : { maxOperations: options.maxOperations }),
      });
      if (!result.complete) process.exitCode = exitCode.wrong;
      if (options.json) return answerJson(result);
      await answer(screen(result, options.explain === true));
    });
}

/** Amdahl's law for a work and a span: Brent's bound T_p ≥ max(W/p, S). */
const bound = ({ work, span }: TraceResult, processors: number): number => work / Math.max(work / processors, span);

function screen(result: TraceResult, explain: boolean): string {
  const { target, size, work, span, spanReassociated, parallelism } = result;
  const what = `${relative('.', target) || target}${size === null ? '' : ` at size ${size}`}`;
  const headline =
    parallelism === null
      ? `${what}: ${count(work)} operations, none of which waits for another`
      : `${what}: work ${count(work)}, span ${count(span)}${spanReassociated === span ? '' : ` (${count(spanReassociated)} with sums reassociated)`}, parallelism ${significant(parallelism)}`;
  const amdahl =
    span > 0
      ? `At most ${[8, 64].map(p => `${significant(bound(result, p))}× on ${p}`).join(', ')} and ${significant(work / span)}× on unlimited processors, data movement free.`
      : '';
  const loops = [...result.loops].filter(({ iterations }) => iterations > 0);
  const rows = loops.map(loop => loopLine(loop, result));
  return [
    styleText('bold', headline),
    ...(result.complete
      ? []
      : [
          styleText(
            'red',
            `stopped: ${result.stopped ?? 'a limit was reached'}; the numbers are of what ran until then`,
          ),
        ]),
    amdahl,
    '',
    ...(loops.length > 0
      ? [header, ...loops.flatMap((loop, index) => [rows[index] ?? '', ...detail(loop, explain)])]
      : ['no loop was entered']),
    ...unknownLines(result),
    '',
    outputLine(result),
  ]
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n');
}

const header = `${'loop'.padEnd(34)}${'iterations'.padStart(12)}${'work'.padStart(14)}${'share'.padStart(8)}${'SP'.padStart(9)}  verdict`;

function loopLine(loop: LoopResult, { work }: TraceResult): string {
  const where = `${'  '.repeat(loop.depth)}${loop.function || '(module)'}:${loop.line}`;
  const share = work > 0 ? percent(loop.work / work) : '';
  const sp = loop.selfParallelism === null ? '–' : significant(loop.selfParallelism);
  return `${where.slice(0, 33).padEnd(34)}${count(loop.iterations).padStart(12)}${count(loop.work).padStart(14)}${share.padStart(8)}${sp.padStart(9)}  ${loop.verdict ?? ''}${loop.evidence ? ` (${loop.evidence})` : ''}`;
}

function detail({ carried, reason }: LoopResult, explain: boolean): string[] {
  const lines = explain && reason ? [`    ${reason}`] : [];
  const shown = explain ? carried : carried.slice(0, 1);
  return [
    ...lines,
    ...shown.map(
      ({ kind, variable, cell, distance, from, to, silent }) =>
        `    ${kind} on ${variable}${cell && cell !== variable ? ` (${cell})` : ''}, distance ${distance}: line ${from.line} in iteration ${from.iteration} → line ${to.line} in iteration ${to.iteration}${silent ? ', silent store' : ''}`,
    ),
    ...(carried.length > shown.length ? [`    and ${carried.length - shown.length} more (--explain)`] : []),
  ];
}

function outputLine({ slowdown, sameOutput }: TraceResult): string {
  const output = sameOutput === null ? 'not comparable' : sameOutput ? 'unchanged by tracing' : 'CHANGED BY TRACING';
  // Below 1 the run was so short that starting up is all that was timed.
  const speed = slowdown === null || slowdown < 1 ? '' : `; traced ${significant(slowdown, 2)} times slower than plain`;
  return `output ${output}${speed}`;
}

function unknownLines({ unknown }: TraceResult): string[] {
  return unknown.length === 0
    ? []
    : [
        '',
        'not traced through:',
        ...unknown.map(
          ({ line, reason, timeShare }) =>
            `  line ${line}: ${reason}${timeShare === null ? '' : ` (${percent(timeShare)} of the time)`}`,
        ),
      ];
}
