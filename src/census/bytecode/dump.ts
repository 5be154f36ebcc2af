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
    return files.flatMap((file, index) => pair(file, sections(functions, { index, format: file.format }), ranges));
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
    return reachable(rest.slice(format === 'commonjs' ? 1 : 0, next < 0 ? undefined : next - 2));
  };
  return { plain: after('plain'), counted: after('counted') };
}

/** Node's own functions that happen to be compiled meanwhile are listed too; the file's are those its first one leads to. */
function reachable(listed: readonly ListedFunction[]): ListedFunction[] {
  const byAddress = new Map(listed.map(each => [each.address, each]));
  const found = new Set<ListedFunction>();
  const visit = (each: ListedFunction | undefined): void => {
    if (!each || found.has(each)) return;
    found.add(each);
    for (const [, address] of each.text.matchAll(/0x0*([0-9a-f]+) <SharedFunctionInfo/g))
      visit(byAddress.get(address as string));
  };
  visit(listed[0]);
  return listed.filter(each => found.has(each));
}

function pair(file: ParsedFile, { plain, counted }: Sections, ranges: readonly ListedRange[]): CompiledFunction[] {
  if (plain.length !== counted.length)
    throw new Error(
      `${file.file}: ${plain.length} functions were listed without coverage and ${counted.length} with it`,
    );
  const byAddress = new Map(ranges.map(range => [range.address, range]));
  const lineStarts = [...file.code.matchAll(/\n/g)].map(({ index }) => index + 1);
  return counted.map((withCounters, index) => {
    const without = plain[index] as ListedFunction;
    const range = byAddress.get(withCounters.address);
    if (without.name !== withCounters.name || !range)
      throw new Error(`${file.file}: the listings of \`${withCounters.name}\` do not belong together`);
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
