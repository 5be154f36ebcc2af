import { type ChildOutcome, closed, type ProgramSpec, permissionsFor } from '../target/index.ts';
import { bytecodeLayer } from './bytecode/bytecode.ts';
import type { CompiledFunction } from './bytecode/dump.ts';
import { countDelegated } from './delegated/delegated.ts';
import { type CountOptions, countExactly, executedLayer } from './executed/executed.ts';
import { countFast } from './executed/fast.ts';
import { type OptimisedFunction, readMachineCode } from './machine-code/machine-code.ts';
import type { Layer } from './types.ts';

/** What a census is asked for. */
export interface CensusOptions extends CountOptions {
  /** `fast` counts by counters in the source: quicker, and it leaves more unsolved. Default `exact`. */
  readonly mode?: 'exact' | 'fast';
  /** Whether optimised code is listed. Default true. */
  readonly machineCode?: boolean;
  /** Hears what is being done, before each run. */
  readonly onStep?: (step: string) => void;
}

/** Instructions of one program on every layer that it reaches. */
export interface Census {
  /** `bytecode`, `executed-bytecode`, then `machine-code`, `webassembly` and `gpu-kernel` where there are any. */
  readonly layers: readonly Layer[];
  /** Each instruction of every WebAssembly module once, module by module. */
  readonly webassemblyStatic: readonly Layer[];
  readonly compiled: readonly CompiledFunction[];
  readonly optimised: readonly OptimisedFunction[];
  /** The program ran to its end in every run. */
  readonly complete: boolean;
  /** How the first run ended that did not end well; `ok` where all did. */
  readonly status: ChildOutcome<unknown>['status'];
  /** How runs ended that did not. */
  readonly problems: readonly string[];
  /** What was open to the program in any run. */
  readonly open: readonly string[];
}

const steps = {
  bytecode: 'counting bytecode',
  machineCode: 'listing machine code',
  delegated: 'counting WebAssembly and GPU kernels',
} as const;

/**
 * Counts what a program executes, layer by layer, in a process of its own for each way of looking: bytecode under block
 * coverage, WebAssembly and GPU kernels through what it hands over, machine code through V8's listings.
 */
export async function takeCensus(spec: ProgramSpec, options: CensusOptions = {}): Promise<Census> {
  const { onStep = () => undefined } = options;
  const confinement = permissionsFor(spec, options.confinement ?? closed);
  const counting = { ...options, confinement };
  onStep(steps.bytecode);
  const counts = options.mode === 'fast' ? await countFast(spec, counting) : await countExactly(spec, counting);
  const problems: string[] = [];
  const open = new Set(counts.outcome.open);
  let status: Census['status'] = 'ok';
  const note = (
    what: string,
    { status: ended, message, open: opened }: Pick<ChildOutcome<unknown>, 'status' | 'message' | 'open'>,
  ): void => {
    for (const each of opened) open.add(each);
    if (status === 'ok') status = ended;
    // One ending is said once, however many runs met it.
    if (ended !== 'ok' && !problems.some(each => each.endsWith(message))) problems.push(`${what}: ${message}`);
  };
  note(steps.bytecode, counts.outcome);
  const compiled = counts.functions.map(each => each.compiled);
  const layers: Layer[] = [bytecodeLayer(compiled), executedLayer(counts)];
  // What cannot be loaded cannot be looked at in another way either.
  if (!counts.outcome.result)
    return {
      layers,
      webassemblyStatic: [],
      compiled,
      optimised: [],
      complete: false,
      status,
      problems,
      open: [...open],
    };
  let optimised: readonly OptimisedFunction[] = [];
  if (options.machineCode !== false && counts.outcome.status === 'ok') {
    onStep(steps.machineCode);
    const code = await readMachineCode(spec, compiled, counting);
    note(steps.machineCode, code.outcome);
    optimised = code.functions;
    if (code.functions.length > 0) layers.push(code.layer);
  }
  onStep(steps.delegated);
  const delegated = await countDelegated(spec, counting);
  note(steps.delegated, delegated.outcome);
  if (delegated.webassembly) layers.push(delegated.webassembly);
  if (delegated.gpuKernel) layers.push(delegated.gpuKernel);
  return {
    layers,
    webassemblyStatic: delegated.webassemblyStatic,
    compiled,
    optimised,
    complete: problems.length === 0,
    status,
    problems,
    open: [...open],
  };
}
