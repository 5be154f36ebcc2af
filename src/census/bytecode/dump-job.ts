import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';
import vm from 'node:vm';
import type { ModuleFormat } from '../../target/index.ts';

/** A source to be compiled, not run. */
export interface DumpInput {
  readonly url: string;
  readonly code: string;
  /** What is compiled with block coverage on: the same, or with places for more counters. */
  readonly countedCode: string;
  readonly format: ModuleFormat;
}

export const markerPrefix = 'pgram_marker_';

/** Names of functions that separate the sections of the listing: V8's own stdout buffer takes no other marks. */
export const markerName = (index: number, coverage: boolean): string =>
  `${markerPrefix}${index}_${coverage ? 'counted' : 'plain'}`;

/**
 * Runs inside a child process whose stdout is the listing. `--no-lazy` compiles every function with its module, so
 * that functions never called are listed too and nothing of the program runs. Each file is compiled twice: as it is,
 * and with block coverage, whose counters anchor the executed counts.
 */
export default function dump(inputs: readonly DumpInput[]): void {
  const session = new Session();
  session.connect();
  const kept: unknown[] = [];
  // The first use of either compiler lists functions of Node itself.
  compile({ url: 'file:///pgram-warm.mjs', format: 'module' }, 'import "node:fs"; export {}', kept);
  compile({ url: 'file:///pgram-warm.cjs', format: 'commonjs' }, '0', kept);
  setFlagsFromString('--no-lazy');
  listAll(inputs, false, kept);
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  setFlagsFromString('--trace-block-coverage');
  listAll(inputs, true, kept);
  // Prints which address has which source range.
  session.post('Profiler.takePreciseCoverage');
  setFlagsFromString('--no-trace-block-coverage');
  session.disconnect();
  if (kept.length === 0) throw new Error('nothing was compiled');
}

function listAll(inputs: readonly DumpInput[], coverage: boolean, kept: unknown[]): void {
  setFlagsFromString('--print-bytecode');
  for (const [index, input] of inputs.entries()) {
    kept.push(
      vm.compileFunction(`return function ${markerName(index, coverage)}() {}`, [], {
        filename: `pgram-marker:${index}${coverage}`,
      }),
    );
    // Another name, or V8 would find the script in its compilation cache and list nothing.
    const url = `${input.url}?${markerName(index, coverage)}`;
    compile({ url, format: input.format }, coverage ? input.countedCode : input.code, kept);
  }
  setFlagsFromString('--no-print-bytecode');
}

/** What is compiled stays referenced, so that no address is used twice. */
function compile({ url, format }: Pick<DumpInput, 'url' | 'format'>, code: string, kept: unknown[]): void {
  kept.push(
    format === 'module'
      ? new vm.SourceTextModule(code, { identifier: url })
      : vm.compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], { filename: url }),
  );
}
