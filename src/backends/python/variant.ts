import { fileURLToPath } from 'node:url';
import { VariantFailure, VariantSkipped } from '../failure.ts';
import type { PeerName } from '../names.ts';
import type { Output, PassTime, Prepared, RanOn, Variant } from '../variant.ts';
import { type Answer, acquire, pythonCommand, release } from './process.ts';

/** A peer in Python: a library's own kernel, native code behind it. */
export interface PythonDefinition<I, O extends Output> {
  /** The package's name; also what is said to be missing where it cannot be imported. */
  readonly name: PeerName;
  readonly sameAlgorithm: boolean;
  readonly summary?: string;
  unsupported?(input: I): string | undefined;
  /** A file that defines `kernels` (host.py), and which of them. */
  readonly file: URL;
  readonly kernel: string;
  /** Plain numbers that the kernel needs to know the shape. */
  scalars(input: I): Readonly<Record<string, number>>;
  arrays(input: I): Readonly<Record<string, ArrayBufferView>>;
  /** Makes the output of the bytes that the kernel returns. */
  output(bytes: ArrayBuffer, input: I): O;
}

/** Libraries that could not be imported in this process: asking again takes a start of Python each time. */
const missing = new Map<string, string>();

/**
 * A variant in a Python process. Upload and readback go through a pipe (about 1 GB/s), a dispatch costs a round trip of
 * some 50 µs: compare a native peer by its `dispatch`, and on a GPU by its `kernel`, which the library's own events time.
 */
export function pythonVariant<I, O extends Output>(definition: PythonDefinition<I, O>): Variant<I, O> {
  const { name, sameAlgorithm, summary, unsupported } = definition;
  return {
    name,
    sameAlgorithm,
    ...(summary === undefined ? {} : { summary }),
    ...(unsupported ? { unsupported } : {}),
    prepare: (_device, input) => prepare(definition, input),
  };
}

async function prepare<I, O extends Output>(definition: PythonDefinition<I, O>, shape: I): Promise<Prepared<I, O>> {
  const { name } = definition;
  const known = missing.get(name);
  if (known) throw new VariantSkipped(known);
  const library = `${definition.file.href}#${definition.kernel}`;
  const python = await acquire(library);
  const {
    ranOn = 'cpu',
    device,
    threads = 1,
  } = await open().catch(error => {
    python.end();
    throw error;
  });
  let current = shape;
  let passes: PassTime[] | undefined;
  let healthy = true;

  async function demand(command: Readonly<Record<string, unknown>>, payloads: ArrayBufferView[] = []): Promise<Answer> {
    healthy = false;
    const answer = expectOk(name, await python.ask(command, payloads));
    healthy = true;
    return answer;
  }

  async function open(): Promise<Answer> {
    const { file, kernel } = definition;
    const answer = await python.ask({
      op: 'open',
      file: fileURLToPath(file),
      kernel,
      scalars: definition.scalars(shape),
    });
    if (answer.missing) {
      const reason = `${pythonCommand()} with ${name} not importable (${answer.reason})`;
      missing.set(name, reason);
      throw new VariantSkipped(reason);
    }
    return expectOk(name, answer);
  }

  return {
    shape: 'offload',
    async upload(input) {
      current = input;
      const arrays = Object.entries(definition.arrays(input));
      const command = { op: 'upload', arrays: arrays.map(([key, view]) => [key, view.byteLength]) };
      await demand(
        command,
        arrays.map(([, view]) => view),
      );
    },
    async dispatch() {
      const { kernelNs } = await demand({ op: 'run' });
      passes = kernelNs == null ? undefined : [{ label: name, ns: BigInt(Math.round(kernelNs)) }];
    },
    async readback() {
      const { payload } = await demand({ op: 'read' });
      return definition.output(payload.buffer as ArrayBuffer, current);
    },
    passTimes: async () => passes,
    threads: () => threads,
    ranOn: (): RanOn => ranOn,
    ...(ranOn === 'gpu' && device ? { deviceName: () => device } : {}),
    async [Symbol.asyncDispose]() {
      // A host that is still alive and in step serves the next one; the arrays go when another kernel is opened.
      if (healthy) release(library, python);
      else python.end();
    },
  };
}

function expectOk(name: string, answer: Answer): Answer {
  if (answer.ok) return answer;
  const reason = answer.reason ?? 'no reason given';
  const memory = /out of memory|MemoryError/i.test(reason);
  throw new VariantFailure(memory ? 'out-of-memory' : 'runtime-error', `${name}: ${reason}`);
}
