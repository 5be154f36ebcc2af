import { Worker } from 'node:worker_threads';
import { VariantFailure } from '../failure.ts';
import type { NumericArray, Output, Precision, Prepared, Variant } from '../variant.ts';
import { createTeam, type Team } from './team.ts';
import type { Job, ThreadKernel, WorkerData } from './worker.ts';

/** A variant that runs one kernel on several threads over shared memory. */
export interface ThreadsVariant<I, O extends Output> {
  readonly name: 'threads' | 'simd-threads';
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  readonly precision?: Precision;
  unsupported?(input: I): string | undefined;
  /** `new URL('./kernel.ts', import.meta.url)`: a module that exports `kernel: ThreadKernel`. Loaded in every thread. */
  readonly kernel: URL;
  /** Names, kinds and lengths of the shared arrays for inputs of this shape (`threads` many threads). */
  arrays(input: I, threads: number): Readonly<Record<string, ArraySpec>>;
  /** Plain numbers that the kernel needs. */
  scalars?(input: I, threads: number): Readonly<Record<string, number>>;
  /** Copies the input into the shared arrays: JavaScript cannot share memory that was not born shared. */
  upload(input: I, shared: Readonly<Record<string, NumericArray>>): void;
  /** Copies the result out. */
  download(shared: Readonly<Record<string, NumericArray>>, input: I): O;
}

export interface ArraySpec {
  readonly kind: 'f32' | 'f64' | 'i8' | 'i16' | 'i32' | 'u8' | 'u16' | 'u32';
  readonly length: number;
}

interface SharedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer): NumericArray;
}

const kinds = {
  f32: Float32Array,
  f64: Float64Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
} as const;

/**
 * Threads are started in `prepare` and wait on a futex between dispatches. The calling thread works as thread 0, so
 * that `cores` threads run on `cores` cores.
 */
export function threadsVariant<I, O extends Output>(definition: ThreadsVariant<I, O>): Variant<I, O> {
  const { name, sameAlgorithm, summary, precision } = definition;
  return {
    name,
    sameAlgorithm,
    ...(summary === undefined ? {} : { summary }),
    ...(precision === undefined ? {} : { precision }),
    ...(definition.unsupported ? { unsupported: (input: I) => definition.unsupported?.(input) } : {}),
    async prepare(device, input): Promise<Prepared<I, O>> {
      const threads = Math.max(1, device.cores);
      const shared: Record<string, NumericArray> = {};
      for (const [key, spec] of Object.entries(definition.arrays(input, threads))) {
        const Kind = kinds[spec.kind] as SharedArrayConstructor;
        shared[key] = new Kind(new SharedArrayBuffer(spec.length * Kind.BYTES_PER_ELEMENT));
      }
      const scalars = definition.scalars?.(input, threads) ?? {};
      const team = createTeam(threads);
      const { kernel } = (await import(definition.kernel.href)) as { kernel: ThreadKernel };
      const workers = await startWorkers(name, definition.kernel, { team, shared, scalars });
      let current = input;
      const job: Job = { shared, scalars, thread: 0, threads, barrier: () => team.barrier() };
      return {
        shape: 'offload',
        async upload(next) {
          current = next;
          definition.upload(next, shared);
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
          return definition.download(shared, current);
        },
        threads: () => threads,
        ranOn: () => 'cpu',
        async [Symbol.asyncDispose]() {
          team.stop();
          await Promise.all(workers.map(worker => worker.terminate()));
        },
      };
    },
  };
}

async function startWorkers(
  name: string,
  kernel: URL,
  {
    team,
    shared,
    scalars,
  }: { team: Team; shared: Record<string, NumericArray>; scalars: Readonly<Record<string, number>> },
): Promise<Worker[]> {
  const workers: Worker[] = [];
  const ready: Promise<unknown>[] = [];
  for (let thread = 1; thread < team.threads; thread++) {
    const workerData: WorkerData = {
      kernel: kernel.href,
      shared,
      scalars,
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
