import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { closed, type ModuleFormat, type ParsedFile, runInChild, widen } from '../../target/index.ts';
import { type DumpInput, markerName, markerPrefix } from './dump-job.ts';
import { type ListedFunction, type ListedRange, parseDump } from './parse-dump.ts';

/** A function of a user's file as V8 compiles it: without counters, and with those of block coverage. */
export interface CompiledFunction {
  readonly name: string;
  readonly file: string;
  /** Offsets into the file, as coverage reports them. */
  readonly start: number;
  readonly end: number;
  /** The same in the text that was compiled with counters. */
  readonly countedStart: number;
  readonly countedEnd: number;
  readonly line: number;
  /** False for functions that are not in the source, such as default constructors: coverage leaves them out. */
  readonly covered: boolean;
  readonly plain: ListedFunction;
  /** Its positions are those of the text compiled with counters. */
  readonly counted: ListedFunction;
}

/** A file to be listed. */
export interface FileToDump {
  readonly parsed: ParsedFile;
  /** What is compiled with counters, and the way from its positions to those of the file. */
  readonly counted: { readonly code: string; readonly toOriginal: (position: number) => number };
}

/**
 * Compiles files in a child process, with this very Node, and lists the bytecode of all their functions. Nothing of
 * them runs.
 *
 * @throws Error where a file does not compile, or the listing is not understood
 */
export async function dumpFiles(files: readonly FileToDump[]): Promise<CompiledFunction[]> {
  if (files.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), 'pgram-dump-'));
  try {
    const stdoutFile = join(folder, 'listing');
    const inputs: DumpInput[] = files.map(({ parsed: { file, code, format }, counted }) => ({
      url: pathToFileURL(file).href,
      code,
      countedCode: counted.code,
      format,
    }));
    const outcome = await runInChild(new URL('./dump-job.ts', import.meta.url), inputs, {
      file: (files[0] as FileToDump).parsed.file,
      confinement: widen(closed, 'inspector'),
      execArgv: ['--experimental-vm-modules', '--no-flush-bytecode'],
      stdoutFile,
    });
    if (outcome.status !== 'ok')
      throw new Error(
        `the bytecode of ${files.map(({ parsed }) => parsed.file).join(', ')} could not be listed: ${outcome.message}`,
      );
    const { functions, ranges } = parseDump(readFileSync(stdoutFile, 'utf8'));
    const byAddress = new Map(ranges.map(range => [range.address, range]));
    return files.flatMap((file, index) =>
      pair(file, sections(functions, { index, format: file.parsed.format }), byAddress),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Sections {
  readonly plain: readonly ListedFunction[];
  readonly counted: readonly ListedFunction[];
}

/**
 * What lies between a file's marker and the next. A function compiled on its own, as markers and CommonJS modules are,
 * is listed after a wrapper that never runs.
 */
function sections(
  functions: readonly ListedFunction[],
  { index, format }: { index: number; format: ModuleFormat },
): Sections {
  const after = (kind: 'plain' | 'counted'): ListedFunction[] => {
    const from = functions.findIndex(({ name }) => name === markerName(index, kind === 'counted'));
    if (from < 0) throw new Error('the listing lacks its markers: this version of V8 prints bytecode in another way');
    const rest = functions.slice(from + 1);
    const next = rest.findIndex(({ name }) => name.startsWith(markerPrefix));
    return rest.slice(format === 'commonjs' ? 1 : 0, next < 0 ? undefined : next - 2);
  };
  return { plain: after('plain'), counted: after('counted') };
}

/**
 * Functions are the same if name and extent are. What is listed once only is left out: functions of Node itself that
 * happened to be compiled meanwhile, and unused inner functions, which V8 drops unless it counts.
 */
function pair(
  { parsed: { file, code }, counted: { toOriginal } }: FileToDump,
  { plain, counted }: Sections,
  ranges: ReadonlyMap<string, ListedRange>,
): CompiledFunction[] {
  const keyOf = ({ address }: ListedFunction, original: (position: number) => number): string => {
    const range = ranges.get(address);
    return range ? `${original(range.start)}:${original(range.end)}:${range.name}` : '';
  };
  const waiting = Map.groupBy(counted, each => keyOf(each, toOriginal));
  const lineStarts = [...code.matchAll(/\n/g)].map(({ index }) => index + 1);
  return plain.flatMap((without, index) => {
    const withCounters = waiting.get(keyOf(without, position => position))?.shift();
    const range = ranges.get(without.address);
    const countedRange = ranges.get(withCounters?.address ?? '');
    if (!withCounters || !range || !countedRange) return [];
    return {
      name: range.name === '' && index === 0 ? '(module)' : range.name || '(anonymous)',
      file,
      start: range.start,
      end: range.end,
      countedStart: countedRange.start,
      countedEnd: countedRange.end,
      line: lineStarts.filter(start => start <= range.start).length + 1,
      covered: range.covered,
      plain: without,
      counted: withCounters,
    };
  });
}
