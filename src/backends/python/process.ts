import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { VariantFailure, VariantSkipped } from '../failure.ts';

const host = fileURLToPath(new URL('./host.py', import.meta.url));

/** What the host answers (host.py), with the bytes that followed. */
export interface Answer {
  readonly ok: boolean;
  readonly missing?: boolean;
  readonly reason?: string;
  readonly bytes?: number;
  readonly kernelNs?: number | null;
  readonly ranOn?: 'cpu' | 'gpu';
  readonly device?: string;
  readonly version?: string;
  readonly threads?: number;
  readonly payload: Buffer;
}

/** A Python process that answers one command at a time. */
export interface PythonProcess {
  ask(command: Readonly<Record<string, unknown>>, payloads?: readonly ArrayBufferView[]): Promise<Answer>;
  end(): void;
}

/** The interpreter: `PGRAM_PYTHON`, for one in an environment of its own, else `python3` of the path. */
export const pythonCommand = (): string => process.env.PGRAM_PYTHON || 'python3';

/** Hosts without work, by what they have loaded: importing PyTorch takes a second. */
const idle = new Map<string, PythonProcess[]>();

/**
 * A host that has loaded, or is to load, `library`; whoever is done with it hands it on with `release`. It ends by
 * itself when this process does, because its stdin then ends.
 *
 * @throws VariantSkipped where there is no interpreter
 */
export const acquire = async (library: string): Promise<PythonProcess> =>
  idle.get(library)?.pop() ?? (await startPython());

export function release(library: string, python: PythonProcess): void {
  idle.set(library, [...(idle.get(library) ?? []), python]);
}

async function startPython(): Promise<PythonProcess> {
  const child = spawn(pythonCommand(), ['-u', host], { stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new VariantSkipped(`${pythonCommand()} does not start (${(error as Error).message})`);
  }
  return conversation(child);
}

function conversation(child: ChildProcessWithoutNullStreams): PythonProcess {
  // An idle host does not keep this process alive; a question does (see `ask`).
  const pipes = [child.stdin, child.stdout, child.stderr] as unknown as Socket[];
  child.unref();
  for (const pipe of pipes) pipe.unref();
  const [, listened] = pipes;
  const answers = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let lastWords = '';
  child.stderr.on('data', (text: Buffer) => {
    lastWords = `${lastWords}${text.toString()}`.slice(-2000);
  });
  // A write to a process that is gone shows in the answer that does not come.
  child.stdin.on('error', () => undefined);
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer> => {
    const { done, value } = await answers.next();
    if (done) {
      const [line] = lastWords.trim().split('\n').slice(-1);
      throw new VariantFailure('runtime-error', `python ended in the middle of a command${line ? `: ${line}` : ''}`);
    }
    return value;
  };
  async function readLine(): Promise<string> {
    for (;;) {
      const end = rest.indexOf(10);
      if (end >= 0) {
        const line = rest.toString('utf8', 0, end);
        rest = rest.subarray(end + 1);
        return line;
      }
      rest = Buffer.concat([rest, await more()]);
    }
  }
  /** Filled as the pieces come: gathering them first would copy everything twice. */
  async function readBytes(length: number): Promise<Buffer> {
    const all = Buffer.allocUnsafeSlow(length);
    let at = rest.copy(all, 0, 0, Math.min(rest.length, length));
    rest = rest.subarray(at);
    while (at < length) {
      const piece = await more();
      const used = piece.copy(all, at, 0, Math.min(piece.length, length - at));
      at += used;
      rest = piece.subarray(used);
    }
    return all;
  }
  return {
    async ask(command, payloads = []) {
      listened?.ref();
      try {
        child.stdin.write(`${JSON.stringify(command)}\n`);
        for (const { buffer, byteOffset, byteLength } of payloads)
          if (byteLength > 0) child.stdin.write(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
        const answer = JSON.parse(await readLine()) as Omit<Answer, 'payload'>;
        return { ...answer, payload: answer.bytes ? await readBytes(answer.bytes) : Buffer.alloc(0) };
      } finally {
        listened?.unref();
      }
    },
    end: () => void child.stdin.end(),
  };
}
