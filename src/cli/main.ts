import { Command, CommanderError } from 'commander';
import { nearest } from '../workload/suggest.ts';
import { addAnalyze } from './analyze.ts';
import { addAnalyzeBytecode } from './analyze-bytecode.ts';
import { addBench } from './bench.ts';
import { addBundle } from './bundle.ts';
import { addCompare } from './compare.ts';
import { addDoctor } from './doctor.ts';
import { codeOf, exitCode, explain } from './exit.ts';
import { addExperiment } from './experiment.ts';
import { addForecast } from './forecast.ts';
import { keepStdoutForTheAnswer } from './io.ts';
import { addList } from './list.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addStart } from './start.ts';
import { addTrace } from './trace.ts';
import { addTune } from './tune.ts';

function build(): Command {
  const program = new Command('pgram')
    .description('What would a TypeScript program gain from other hardware, and how sure are we?')
    .usage('<verb> <target> [options]')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addHelpText(
      'after',
      `
Examples:
  pgram list                              workloads, sizes, variants
  pgram run all                           check every variant against its reference
  pgram bench matmul --size 512           measure all variants of one workload
  pgram experiment run cpu-vs-gpu         from which size does offloading pay?
  pgram qs run                            the target may come first

Exit codes: 0 fine; 1 something ran and is wrong; 2 usage; 3 required device absent;
4 internal error or output that cannot be written; 130 interrupted.`,
    );
  for (const add of [
    addStart,
    addList,
    addDoctor,
    addRun,
    addBench,
    addExperiment,
    addReport,
    addBundle,
    addTune,
    addCompare,
    addTrace,
    addForecast,
    addAnalyze,
    addAnalyzeBytecode,
  ])
    add(program);
  for (const command of allCommands(program)) command.exitOverride().configureOutput({ writeErr: () => undefined });
  return program;
}

const allCommands = (command: Command): Command[] => command.commands.flatMap(each => [each, ...allCommands(each)]);

/** `pgram qs run` means `pgram run qs`: the verb may stand second, as in the study that this continues. */
function verbFirst(words: readonly string[], verbs: readonly string[]): string[] {
  const [first = '', second = '', ...rest] = words;
  return !verbs.includes(first) && verbs.includes(second) ? [second, first, ...rest] : [...words];
}

const words = process.argv.slice(2);
if (words.includes('--json')) keepStdoutForTheAnswer();
const program = build();
const verbs = program.commands.map(command => command.name());
try {
  const [verb] = verbFirst(words, verbs);
  if (verb === undefined) program.outputHelp();
  else if (!verb.startsWith('-') && !verbs.includes(verb)) {
    const near = nearest(verb, verbs);
    process.stderr.write(
      `pgram: unknown verb \`${verb}\`.${near ? ` Did you mean \`${near}\`?` : ''} Verbs: ${verbs.join(', ')}.\n`,
    );
    process.exitCode = exitCode.usage;
  } else await program.parseAsync(verbFirst(words, verbs), { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) {
      process.stderr.write(`pgram: ${error.message.replace(/^error: /, '')}\n`);
      process.exitCode = exitCode.usage;
    }
  } else {
    process.stderr.write(`pgram: ${explain(error, words.includes('--debug'))}\n`);
    process.exitCode = codeOf(error);
  }
}
// Dawn and worker threads can keep the process alive; everything has been said.
process.exit();
