import { styleText } from 'node:util';
import type { Command } from 'commander';
import { shippedWorkloads } from '../../kernels/index.ts';
import { openDevice } from '../backends/device.ts';
import type { CheckOutcome } from '../measure/check.ts';
import { checkWorkload } from '../measure/check-workload.ts';
import { loadWorkload, UsageError } from '../workload/load.ts';
import { formatParameters } from '../workload/parameters.ts';
import { exitCode } from './exit.ts';
import { requireGpu } from './gpu.ts';
import { answer, answerJson, remark } from './io.ts';
import { type CommonOptions, list, withCommon, withSelection } from './options.ts';

interface RunVerbOptions extends CommonOptions {
  readonly size?: string;
  readonly param?: string[];
  readonly variant?: string;
  readonly seed: number;
  readonly requireGpu?: boolean;
}

interface Row {
  readonly workload: string;
  readonly input: string;
  readonly parameters: string;
  readonly variant: string;
  readonly outcome: CheckOutcome;
}

/** `pgram run <target>`: checks every variant against the reference; `all` for every workload. */
export function addRun(program: Command): void {
  withSelection(
    withCommon(
      program
        .command('run <target>')
        .description("check every variant of a workload ('all', a name, or a file) against its reference"),
    ),
  ).action(async (target: string, options: RunVerbOptions) => {
    if (options.requireGpu) await requireGpu();
    const targets = target === 'all' ? Object.keys(shippedWorkloads) : [target];
    const rows: Row[] = [];
    await using device = openDevice();
    for (const name of targets) {
      const workload = await loadWorkload(name);
      const selection = {
        sizes: list(options.size),
        parameters: options.param ?? [],
        variants: list(options.variant),
        seed: options.seed,
      };
      for await (const { variant, input, parameters, outcome } of checkWorkload(workload, selection, device)) {
        const row: Row = { workload: workload.name, input, parameters: formatParameters(parameters), variant, outcome };
        rows.push(row);
        if (!options.json && !(options.quiet && (outcome.status === 'ok' || outcome.status === 'skipped')))
          remark(line(row));
      }
    }
    if (rows.length === 0) throw new UsageError(`${target}: nothing to check`);
    await conclude(rows, options);
  });
}

async function conclude(rows: readonly Row[], { json }: RunVerbOptions): Promise<void> {
  const count = (status: string): number => rows.filter(({ outcome }) => outcome.status === status).length;
  const [ok, skipped] = [count('ok'), count('skipped')];
  const wrong = rows.length - ok - skipped;
  if (json) {
    const checks = rows.map(({ outcome, ...row }) => ({
      ...row,
      status: outcome.status,
      reason: 'reason' in outcome ? outcome.reason : null,
      ranOn: 'ranOn' in outcome ? outcome.ranOn : null,
      accuracy: 'accuracy' in outcome ? outcome.accuracy : null,
    }));
    await answerJson({ schema: 1, checks, ok, wrong, skipped } as { schema: number });
  } else {
    const failures = rows.filter(({ outcome }) => outcome.status !== 'ok' && outcome.status !== 'skipped');
    const summary = `${rows.length} checks: ${ok} ok, ${wrong} wrong, ${skipped} skipped`;
    await answer([...failures.map(line), styleText(wrong > 0 ? 'red' : 'green', summary)].join('\n'));
  }
  if (wrong > 0) process.exitCode = exitCode.wrong;
}

function line({ workload, input, parameters, variant, outcome }: Row): string {
  const what = `${workload}${parameters ? ` (${parameters})` : ''} / ${variant} at ${input}`;
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
