import { basename } from 'node:path';
import type { CallgrindFile } from './callgrind-file.ts';

/** A symbol with the instructions that were executed in it, not in what it called. */
export interface NativeSymbol {
  readonly symbol: string;
  /** Name of the mapped file. */
  readonly object: string;
  readonly instructions: number;
}

/** Instructions that a program's work executed on its main thread. */
export interface NativeInstructions {
  readonly total: number;
  /** The most expensive first. */
  readonly symbols: readonly NativeSymbol[];
  /** In mapped files, at places for which they have no symbol. */
  readonly unnamed: number;
  /** In code that was made at run time: by V8's compilers, of JavaScript, WebAssembly and regular expressions. */
  readonly made: number;
  /** What the two marks around the work cost: as much is in `total`, and is not the program's. */
  readonly mark: number;
  /** On all other threads, from the start of the process to its end: the work's part of it is not known. */
  readonly otherThreads: number;
}

/**
 * The parts of the main thread's counts that lie between its marks: what came before the first is start-up, loading and
 * preparing; between the first two there is nothing but a mark; what came after the last is the end of the process.
 *
 * @throws Error where the marks are not there: another Node, in which `loadavg` goes another way
 */
export function markedParts(files: readonly CallgrindFile[]): { mark: CallgrindFile; work: readonly CallgrindFile[] } {
  const [, mark, ...rest] = files.filter(({ thread }) => thread === 1);
  const work = rest.slice(0, -1);
  if (!mark || work.length === 0 || work.some(({ trigger }) => !trigger.startsWith('--dump-before')))
    throw new Error('callgrind never saw the marks around the work: this version of Node has another symbol for them');
  return { mark, work };
}

/** Sums what callgrind wrote of one process, by symbol. */
export function nativeInstructions(files: readonly CallgrindFile[]): NativeInstructions {
  const { mark, work } = markedParts(files);
  const symbols = new Map<string, NativeSymbol>();
  const sums = { total: 0, unnamed: 0, made: 0 };
  for (const { object, symbol, instructions } of work.flatMap(({ costs }) => costs)) {
    sums.total += instructions;
    if (object === '') sums.made += instructions;
    else if (symbol === '') sums.unnamed += instructions;
    else {
      const key = `${object}\n${symbol}`;
      const before = symbols.get(key)?.instructions ?? 0;
      symbols.set(key, { symbol, object: basename(object), instructions: before + instructions });
    }
  }
  return {
    ...sums,
    symbols: [...symbols.values()]
      .filter(({ instructions }) => instructions > 0)
      .sort((a, b) => b.instructions - a.instructions),
    mark: mark.total,
    otherThreads: files.filter(({ thread }) => thread !== 1).reduce((sum, { total }) => sum + total, 0),
  };
}
