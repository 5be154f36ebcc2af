import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildOutcome, closed, type ProgramSpec, permissionsFor, runInChild } from '../../target/index.ts';
import type { CompiledFunction } from '../bytecode/dump.ts';
import type { CountOptions } from '../executed/executed.ts';
import { parseOptimisedCode } from '../machine-code/parse-code.ts';
import type { Layer } from '../types.ts';
import { type CallgrindFile, parseCallgrind } from './callgrind-file.ts';
import { executedMachineCode } from './executed-code.ts';
import { markSymbol } from './marked-job.ts';
import { type NativeInstructions, nativeInstructions } from './symbols.ts';

/** Instructions that the processor executes, as callgrind counts them; or why there are none. */
export type CallgrindCensus =
  | { readonly status: 'absent'; readonly message: string }
  | { readonly status: 'failed'; readonly message: string }
  | {
      readonly status: 'ok';
      readonly native: NativeInstructions;
      /** Of the optimised code of the user's own functions. */
      readonly machineCode: Layer;
    };

/** A program under callgrind takes about fifty times as long (Valgrind User Manual, §6), Node's start included. */
const moreTime = 10;

const valgrindArguments = [
  '--tool=callgrind',
  '--quiet',
  '--vgdb=no',
  // V8 writes code while it runs.
  '--smc-check=all-non-file',
  '--dump-instr=yes',
  '--compress-pos=no',
  '--compress-strings=no',
  '--separate-threads=yes',
  `--dump-before=${markSymbol}`,
];

/** Compiling and collecting happen where they are asked for, builtins lie where they have names, and code stays where it is. */
const nodeArguments = ['--single-threaded', '--no-short-builtin-calls', '--no-compact-code-space'];

/**
 * Counts the instructions of one run of a program's work under callgrind, in two processes at a time: one as it is, by
 * symbol; one with V8 listing the code that it makes, since the listing itself costs more instructions than small
 * programs do.
 *
 * @param compiled the user's own functions
 */
export async function countUnderCallgrind(
  spec: ProgramSpec,
  compiled: readonly CompiledFunction[],
  options: CountOptions = {},
): Promise<CallgrindCensus> {
  const missing = valgrindMissing();
  if (missing !== undefined) return { status: 'absent', message: missing };
  const [plain, listed] = await Promise.all([
    runMarked(spec, { ...options, listing: false }),
    runMarked(spec, { ...options, listing: true }),
  ]);
  for (const { outcome } of [plain, listed])
    if (outcome.status !== 'ok') return { status: 'failed', message: `under callgrind: ${outcome.message}` };
  return {
    status: 'ok',
    native: nativeInstructions(plain.files),
    machineCode: executedMachineCode(listed.files, parseOptimisedCode(listed.listing), compiled),
  };
}

/** What to install, where valgrind is not there or does not start. */
export function valgrindMissing(command = 'valgrind'): string | undefined {
  if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0) return undefined;
  return 'valgrind is not here, so that no native instructions are counted. Debian and Ubuntu: apt install valgrind; Fedora: dnf install valgrind.';
}

interface Marked {
  readonly outcome: ChildOutcome<null>;
  /** In the order of writing; those at the program's end last. */
  readonly files: readonly CallgrindFile[];
  readonly listing: string;
}

async function runMarked(
  spec: ProgramSpec,
  { listing, timeoutMs = 60_000, confinement = closed }: CountOptions & { listing: boolean },
): Promise<Marked> {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-callgrind-'));
  const stdoutFile = join(folder, 'listing');
  try {
    const outcome = await runInChild<null>(new URL('./marked-job.ts', import.meta.url), spec, {
      file: spec.target.file,
      confinement: permissionsFor(spec, confinement),
      under: ['valgrind', ...valgrindArguments, `--callgrind-out-file=${join(folder, 'out')}`],
      execArgv: [...nodeArguments, ...(listing ? ['--print-opt-code', '--print-maglev-code'] : [])],
      stdoutFile,
      timeoutMs: timeoutMs * moreTime,
    });
    if (outcome.status !== 'ok') return { outcome, files: [], listing: '' };
    const files = readdirSync(folder)
      .filter(name => /^out(\.\d+)?-\d+$/.test(name))
      .sort((a, b) => partOf(a) - partOf(b))
      .map(name => parseCallgrind(readFileSync(join(folder, name), 'utf8')));
    return { outcome, files, listing: listing ? readFileSync(stdoutFile, 'utf8') : '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `out.3-01` is the third part of the first thread; what is written at the end has no number. */
const partOf = (name: string): number => Number(/^out\.(\d+)-/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
