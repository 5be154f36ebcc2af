import { Worker } from 'node:worker_threads';
import { VariantFailure } from '../failure.ts';
import type { NumericArray, Output, Prepared } from '../variant.ts';
import { createTeam, type Team } from './team.ts';
import { type JobData, jobOf, type ThreadKernel, type WorkerData } from './worker.ts';

/** A kernel with the memory that it works on, ready to be given to a team. */
export interface TeamWork<I, O extends Output> {
  readonly name: string;
  readonly threads: number;
  /** A module that exports `kernel: ThreadKernel`; loaded in every thread. */
  readonly kernel: URL;
  /** What every thread gets, by structured clone: shared memory stays shared. */
  readonly data: JobData;
  upload(input: I, shared: Readonly<Record<string, NumericArray>>): void;
  download(shared: Readonly<Record<string, NumericArray>>, input: I): O;
}

/**
 * Starts the threads; between dispatches they wait on a futex. The calling thread works as thread 0, so that `threads`
 * threads run on as many cores, and one thread runs without any worker.
 *
 * @throws VariantFailure `compile-error` where a thread does not start
 */
export async function startTeam<I, O extends Output>(work: TeamWork<I, O>, input: I): Promise<Prepared<I, O>> {
  const { name, threads, data } = work;
  const { shared } = data;
  const team = createTeam(threads);
  const { kernel } = (await import(work.kernel.href)) as { kernel: ThreadKernel };
  const workers = await startWorkers(work, team);
  const job = await jobOf(data, team, 0);
  let current = input;
  return {
    shape: 'offload',
    async upload(next) {
      current = next;
      work.upload(next, shared);
    },
    async dispatch() {
      team.start();
      try {
        kernel(job);
      } catch (error) {
        team.fail();
        throw error;
      } finally {
        team.join();
      }
      if (team.failed())
        throw new VariantFailure('runtime-error', `${name}: a worker thread threw; see the message above`);
    },
    async readback() {
      return work.download(shared, current);
    },
    threads: () => threads,
    ranOn: () => 'cpu',
    async [Symbol.asyncDispose]() {
      team.stop();
      await Promise.all(workers.map(worker => worker.terminate()));
    },
  };
}

async function startWorkers<I, O extends Output>(
  { name, kernel, data }: TeamWork<I, O>,
  team: Team,
): Promise<Worker[]> {
  const workers: Worker[] = [];
  const ready: Promise<unknown>[] = [];
  for (let thread = 1; thread < team.threads; thread++) {
    const workerData: WorkerData = {
      ...data,
      kernel: kernel.href,
      control: team.control,
      thread,
      threads: team.threads,
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
    workers.push(worker);
    ready.push(
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.once('exit', code => reject(new Error(`thread ${thread} ended with code ${code} before it was ready`)));
      }),
    );
  }
  try {
    await Promise.all(ready);
  } catch (error) {
    await Promise.all(workers.map(worker => worker.terminate()));
    throw new VariantFailure('compile-error', `${name}: a worker thread did not start: ${(error as Error).message}`, {
      cause: error,
    });
  }
  for (const worker of workers) worker.unref();
  return workers;
}
