import { syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import workerThreads, { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';
import { counterExport, type InstrumentedModule, instrumentModule } from './instrument.ts';

/** A module that was instantiated, with what its instances executed. */
export interface WatchedModule {
  /** As the program gave it. */
  readonly bytes: Uint8Array;
  /** By block, summed over instances and threads; undefined where the module could not be instrumented. */
  readonly counts: Float64Array | undefined;
  readonly reason?: string;
}

export interface WasmWatch {
  /** Forgets what was executed so far: the work begins. */
  reset(): void;
  modules(): WatchedModule[];
}

interface Watched {
  readonly bytes: Uint8Array;
  readonly instrumented: InstrumentedModule | undefined;
  readonly reason?: string;
  readonly instances: BigUint64Array[];
  /** What had been executed at the last reset. */
  before: Float64Array | undefined;
}

/** Counters of worker threads: each thread copies its own to its place whenever a call into WebAssembly returns. */
const boardKey = 'parallelogram.wasm-counters';
const boardThreads = 64;
const boardModules = 4;
/** Blocks of a module that a thread can report; our kernels have some hundreds. */
const boardBlocks = 4096;
const boardPlaces = boardThreads * boardModules;
const placeLength = boardBlocks + 1;

/**
 * Makes every WebAssembly module of this process count what it executes, whoever compiles it: the constructor
 * `WebAssembly.Module`, `compile` and `instantiate` see the binary first. Modules that workers get by message are
 * instrumented already; `worker-hook.ts` reports what their instances count.
 */
export function watchWasm(): WasmWatch {
  const watched: Watched[] = [];
  const byModule = new WeakMap<WebAssembly.Module, Watched>();
  const { Module, Instance, compile, instantiate } = WebAssembly;
  const board = new BigUint64Array(new SharedArrayBuffer(boardPlaces * placeLength * 8));
  setEnvironmentData(boardKey, board);
  hookWorkersOfText();

  const prepare = (source: BufferSource): { source: BufferSource; entry: Watched } => {
    const bytes = ArrayBuffer.isView(source)
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
      : new Uint8Array(source).slice();
    const entry = watchedOf(bytes, watched.length);
    watched.push(entry);
    return { source: entry.instrumented?.bytes ?? source, entry };
  };
  const remember = (module: WebAssembly.Module, instance: WebAssembly.Instance): WebAssembly.Instance => {
    const counters = countersOf(instance);
    if (counters) byModule.get(module)?.instances.push(counters.values);
    return instance;
  };

  WebAssembly.Module = new Proxy(Module, {
    construct(target, [source]) {
      const { source: given, entry } = prepare(source as BufferSource);
      const module = Reflect.construct(target, [given]) as WebAssembly.Module;
      byModule.set(module, entry);
      return module;
    },
  });
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, [module, imports]) {
      return remember(
        module as WebAssembly.Module,
        Reflect.construct(target, [module, imports]) as WebAssembly.Instance,
      );
    },
  });
  WebAssembly.compile = async source => {
    const { source: given, entry } = prepare(source as BufferSource);
    const module = await compile(given);
    byModule.set(module, entry);
    return module;
  };
  WebAssembly.instantiate = (async (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) => {
    if (source instanceof Module) return remember(source, await instantiate(source, imports));
    const { source: given, entry } = prepare(source as BufferSource);
    const made = await instantiate(given, imports);
    byModule.set(made.module, entry);
    remember(made.module, made.instance);
    return made;
  }) as typeof WebAssembly.instantiate;

  return {
    reset() {
      for (const [number, entry] of watched.entries()) entry.before = countsOf(entry, number, board);
    },
    modules: () =>
      watched.map((entry, number) => {
        const { bytes, before, reason } = entry;
        const counts = countsOf(entry, number, board)?.map((count, index) => count - (before?.[index] ?? 0));
        return { bytes, counts, ...(reason === undefined ? {} : { reason }) };
      }),
  };
}

function watchedOf(bytes: Uint8Array, index: number): Watched {
  try {
    return {
      bytes,
      instrumented: instrumentModule(bytes, { number: index, file: `module ${index + 1}` }),
      instances: [],
      before: undefined,
    };
  } catch (error) {
    return { bytes, instrumented: undefined, reason: (error as Error).message, instances: [], before: undefined };
  }
}

/** Sums over the instances of this thread and what worker threads have reported. */
function countsOf(
  { instrumented, instances }: Watched,
  number: number,
  board: BigUint64Array,
): Float64Array | undefined {
  if (!instrumented) return undefined;
  const { length } = instrumented.blocks;
  const counts = new Float64Array(length);
  const add = (counters: BigUint64Array): void => {
    for (let block = 0; block < Math.min(length, counters.length); block++)
      counts[block] = (counts[block] as number) + Number(counters[block]);
  };
  for (const counters of instances) add(counters);
  for (let place = 0; place < boardPlaces; place++) {
    const at = place * placeLength;
    if (Number(board[at]) === number + 1) add(board.subarray(at + 1, at + placeLength));
  }
  return counts;
}

/** `--import` reaches workers that are files; into those that are a piece of text the hook is written. */
function hookWorkersOfText(): void {
  const hook = JSON.stringify(fileURLToPath(new URL('./worker-hook.ts', import.meta.url)));
  workerThreads.Worker = new Proxy(workerThreads.Worker, {
    construct(target, [source, options, ...rest]) {
      const { eval: isText } = (options ?? {}) as { eval?: boolean };
      return Reflect.construct(target, [isText ? `require(${hook});${source}` : source, options, ...rest]) as object;
    },
  });
  syncBuiltinESMExports();
}

interface Counters {
  readonly number: number;
  readonly values: BigUint64Array;
}

function countersOf({ exports }: WebAssembly.Instance): Counters | undefined {
  for (const [name, memory] of Object.entries(exports))
    if (name.startsWith(counterExport) && memory instanceof WebAssembly.Memory)
      return { number: Number(name.slice(counterExport.length)), values: new BigUint64Array(memory.buffer) };
  return undefined;
}

/** In a worker thread: copies what its instances count to where the main thread reads it. */
export function reportFromWorker(): void {
  const board = isMainThread ? undefined : (getEnvironmentData(boardKey) as BigUint64Array | undefined);
  if (!board) return;
  const { instantiate, Instance } = WebAssembly;
  const watched = (instance: WebAssembly.Instance): WebAssembly.Instance => {
    const counters = countersOf(instance);
    // `exports` is a getter of the prototype, so that an instance can have its own.
    return counters
      ? Object.defineProperty(instance, 'exports', { value: reporting(instance.exports, counters, board) })
      : instance;
  };
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, args) => watched(Reflect.construct(target, args) as WebAssembly.Instance),
  });
  WebAssembly.instantiate = (async (source: WebAssembly.Module, imports?: WebAssembly.Imports) => {
    const made = await instantiate(source, imports);
    return made instanceof Instance ? watched(made) : made;
  }) as typeof WebAssembly.instantiate;
}

function reporting(
  exports: WebAssembly.Exports,
  { number, values }: Counters,
  board: BigUint64Array,
): WebAssembly.Exports {
  const place = (threadId % boardThreads) * boardModules + (number % boardModules);
  const at = place * placeLength;
  const report = (): void => {
    board.set(values.subarray(0, boardBlocks), at + 1);
    board[at] = BigInt(number + 1);
  };
  return Object.fromEntries(
    Object.entries(exports).map(([name, value]) => [
      name,
      typeof value !== 'function'
        ? value
        : (...args: unknown[]): unknown => {
            try {
              return Reflect.apply(value, undefined, args);
            } finally {
              report();
            }
          },
    ]),
  );
}
