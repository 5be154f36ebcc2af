import { parentPort, workerData } from 'node:worker_threads';
import { allowSelfImport } from '../../self-import.ts';
import type { NumericArray } from '../variant.ts';
import { joinTeam, type Team } from './team.ts';

/** A WebAssembly module over the one memory that the shared arrays lie in; each thread makes an instance of its own. */
export interface WasmData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Where each shared array begins, in bytes. */
  readonly addresses: Readonly<Record<string, number>>;
}

/** What a kernel works on; crosses to the threads by structured clone. */
export interface JobData {
  readonly shared: Readonly<Record<string, NumericArray>>;
  readonly scalars: Readonly<Record<string, number>>;
  readonly wasm?: WasmData;
}

/** What a kernel sees: the shared arrays, its own number, and a barrier for kernels of several phases. */
export interface Job {
  readonly shared: Readonly<Record<string, NumericArray>>;
  readonly scalars: Readonly<Record<string, number>>;
  readonly thread: number;
  readonly threads: number;
  /** This thread's instance, for kernels in WebAssembly. */
  readonly wasm?: Pick<WasmData, 'addresses'> & { readonly exports: WebAssembly.Exports };
  barrier(): void;
  /** Sharing out while working, for kernels long enough to be put aside meanwhile; see `Team`. */
  readonly shares: Pick<Team, 'take' | 'finish' | 'until'>;
}

/** Runs in every thread of the team at once, on its own part of the work. */
export type ThreadKernel = (job: Job) => void;

export interface WorkerData extends JobData {
  readonly kernel: string;
  readonly control: Int32Array;
  readonly thread: number;
  readonly threads: number;
}

export async function jobOf({ shared, scalars, wasm }: JobData, team: Team, thread: number): Promise<Job> {
  const job = { shared, scalars, thread, threads: team.threads, barrier: () => team.barrier(), shares: team };
  if (!wasm) return job;
  const { exports } = await WebAssembly.instantiate(wasm.module, { env: { memory: wasm.memory } });
  return { ...job, wasm: { addresses: wasm.addresses, exports } };
}

/** Splits `count` items between the threads, in blocks of `grain`: the half-open range of this thread. */
export function share(
  count: number,
  { thread, threads }: Pick<Job, 'thread' | 'threads'>,
  grain = 1,
): [number, number] {
  const blocks = Math.ceil(count / grain);
  const from = Math.floor((blocks * thread) / threads) * grain;
  const to = Math.floor((blocks * (thread + 1)) / threads) * grain;
  return [Math.min(from, count), Math.min(to, count)];
}

/**
 * Loads the kernel and serves the team. Not awaited at the top level: a kernel that imports `share` from here would
 * wait for this module, and this module for the kernel.
 */
async function serve({ kernel: href, control, thread, threads, ...data }: WorkerData): Promise<void> {
  allowSelfImport();
  const { kernel } = (await import(href)) as { kernel: ThreadKernel };
  const team = joinTeam(threads, control);
  const job = await jobOf(data, team, thread);
  parentPort?.postMessage('ready');
  while (team.await()) {
    try {
      kernel(job);
    } catch (error) {
      process.stderr.write(`thread ${thread}: ${(error as Error).message}\n`);
      team.fail();
    }
    team.done();
  }
}

if (parentPort && workerData?.kernel) void serve(workerData as WorkerData);
