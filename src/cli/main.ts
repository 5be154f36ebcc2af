import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { shippedWorkloads } from '../../kernels/index.ts';
import { packageRoot } from '../results/provenance.ts';
import { isFileTarget, workloadAliases } from '../workload/load.ts';
import { nearest } from '../workload/suggest.ts';
import { codeOf, exitCode, explain } from './exit.ts';
import { endOnInterrupt } from './interrupt.ts';
import { keepStdoutForTheAnswer, plainly, remark } from './io.ts';
import { examplesText, verbFirst, verbs } from './verbs.ts';

/** With only the verb that is asked for: the others need not be loaded to be told from it. */
async function build(asked: string | undefined): Promise<Command> {
  const program = new Command('pgram')
    .description('What would a TypeScript program gain from other hardware, and how sure are we?')
    .usage('<verb> <target> [options]')
    .version(version(), '--version', 'the version of Parallelogram')
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
  pgram trace my.ts#fn --size 64          work, span and dependences of a function of yours
  pgram forecast my.ts#fn --size 100000   what other hardware would give it
  pgram experiment run cpu-vs-gpu         from which size does offloading pay?
  pgram qs run                            the target may come first
  pgram <verb> --help                     options and examples of a verb

Exit codes: 0 fine; 1 something ran and is wrong; 2 usage; 3 required device absent;
4 internal error or output that cannot be written; 130 interrupted.`,
    );
  const wanted = asked !== undefined && asked in verbs ? [verbs[asked]!] : Object.values(verbs);
  for (const add of new Set(wanted.map(verb => verb.add))) await add(program);
  for (const command of program.commands) {
    const examples = verbs[command.name()]?.examples;
    if (examples) for (const each of [command, ...command.commands]) each.addHelpText('after', examplesText(examples));
  }
  for (const command of allCommands(program)) command.exitOverride().configureOutput({ writeErr: () => undefined });
  return program;
}

const version = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;

const allCommands = (command: Command): Command[] => command.commands.flatMap(each => [each, ...allCommands(each)]);

/** Who types a target alone is told what to do with it. */
function unknownVerb(word: string): string {
  if (isFileTarget(word) || word in workloadAliases || word in shippedWorkloads)
    return `what should be done with ${word}? For example: npx pgram trace ${word}, npx pgram forecast ${word}, npx pgram bench ${word}. Verbs: ${names.join(', ')}.`;
  const near = nearest(word, names);
  return `unknown verb \`${word}\`.${near ? ` Did you mean \`${near}\`?` : ''} Verbs: ${names.join(', ')}.`;
}

const words = process.argv.slice(2);
const names = Object.keys(verbs);
endOnInterrupt();
// Where both are set Node would follow FORCE_COLOR, and warn of it in every process.
if (process.env.NO_COLOR) delete process.env.FORCE_COLOR;
if (words.includes('--json')) keepStdoutForTheAnswer();
try {
  const sorted = verbFirst(words);
  const [verb] = sorted;
  if (verb !== undefined && !verb.startsWith('-') && !names.includes(verb)) {
    process.stderr.write(`pgram: ${unknownVerb(verb)}\n`);
    process.exitCode = exitCode.usage;
  } else {
    const program = await build(verb);
    if (verb === undefined) program.outputHelp();
    else await program.parseAsync(sorted, { from: 'user' });
  }
} catch (error) {
  if (error instanceof CommanderError) {
    if (error.exitCode !== 0) {
      const help = [
        'npx pgram',
        ...verbFirst(words)
          .filter(word => names.includes(word))
          .slice(0, 1),
        '--help',
      ].join(' ');
      remark(`pgram: ${error.message.replace(/^error: /, '')}\n\`${help}\` shows options and examples.`);
      process.exitCode = exitCode.usage;
    }
  } else {
    remark(plainly(`pgram: ${explain(error, words.includes('--debug'))}`));
    process.exitCode = codeOf(error);
  }
}
// Dawn and worker threads can keep the process alive; everything has been said.
process.exit();
