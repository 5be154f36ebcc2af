import type { Command } from 'commander';
import { openDevice } from '../backends/device.ts';
import { VariantSkipped } from '../backends/failure.ts';
import type { Output } from '../backends/variant.ts';
import type { GpuVariant, TuningShape } from '../backends/webgpu/plan.ts';
import { keepTuning, type Trial } from '../backends/webgpu/tuned.ts';
import { poseProblem } from '../measure/check.ts';
import { duration } from '../report/format.ts';
import { searchShapes } from '../tune/search.ts';
import { loadWorkload, resolveSize, UsageError } from '../workload/load.ts';
import { defaultParameters } from '../workload/parameters.ts';
import { createRandom } from '../workload/random.ts';
import type { AnyWorkload } from '../workload/types.ts';
import { DeviceError } from './exit.ts';
import { onInterruptSay } from './interrupt.ts';
import { answer, answerJson } from './io.ts';
import { type CommonOptions, wholeNumber, withCommon } from './options.ts';
import { isQuiet, progressLine } from './progress.ts';

interface TuneOptions extends CommonOptions {
  readonly size: string;
  readonly variant: string;
  readonly budget: number;
  readonly seed: number;
  readonly fresh?: boolean;
}

/** `pgram tune <workload>`: tries the shapes of a WebGPU variant and keeps the fastest for this adapter and driver. */
export function addTune(program: Command): void {
  withCommon(
    program
      .command('tune <workload>')
      .description('find the fastest shape of a WebGPU variant for this adapter; bench uses it from then on'),
  )
    .option('--size <size>', "an integer, or one of the workload's named sizes", 'medium')
    .option('--variant <name>', 'which variant', 'webgpu-tuned')
    .option(
      '--budget <seconds>',
      'end after so long; the next call goes on',
      wholeNumber('--budget', { min: 1, max: 86_400 }),
      60,
    )
    .option('--seed <n>', 'seed of the inputs', wholeNumber('--seed', { min: 0, max: 2 ** 31 - 1 }), 1)
    .option('--fresh', 'forget what is known and begin anew')
    .action(async (target: string, options: TuneOptions) => {
      const workload = await loadWorkload(target);
      const declaration = declarationOf(workload, options.variant);
      const size = resolveSize(workload, options.size);
      const pose = (seed: number) =>
        poseProblem<unknown, Output>(workload, workload.inputs(size, createRandom(seed), defaultParameters(workload)));
      onInterruptSay(() => 'no shape was tried yet; what is known of this adapter is as it was.');
      const progress = progressLine(isQuiet(options));
      progress.say(`preparing ${workload.name} at size ${size}`);
      const problems = [await pose(options.seed), await pose(options.seed + 1_000_003)] as const;
      await using device = openDevice();
      const result = await searchShapes(
        { workload, declaration, problems },
        {
          device,
          budgetNs: options.budget * 1e9,
          fresh: options.fresh === true,
          keep: keepTuning,
          onTrial: (trial, { done, of }) => {
            onInterruptSay(() => `${done} of ${of} shapes are tried and kept; the same command goes on with the rest.`);
            progress.say(`${done}/${of}  ${trialLine(trial)}`);
          },
        },
      ).catch(error => {
        throw error instanceof VariantSkipped ? new DeviceError(error.message) : error;
      });
      const { record, untried, gain } = result;
      if (options.json) return answerJson({ ...record, untried, gain: gain ?? null });
      const left = untried > 0 ? `\n${untried} shapes are left; the same command goes on with them.` : '';
      await answer(`${workload.name} ${size}, ${options.variant}: ${verdict(record.best, gain)}${left}`);
    });
}

function declarationOf(workload: AnyWorkload, name: string): GpuVariant<unknown, never> {
  const tunable = workload.variants.flatMap(variant => {
    const { gpu } = variant as { gpu?: GpuVariant<unknown, never> };
    return gpu?.tunable ? [gpu] : [];
  });
  const found = tunable.find(each => each.name === name);
  if (found) return found;
  const names = tunable.map(each => each.name).join(', ');
  throw new UsageError(
    `${workload.name}: ${name} declares nothing to tune.${names === '' ? ' No variant of it does; matmul has webgpu-tuned.' : ` Choose among: ${names}.`}`,
  );
}

const shapeText = (shape: TuningShape): string =>
  Object.entries(shape)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ');

const trialLine = (trial: Trial): string =>
  `${shapeText(trial.shape)}: ${trial.status === 'ok' ? duration(trial.medianNs) : `failed (${trial.reason})`}`;

function verdict(best: TuningShape | undefined, gain: number | undefined): string {
  if (gain === undefined) return 'no shape was right, or none was tried within the budget';
  if (!best) return 'nothing beats the shape that runs untuned';
  return `${shapeText(best)} is ${gain.toFixed(2)} times faster than untuned; kept for this adapter`;
}
