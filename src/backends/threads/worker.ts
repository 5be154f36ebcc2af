import { parentPort, workerData } from 'node:worker_threads';
import type { NumericArray } from '../variant.ts';
import { joinTeam } from './team.ts';

/** What a kernel sees: the shared arrays, its own number, and a barrier for kernels of several phases. */
export interface Job {
  readonly shared: Readonly<Record<string, NumericArray>>;
  readonly scalars: Readonly<Record<string, number>>;
  readonly thread: number;
  readonly threads: number;
  barrier(): void;
}

/** Runs in every thread of the team at once, on its own part of the work. */
export type ThreadKernel = (job: Job) => void;

export interface WorkerData {
  readonly kernel: string;
  readonly shared: Readonly<Record<string, NumericArray>>;
  readonly scalars: Readonly<Record<string, number>>;
  readonly control: Int32Array;
  readonly thread: number;
  readonly threads: number;
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
async function serve({ kernel: href, shared, scalars, control, thread, threads }: WorkerData): Promise<void> {
  const { kernel } = (await import(href)) as { kernel: ThreadKernel };
  const team = joinTeam(threads, control);
  const job: Job = { shared, scalars, thread, threads, barrier: () => team.barrier() };
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
