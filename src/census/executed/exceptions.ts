import type { CompiledFunction } from '../bytecode/dump.ts';
import { isCounter } from './align.ts';
import { alwaysThrows } from './flow.ts';
import type { ExceptionFrame, RaisedException } from './watch.ts';

/** Exceptions that left bytecodes of one function, by index into its listing with counters. */
export interface PassingExceptions {
  /** As many as were seen. */
  readonly raised: ReadonlyMap<number, number>;
  /** At most so many: they may have been caught before they came here. */
  readonly passed: ReadonlyMap<number, number>;
}

/**
 * Follows every exception that the debugger saw from frame to frame. It certainly leaves the frames that cannot catch
 * it: those without a handler around the place where they stand. Beyond the first that can, beyond code that is not
 * the user's, and where V8 expects a promise to take it, it may or may not have come.
 *
 * @param sources the files' texts, to turn lines and columns into positions
 */
export function passingExceptions(
  compiled: readonly CompiledFunction[],
  exceptions: readonly RaisedException[],
  sources: ReadonlyMap<string, string>,
): Map<CompiledFunction, { raised: Map<number, number>; passed: Map<number, number> }> {
  const found = new Map<CompiledFunction, { raised: Map<number, number>; passed: Map<number, number> }>();
  if (exceptions.length === 0) return found;
  const lineStarts = new Map(
    [...sources].map(([file, text]) => [file, [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]]),
  );
  const offset = (file: string, line: number, column: number): number => (lineStarts.get(file)?.[line] ?? 0) + column;
  const byFile = Map.groupBy(compiled, ({ file }) => file);
  for (const { frames, count, rejection } of exceptions) {
    let certain = true;
    for (const [depth, frame] of frames.entries()) {
      const place = frame ? locate(frame, byFile.get(frame.file) ?? [], offset) : undefined;
      if (!place) {
        certain = false;
        continue;
      }
      const { owner, index } = place;
      const instruction = owner.counted.instructions[index];
      // A rejection seen at a call may be a call of `reject`, which returns.
      if (rejection && !(depth === 0 && instruction && alwaysThrows(instruction))) certain = false;
      const entry = found.get(owner) ?? { raised: new Map<number, number>(), passed: new Map<number, number>() };
      found.set(owner, entry);
      const into = certain ? entry.raised : entry.passed;
      into.set(index, (into.get(index) ?? 0) + count);
      const { handlers } = owner.counted;
      const at = instruction?.offset ?? 0;
      if (handlers.some(({ from, to }) => at >= from && at < to)) certain = false;
    }
  }
  return found;
}

/** The function and the bytecode at which a frame stands. */
function locate(
  { file, line, column, functionLine, functionColumn }: ExceptionFrame,
  candidates: readonly CompiledFunction[],
  offset: (file: string, line: number, column: number) => number,
): { owner: CompiledFunction; index: number } | undefined {
  const begins = offset(file, functionLine, functionColumn);
  const position = offset(file, line, column);
  const owner = candidates
    .filter(each => begins >= each.countedStart && begins < each.countedEnd && position < each.countedEnd)
    .filter(each => begins === each.countedStart || begins === entryOf(each))
    .sort((a, b) => a.end - a.start - (b.end - b.start))[0];
  const index = owner?.counted.instructions.findLastIndex(each => each.position === position && !isCounter(each)) ?? -1;
  return owner && index >= 0 ? { owner, index } : undefined;
}

/** The debugger's functionLocation is the position of the function's first bytecode. */
const entryOf = ({ counted }: CompiledFunction): number | undefined =>
  counted.instructions.find(({ position }) => position !== undefined)?.position;
