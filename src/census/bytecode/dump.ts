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
  readonly line: number;
  /** False for functions that are not in the source, such as default constructors: coverage leaves them out. */
  readonly covered: boolean;
  readonly plain: ListedFunction;
  readonly counted: ListedFunction;
}

/**
 * Compiles files in a child process, with this very Node, and lists the bytecode of all their functions. Nothing of
 * them runs.
 *
 * @throws Error where a file does not compile, or the listing is not understood
 */
export async function dumpFiles(files: readonly ParsedFile[]): Promise<CompiledFunction[]> {
  if (files.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), 'pgram-dump-'));
  try {
    const stdoutFile = join(folder, 'listing');
    const inputs: DumpInput[] = files.map(({ file, code, format }) => ({
      url: pathToFileURL(file).href,
      code,
      format,
    }));
    const outcome = await runInChild(new URL('./dump-job.ts', import.meta.url), inputs, {
      file: (files[0] as ParsedFile).file,
      confinement: widen(closed, 'inspector'),
      execArgv: ['--experimental-vm-modules', '--no-flush-bytecode'],
      stdoutFile,
    });
    if (outcome.status !== 'ok')
      throw new Error(
        `the bytecode of ${files.map(({ file }) => file).join(', ')} could not be listed: ${outcome.message}`,
      );
    const { functions, ranges } = parseDump(readFileSync(stdoutFile, 'utf8'));
    const byAddress = new Map(ranges.map(range => [range.address, range]));
    return files.flatMap((file, index) => pair(file, sections(functions, { index, format: file.format }), byAddress));
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
  file: ParsedFile,
  { plain, counted }: Sections,
  ranges: ReadonlyMap<string, ListedRange>,
): CompiledFunction[] {
  const keyOf = ({ address }: ListedFunction): string => {
    const range = ranges.get(address);
    return range ? `${range.start}:${range.end}:${range.name}` : '';
  };
  const waiting = Map.groupBy(counted, keyOf);
  const lineStarts = [...file.code.matchAll(/\n/g)].map(({ index }) => index + 1);
  return plain.flatMap((without, index) => {
    const withCounters = waiting.get(keyOf(without))?.shift();
    const range = ranges.get(without.address);
    if (!withCounters || !range) return [];
    return {
      name: range.name === '' && index === 0 ? '(module)' : range.name || '(anonymous)',
      file: file.file,
      start: range.start,
      end: range.end,
      line: lineStarts.filter(start => start <= range.start).length + 1,
      covered: range.covered,
      plain: without,
      counted: withCounters,
    };
  });
}
