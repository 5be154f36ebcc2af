import { styleText } from 'node:util';
import type { Command } from 'commander';
import { shippedWorkloads } from '../../kernels/index.ts';
import type { Check, CheckSelection } from '../measure/check-workload.ts';
import { conductChecks } from '../measure/conduct-checks.ts';
import { chooseWorkloads } from '../workload/choose.ts';
import { canonicalTarget, resolveSize, UsageError } from '../workload/load.ts';
import { formatParameters } from '../workload/parameters.ts';
import { exitCode } from './exit.ts';
import { requireGpu } from './gpu.ts';
import { interruptSignal } from './interrupt.ts';
import { answer, answerJson, remark } from './io.ts';
import { type CommonOptions, list, wholeNumber, withCommon, withSelection } from './options.ts';

interface RunVerbOptions extends CommonOptions {
  readonly size?: string;
  readonly param?: string[];
  readonly variant?: string;
  readonly seed: number;
  readonly requireGpu?: boolean;
  readonly timeout: number;
}

/** `pgram run <target>`: checks every variant against the reference; `all` for every workload. */
export function addRun(program: Command): void {
  withSelection(
    withCommon(
      program
        .command('run <target>')
        .description("check every variant of a workload ('all', a name, or a file) against its reference"),
    ),
  )
    .option('--timeout <seconds>', 'end a check after so long', wholeNumber('--timeout', { min: 1, max: 86_400 }), 120)
    .action(async (target: string, options: RunVerbOptions) => {
      const signal = interruptSignal();
      if (options.requireGpu) await requireGpu();
      const given: CheckSelection = {
        sizes: list(options.size),
        parameters: options.param ?? [],
        variants: list(options.variant),
        seed: options.seed,
      };
      const tasks = target === 'all' ? await everyWorkload(given, options) : [{ target, selection: given }];
      const checks: Check[] = [];
      const onCheck = (check: Check): void => {
        checks.push(check);
        const boring = check.outcome.status === 'ok' || check.outcome.status === 'skipped';
        if (!options.json && !(options.quiet && boring)) remark(line(check));
      };
      let complete = true;
      for (const { target: name, selection } of tasks)
        complete &&= await conductChecks(canonicalTarget(name), selection, {
          signal,
          timeoutMs: options.timeout * 1000,
          onCheck,
        });
      if (checks.length === 0 && complete) throw new UsageError(`${target}: nothing to check`);
      await conclude(checks, complete, options);
    });
}

/** Every shipped workload that the selection is about; what does not fit any is said before the first check. */
async function everyWorkload(
  given: CheckSelection,
  { quiet }: RunVerbOptions,
): Promise<{ target: string; selection: CheckSelection }[]> {
  const workloads = await Promise.all(Object.values(shippedWorkloads).map(load => load()));
  const { chosen, left } = chooseWorkloads(workloads, given);
  for (const { workload } of chosen) for (const size of given.sizes) resolveSize(workload, size);
  for (const text of left) remark(text, quiet);
  return chosen.map(({ workload, variants, parameters }) => ({
    target: workload.name,
    selection: { ...given, variants, parameters },
  }));
}

async function conclude(checks: readonly Check[], complete: boolean, { json }: RunVerbOptions): Promise<void> {
  const count = (status: string): number => checks.filter(({ outcome }) => outcome.status === status).length;
  const [ok, skipped] = [count('ok'), count('skipped')];
  const wrong = checks.length - ok - skipped;
  if (json) {
    const rows = checks.map(({ outcome, workload, input, parameters, variant }) => ({
      workload,
      input,
      parameters: formatParameters(parameters),
      variant,
      status: outcome.status,
      reason: 'reason' in outcome ? outcome.reason : null,
      ranOn: 'ranOn' in outcome ? outcome.ranOn : null,
      accuracy: ('accuracy' in outcome && outcome.accuracy) || null,
    }));
    await answerJson({ checks: rows, ok, wrong, skipped, complete });
  } else {
    const failures = checks.filter(({ outcome }) => outcome.status !== 'ok' && outcome.status !== 'skipped');
    const summary = `${checks.length} ${checks.length === 1 ? 'check' : 'checks'}: ${ok} ok, ${wrong} wrong, ${skipped} skipped${complete ? '' : '; interrupted before the end'}`;
    await answer([...failures.map(line), styleText(wrong > 0 ? 'red' : 'green', summary)].join('\n'));
  }
  if (!complete) process.exitCode = exitCode.interrupted;
  else if (wrong > 0) process.exitCode = exitCode.wrong;
}

function line({ workload, input, parameters, variant, outcome }: Check): string {
  const axes = formatParameters(parameters);
  const what = `${workload}${axes ? ` (${axes})` : ''} / ${variant} at ${input}`;
  if (outcome.status === 'ok') {
    const { accuracy, ranOn } = outcome;
    const error =
      accuracy.maxAbsError === 0
        ? 'exact'
        : `error ${(100 * accuracy.worstShare).toPrecision(2)} % of what is allowed, ${accuracy.maxUlp.toPrecision(2)} ulp`;
    return `${styleText('green', 'ok')}       ${what}: ${error}, ${ranOn}`;
  }
  if (outcome.status === 'skipped') return `${styleText('dim', 'skipped')}  ${what}: ${outcome.reason}`;
  return `${styleText('red', outcome.status)}  ${what}: ${outcome.reason}`;
}
