import { resolve } from 'node:path';
import type { Command } from 'commander';
import { describeEnvironment, packageRoot } from '../results/provenance.ts';
import { UsageError } from '../workload/load.ts';
import { exitCode } from './exit.ts';
import { onInterruptSay } from './interrupt.ts';
import { answer, answerJson } from './io.ts';
import { type CommonOptions, withCommon } from './options.ts';
import { isQuiet, progressLine } from './progress.ts';

/** `pgram bundle`: one archive that measures on a machine without npm, network or root. */
export function addBundle(program: Command): void {
  withCommon(
    program
      .command('bundle')
      .description('one archive (linux-x64) that runs the benchmark without npm, network or root'),
  )
    .option('--out <folder>', 'where the archive is written', '.')
    .option('--no-try', 'do not unpack it and ask its doctor')
    .action(async (options: CommonOptions & { out: string; try: boolean }) => {
      onInterruptSay(() => 'no archive was written.');
      const progress = progressLine(isQuiet(options));
      const { makeBundle, mostBytes, tryBundle } = await tools();
      const { tool } = describeEnvironment(null);
      const bundle = await makeBundle({
        root: packageRoot,
        out: resolve(options.out),
        tool,
        onStep: progress.say,
      });
      const fits = bundle.bytes <= mostBytes;
      if (options.try) progress.say('unpacking it and asking its doctor');
      const tried = options.try ? tryBundle(bundle.file) : undefined;
      if (!fits || tried?.works === false) process.exitCode = exitCode.wrong;
      if (options.json) return answerJson({ ...bundle, mostBytes, fits, tried: tried ?? null });
      const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
      await answer(
        [
          `${bundle.file}: ${mebibytes(bundle.bytes)}${fits ? '' : `, more than ${mebibytes(mostBytes)}: install xz and strip (binutils) and make it again`}`,
          `${mebibytes(bundle.unpackedBytes)} unpacked; ${bundle.packages} packages; state of the sources: ${tool.gitCommit ?? 'unknown'}${tool.gitDirty ? ', with changes' : ''}`,
          ...(tried ? [`${tried.works ? 'unpacked and started' : 'does not work'}: ${tried.said}`] : []),
          'There: tar -xf it, then parallelogram/pgram doctor, parallelogram/pgram experiment run cpu-vs-gpu',
        ].join('\n'),
      );
    });
}

/** What makes bundles stays at home. */
async function tools() {
  try {
    return await import('../../tools/bundle/make.ts');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError('this is a bundle already; make another one from the sources it came from.');
  }
}
