import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { Command } from 'commander';
import { bytecodeLayer, saveDisassembly } from '../census/bytecode/bytecode.ts';
import { countExactly, executedLayer } from '../census/executed/executed.ts';
import { categories, type Layer } from '../census/types.ts';
import { count, percent } from '../report/format.ts';
import { newRunId, orOutputError } from '../results/run-folder.ts';
import { type ProgramSpec, targetLabel } from '../target/index.ts';
import { UsageError } from '../workload/load.ts';
import { unknownName } from '../workload/suggest.ts';
import { exitCode } from './exit.ts';
import { answer, answerJson } from './io.ts';
import { confinementOf, programOf, type TargetOptions, withTarget } from './target-options.ts';

interface CensusOptions extends TargetOptions {
  readonly out: string;
}

const calibrationPrograms = [
  'example_arithmetic',
  'example_control_flow',
  'example_function_calls',
  'example_load_store',
];

/** `pgram analyze-bytecode <target>`, and `pgram dummy test-bytecode <program>` for the calibration programs. */
export function addAnalyzeBytecode(program: Command): void {
  withTarget(
    program
      .command('analyze-bytecode <target> [args...]')
      .description('instructions by category, as compiled and as executed'),
  )
    .option('--out <folder>', 'where run folders are made', 'results')
    .action(async (text: string, args: string[], options: CensusOptions) =>
      census(await programOf(text, options, args), options),
    );
  withTarget(
    program
      .command('test-bytecode <target> <program>')
      .description(`the census of a calibration program: ${calibrationPrograms.join(', ')}`),
  )
    .option('--out <folder>', 'where run folders are made', 'results')
    .action(async (text: string, name: string, options: CensusOptions) => {
      if (!calibrationPrograms.includes(name))
        throw new UsageError(unknownName('calibration program', name, calibrationPrograms));
      return census(await programOf(text, { ...options, param: [`program=${name}`] }, []), options);
    });
}

async function census(spec: ProgramSpec, options: CensusOptions): Promise<void> {
  const counts = await countExactly(spec, { confinement: confinementOf(options), timeoutMs: options.timeout * 1000 });
  const { outcome, functions } = counts;
  const compiled = functions.map(each => each.compiled);
  const folder = join(resolve(options.out), newRunId('analyze-bytecode'), 'bytecode');
  const layers: Layer[] = [bytecodeLayer(compiled), executedLayer(counts)];
  if (functions.length > 0) {
    orOutputError(folder, () => mkdirSync(folder, { recursive: true }));
    saveDisassembly(compiled, folder);
  }
  if (outcome.status !== 'ok') process.exitCode = exitCode.wrong;
  const label = targetLabel(spec.target);
  if (options.json) {
    await answerJson({
      target: label,
      runtime: { node: process.versions.node, v8: process.versions.v8 },
      complete: outcome.status === 'ok',
      ...(outcome.status === 'ok' ? {} : { stopped: outcome.message }),
      layers,
    });
    return;
  }
  const ended =
    outcome.status === 'ok' ? [] : [styleText('red', `the program did not end by itself: ${outcome.message}`)];
  const saved = functions.length > 0 ? [`disassembly: ${relative('.', folder)}`] : [];
  await answer(
    [styleText('bold', relative('.', label) || label), ...ended, '', ...layers.flatMap(layerLines), ...saved].join(
      '\n',
    ),
  );
}

const names: Readonly<Record<string, string>> = {
  bytecode: 'bytecode, as compiled (functions never called too)',
  'executed-bytecode': 'bytecode, as executed (exact)',
};

const widest = 40;

/** A bar chart in the terminal, one category a line. */
function layerLines({ layer, counts, flops, functions, unsolved }: Layer): string[] {
  const total = categories.reduce((sum, category) => sum + counts[category], 0);
  const most = Math.max(1, ...categories.map(category => counts[category]));
  const bars = categories.map(category => {
    const bar = '█'.repeat(Math.round((counts[category] / most) * widest));
    const share = total === 0 ? '' : percent(counts[category] / total);
    return `  ${category.padEnd(14)}${count(counts[category]).padStart(16)}${share.padStart(11)}  ${bar}`;
  });
  const sums = `  ${count(total)} instructions in ${functions.length} functions${flops === null ? '' : `, ${count(flops)} flops on data`}`;
  const gaps = unsolved.map(each => `  not solved: ${each.function} (line ${each.line}): ${each.reason}`);
  return [styleText('bold', names[layer] ?? layer), ...bars, sums, ...gaps, ''];
}
