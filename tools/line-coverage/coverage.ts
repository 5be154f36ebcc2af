/**
 * Lines of src/ that the tests run, in vitest's own processes and in all that they start: most code runs in children of
 * children.
 *
 *   npm run coverage                        all tests, and the table
 *   npm run coverage -- tests/results …     these tests, added to what is known from before
 *   npm run coverage -- --table             only the table of what is known
 *   npm run coverage -- --file src/cli/io.ts    the lines of one file that nothing ran
 *   npm run coverage -- --write             what is known, into docs/reliability/coverage.csv and the page
 *
 * Node writes what each process ran (NODE_V8_COVERAGE); types are stripped in place, so its offsets are those of the
 * files. vitest transforms what it loads itself, and maps it back with its own provider. Both are put together by line.
 *
 * A confined child (src/target/child.ts) counts as well: `confined.mjs` grants it its inspector while this measures. Unseen
 * stays what a process ran that was killed, that stops V8's counting because it counts itself, or that a test starts
 * without its environment; and WebAssembly. The number is a lower bound.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { keepRow, originHere } from '../soak/tables.ts';
import { type CoveredFunction, executablePlaces, linesThatRan, type Place } from './lines.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'coverage');
const known = join(folder, 'lines.json');
/** Loaded into each process that is measured. */
const grant = new URL('./confined.mjs', import.meta.url).href;

interface File {
  readonly path: string;
  readonly places: readonly Place[];
  readonly ran: Set<number>;
}

function filesOfSource(): Map<string, File> {
  const before = existsSync(known) ? (JSON.parse(readFileSync(known, 'utf8')) as Record<string, number[]>) : {};
  const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.ts') && !name.endsWith('.d.ts') && !/(^|\/)assembly\//.test(name),
  );
  return new Map(
    names.sort().map(name => {
      const path = join('src', name);
      const places = executablePlaces(join(root, path), readFileSync(join(root, path), 'utf8'));
      return [path, { path, places, ran: new Set(before[path] ?? []) }];
    }),
  );
}

interface RawCoverage {
  readonly result: readonly { readonly url: string; readonly functions: readonly CoveredFunction[] }[];
  /** Scripts with a source map: transformed, so their offsets are not those of the file. */
  readonly 'source-map-cache'?: Readonly<Record<string, unknown>>;
}

function addRaw(files: Map<string, File>, raw: string): void {
  for (const name of existsSync(raw) ? readdirSync(raw) : []) {
    const { result, 'source-map-cache': maps = {} } = JSON.parse(readFileSync(join(raw, name), 'utf8')) as RawCoverage;
    for (const { url, functions } of result) {
      if (!url.startsWith(pathToFileURL(join(root, 'src/')).href) || url in maps) continue;
      const file = files.get(relative(root, fileURLToPath(url.replace(/[?#].*$/, ''))));
      if (file) for (const line of linesThatRan(file.places, functions)) file.ran.add(line);
    }
  }
}

interface Statements {
  readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>;
  readonly s: Readonly<Record<string, number>>;
}

function addInProcess(files: Map<string, File>, report: string): void {
  if (!existsSync(report)) return;
  const entries = JSON.parse(readFileSync(report, 'utf8')) as Record<string, Statements>;
  for (const [path, { statementMap, s }] of Object.entries(entries)) {
    const file = files.get(relative(root, path));
    for (const [id, { start }] of Object.entries(statementMap)) if (file && (s[id] ?? 0) > 0) file.ran.add(start.line);
  }
}

/** @returns vitest's exit code: slower processes may fail a test that is about time, and cover their lines all the same */
function runTests(files: Map<string, File>, tests: readonly string[]): number | null {
  const raw = join(folder, 'raw');
  const inProcess = join(folder, 'vitest');
  for (const each of [raw, inProcess]) rmSync(each, { recursive: true, force: true });
  mkdirSync(raw, { recursive: true });
  const { status } = spawnSync(
    process.execPath,
    [
      ...[join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...tests, '--coverage.enabled'],
      ...['--coverage.reporter=json', `--coverage.reportsDirectory=${inProcess}`, '--coverage.reportOnFailure'],
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        NODE_V8_COVERAGE: raw,
        NODE_OPTIONS: `--import=${grant}`,
        NODE_DISABLE_COMPILE_CACHE: '1',
      },
    },
  );
  addRaw(files, raw);
  addInProcess(files, join(inProcess, 'coverage-final.json'));
  rmSync(raw, { recursive: true, force: true });
  const lines = [...files.values()].map(({ path, ran }) => [path, [...ran].sort((a, b) => a - b)]);
  writeFileSync(known, JSON.stringify(Object.fromEntries(lines)));
  return status;
}

interface Sum {
  readonly covered: number;
  readonly total: number;
}

function sumOf(files: readonly File[]): Sum {
  const lines = files.map(({ places, ran }) => {
    const all = [...new Set(places.map(({ line }) => line))];
    return { covered: all.filter(line => ran.has(line)).length, total: all.length };
  });
  return {
    covered: lines.reduce((sum, each) => sum + each.covered, 0),
    total: lines.reduce((sum, each) => sum + each.total, 0),
  };
}

const line = (name: string, { covered, total }: Sum): string =>
  `${name.padEnd(44)}${`${covered}`.padStart(7)} of ${`${total}`.padStart(6)}${`${((100 * covered) / Math.max(1, total)).toFixed(1)} %`.padStart(9)}`;

/** Files by folder of src/; what lies in src/ itself is a room of its own. */
const roomsOf = (files: readonly File[]): Map<string, File[]> =>
  Map.groupBy(files, ({ path }) =>
    path
      .split('/')
      .slice(0, path.split('/').length > 2 ? 2 : 1)
      .join('/'),
  );

function table(files: readonly File[]): string {
  const least = files
    .map(file => ({ file, sum: sumOf([file]) }))
    .sort((a, b) => b.sum.total - b.sum.covered - (a.sum.total - a.sum.covered))
    .slice(0, 25);
  return [
    ...[...roomsOf(files)].map(([room, own]) => line(room, sumOf(own))),
    line('all of src', sumOf(files)),
    '',
    'most lines that nothing ran:',
    ...least.map(({ file, sum }) => line(file.path, sum)),
  ].join('\n');
}

function write(files: readonly File[]): void {
  rmSync(join(root, 'docs/reliability/coverage.csv'), { force: true });
  const origin = originHere();
  for (const [room, own] of [...[...roomsOf(files)].sort(), ['all of src', files] as const]) {
    const { covered, total } = sumOf(own);
    keepRow('coverage', {
      room: room === 'src' ? 'src itself' : room,
      files: own.filter(({ places }) => places.length > 0).length,
      lines_covered: covered,
      lines_total: total,
      percent: Math.floor((1000 * covered) / Math.max(1, total)) / 10,
      ...origin,
    });
  }
}

function missing({ path, places, ran }: File): string {
  const source = readFileSync(join(root, path), 'utf8').split('\n');
  const lines = [...new Set(places.map(place => place.line))].filter(number => !ran.has(number)).sort((a, b) => a - b);
  return lines.map(number => `${path}:${number}  ${(source[number - 1] ?? '').trim()}`).join('\n');
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    table: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    file: { type: 'string', multiple: true, default: [] },
  },
});
const onlyShows = values.table || values.write || values.file.length > 0;
mkdirSync(folder, { recursive: true });
if (positionals.length === 0 && !onlyShows) rmSync(known, { force: true });
const files = filesOfSource();
if (!onlyShows) process.exitCode = runTests(files, positionals) ?? 1;
if (values.write) write([...files.values()]);
const asked = values.file.map(path => files.get(path)).filter(file => file !== undefined);
process.stdout.write(`${asked.length > 0 ? asked.map(missing).join('\n') : table([...files.values()])}\n`);
