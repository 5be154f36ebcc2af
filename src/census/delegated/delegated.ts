import { type ChildOutcome, type Confinement, closed, type ProgramSpec, runInChild } from '../../target/index.ts';
import type { CountOptions } from '../executed/executed.ts';
import { gpuKernelLayer } from '../gpu-kernel/gpu-kernel.ts';
import type { Layer } from '../types.ts';
import { webassemblyLayer } from '../webassembly/decode.ts';
import { executedWasmLayer } from '../webassembly/executed.ts';
import type { DelegatedOrder, DelegatedRun } from './job.ts';

/** What a program handed to layers other than its own JavaScript. */
export interface Delegated {
  /** As executed; undefined where the program instantiates no module. */
  readonly webassembly: Layer | undefined;
  /** Each instruction of the same modules once. */
  readonly webassemblyStatic: readonly Layer[];
  /** Undefined where nothing was dispatched. */
  readonly gpuKernel: Layer | undefined;
  readonly outcome: ChildOutcome<DelegatedRun>;
}

/** Counts what a target executes in WebAssembly, on all its threads, and what it dispatches to a GPU. */
export async function countDelegated(spec: ProgramSpec, options: CountOptions = {}): Promise<Delegated> {
  const confinement: Confinement = options.confinement ?? closed;
  const order: DelegatedOrder = { spec, gpu: confinement.all || confinement.open.includes('addons') };
  const outcome = await runInChild<DelegatedRun>(new URL('./job.ts', import.meta.url), order, {
    file: spec.target.file,
    confinement,
    execArgv: ['--import', new URL('../webassembly/worker-hook.ts', import.meta.url).href],
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const { modules = [], dispatches = [] } = outcome.result ?? {};
  return {
    webassembly: modules.length > 0 ? executedWasmLayer(modules) : undefined,
    webassemblyStatic: modules.flatMap(({ bytes }, index) => staticLayer(bytes, `module ${index + 1}`)),
    gpuKernel: dispatches.length > 0 ? gpuKernelLayer(dispatches) : undefined,
    outcome,
  };
}

/** Why a module cannot be read stands in the executed layer already. */
function staticLayer(bytes: Uint8Array, file: string): Layer[] {
  try {
    return [webassemblyLayer(bytes, file)];
  } catch {
    return [];
  }
}
