import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { ProgramSpec } from '../target/index.ts';
import { type WatchOptions, watchTarget } from './watch.ts';

/** Self time of one symbol of native code, by `perf`. */
export interface NativeSymbol {
  /** `[unknown]` where the library was stripped. */
  readonly symbol: string;
  /** `node`, `libc.so.6`, `[kernel.kallsyms]`… */
  readonly library: string;
  readonly samples: number;
  /** Of all samples of the program's work, on all its threads. */
  readonly share: number;
}

/** What perf saw. */
export interface NativeSymbols {
  readonly samples: number;
  readonly symbols: readonly NativeSymbol[];
}

const execute = promisify(execFile);
const most = 2 ** 28;

/**
 * Names native code with `perf record` on the running process, `-k mono` so that V8's jitdump (`--perf-prof`) and the
 * marks of the program's work are on its clock. Optional: null where perf is absent or may not watch
 * (`kernel.perf_event_paranoid`), or the program did not end well.
 */
export async function watchNativeSymbols(spec: ProgramSpec, options: WatchOptions): Promise<NativeSymbols | null> {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-perf-'));
  let perf: ChildProcess | undefined;
  let ended: Promise<unknown> | undefined;
  try {
    if (!(await canRun())) return null;
    const recorded = join(folder, 'perf.data');
    const outcome = await watchTarget(
      spec,
      {
        mode: 'plain',
        v8Flags: ['--perf-prof', `--perf-prof-path=${folder}`],
        onStart(pid) {
          const process = spawn(
            'perf',
            ['record', '-q', '-k', 'mono', '-e', 'cpu-clock', '-F', '999', '-p', String(pid), '-o', recorded],
            { stdio: 'ignore' },
          );
          // An error here shows as a missing file below.
          process.on('error', () => {});
          ended = once(process, 'close');
          perf = process;
        },
      },
      options,
    );
    await ended;
    if (outcome.status !== 'ok') return null;
    const named = join(folder, 'named.data');
    await execute('perf', ['inject', '-j', '-i', recorded, '-o', named], { cwd: folder });
    const { stdout } = await execute('perf', ['script', '-i', named, '-F', 'time,ip,sym,dso'], {
      cwd: folder,
      maxBuffer: most,
    });
    return symbolsOf(stdout, outcome.result.between);
  } catch {
    return null;
  } finally {
    perf?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

const canRun = (): Promise<boolean> =>
  execute('perf', ['--version']).then(
    () => true,
    () => false,
  );

/**
 * Lines of `perf script -F time,ip,sym,dso`:  `11694.937983:      7f5612808aa2 JS:*fib /tmp/t.ts:1:13 (/tmp/jitted-1-2.so)`.
 * Code that V8 made lies in libraries that `perf inject` made for it.
 */
export function symbolsOf(text: string, [begin, end]: readonly [number, number]): NativeSymbols {
  const counts = new Map<string, { symbol: string; library: string; samples: number }>();
  let samples = 0;
  for (const line of text.split('\n')) {
    const parts = /^\s*([\d.]+):\s+[\da-f]+\s+(.*) \((.*)\)\s*$/.exec(line);
    if (!parts) continue;
    const [, at, symbol = '', path = ''] = parts;
    if (Number(at) < begin || Number(at) > end) continue;
    samples++;
    const library = basename(path);
    if (library.startsWith('jitted-')) continue;
    const entry = counts.get(`${symbol}|${library}`) ?? { symbol, library, samples: 0 };
    entry.samples++;
    counts.set(`${symbol}|${library}`, entry);
  }
  return {
    samples,
    symbols: [...counts.values()]
      .map(entry => ({ ...entry, share: entry.samples / samples }))
      .sort((a, b) => b.samples - a.samples),
  };
}
