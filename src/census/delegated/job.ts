import { type ChildContext, openProgram, type ProgramSpec } from '../../target/index.ts';
import { type Dispatch, recordDispatches } from '../gpu-kernel/record.ts';
import { type WatchedModule, watchWasm } from '../webassembly/watch.ts';

export interface DelegatedOrder {
  readonly spec: ProgramSpec;
  /** Whether this process may load an addon, so that there can be a GPU. */
  readonly gpu: boolean;
}

/** What a program handed to other layers. */
export interface DelegatedRun {
  readonly modules: readonly WatchedModule[];
  readonly dispatches: readonly Dispatch[];
}

/** Runs a target once and keeps what it gives to WebAssembly and to the GPU; its loading and preparing do not count. */
export default async function run({ spec, gpu }: DelegatedOrder, context: ChildContext): Promise<DelegatedRun> {
  const wasm = watchWasm();
  const recorder = gpu
    ? recordDispatches((await import('webgpu')).globals as Readonly<Record<string, unknown>>)
    : undefined;
  const program = await openProgram(spec, context);
  if (program.kind !== 'script') {
    wasm.reset();
    recorder?.reset();
  }
  const collect = (): DelegatedRun => ({ modules: wasm.modules(), dispatches: recorder?.dispatches() ?? [] });
  context.partial(collect);
  await program.run();
  return collect();
}
