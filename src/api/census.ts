import type { Census, CensusOptions } from '../census/census.ts';
import type { ProgramOptions } from './options.ts';

export interface CensusCall extends ProgramOptions, Pick<CensusOptions, 'mode' | 'machineCode'> {}

/**
 * Instructions by category on every layer that a program reaches: bytecode as compiled and as executed, machine code,
 * WebAssembly, GPU kernels. What `pgram analyze-bytecode --json` prints under `layers`, and more.
 *
 * @param target a workload's name or alias, `file.ts`, or `file.ts#function`
 * @throws UsageError for what does not exist; what the program itself does wrong is in the result (`complete: false`)
 */
export async function census(target: string, options: CensusCall = {}): Promise<Census> {
  const [{ selectProgram }, { limitsOf }, { takeCensus }] = await Promise.all([
    import('../target/index.ts'),
    import('./limits.ts'),
    import('../census/census.ts'),
  ]);
  return takeCensus(await selectProgram(target, options), { ...options, ...limitsOf(options) });
}
