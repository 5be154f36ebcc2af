import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { forecastColumns } from '../../forecast/columns.ts';
import { profileCsvFiles } from '../../profile/columns.ts';
import { readCsv } from '../../results/csv.ts';
import { type Column, type CsvRow, type CsvValue, csvFiles } from '../../results/schema.ts';
import { formatParameters } from '../../workload/parameters.ts';
import { type Part, type PartChart, type PartFile, type Parts, partFiles, type TracedTotals } from './types.ts';

/** Where the run folders of other verbs lie in a run folder, so that its page shows them. */
export const partsFolder = 'parts';

const columnsOf: Readonly<Partial<Record<PartFile, readonly Column[]>>> = {
  'loops.csv': csvFiles['loops.csv'],
  'census.csv': csvFiles['census.csv'],
  'profile.csv': profileCsvFiles['profile.csv'],
  'time-by-place.csv': profileCsvFiles['time-by-place.csv'],
  'hot-lines.csv': profileCsvFiles['hot-lines.csv'],
  'forecast.csv': forecastColumns,
};

/**
 * Reads what a run folder holds besides its measurements: its own tables, and the run folders under `parts/`. A folder or
 * file that cannot be read is a line under `problems`; the rest is there.
 */
export function readParts(folder: string): Parts {
  const problems: string[] = [];
  const paths = ['', ...partPaths(folder)];
  const parts = paths.flatMap(path => {
    try {
      return [readPart(folder, path, problems)];
    } catch (error) {
      problems.push(`${path || folder}: ${(error as Error).message}`);
      return [];
    }
  });
  return { parts, problems };
}

const partPaths = (folder: string): string[] => {
  const inside = join(folder, partsFolder);
  if (!existsSync(inside)) return [];
  return readdirSync(inside, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => `${partsFolder}/${name}`)
    .sort();
};

type Manifest = Readonly<Record<string, unknown>>;

function readPart(root: string, path: string, problems: string[]): Part {
  const folder = join(root, path);
  const manifest = readJson(join(folder, 'manifest.json')) ?? {};
  const tables: Partial<Record<PartFile, readonly CsvRow[]>> = {};
  for (const name of partFiles) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    try {
      tables[name] = name === 'opportunities.csv' ? opportunities(file) : readCsv(file, columnsOf[name] ?? []).rows;
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const { runId, verb, variant, size, seed, parameters, state } = manifest;
  return {
    path,
    runId: typeof runId === 'string' ? runId : path,
    verb: typeof verb === 'string' ? verb : 'run',
    variant: typeof variant === 'string' ? variant : undefined,
    parameters: isRecord(parameters) ? formatParameters(parameters as Record<string, string>) : '',
    size: typeof size === 'number' ? size : undefined,
    seed: typeof seed === 'number' ? seed : undefined,
    complete: state === undefined || state === 'complete',
    totals: totalsOf(folder),
    tables,
    charts: verb === 'trace' ? chartsOf(join(folder, 'charts'), problems) : [],
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readJson(file: string): Manifest | undefined {
  if (!existsSync(file)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not readable: ${(error as Error).message}`);
  }
  if (!isRecord(value)) throw new Error(`${file} holds no object`);
  return value;
}

function totalsOf(folder: string): TracedTotals | undefined {
  const { work, span, spanReassociated, complete } = readJson(join(folder, 'trace.json')) ?? {};
  if (typeof work !== 'number' || typeof span !== 'number' || typeof spanReassociated !== 'number') return undefined;
  return { work, span, spanReassociated, complete: complete === true };
}

function chartsOf(folder: string, problems: string[]): PartChart[] {
  if (!existsSync(folder)) return [];
  const suffix = '.vl.json';
  return readdirSync(folder)
    .filter(name => name.endsWith(suffix) && existsSync(join(folder, name.replace(suffix, '.svg'))))
    .sort()
    .flatMap(name => {
      try {
        const spec = readJson(join(folder, name)) as unknown as TopLevelSpec;
        const svg = readFileSync(join(folder, name.replace(suffix, '.svg')), 'utf8');
        const png = existsSync(join(folder, name.replace(suffix, '.png')));
        return [{ name: name.slice(0, -suffix.length), spec, svg: checkedSvg(svg, join(folder, name)), png }];
      } catch (error) {
        problems.push((error as Error).message);
        return [];
      }
    });
}

/**
 * A drawing that goes into the page as it is: only what Vega draws. The tool wrote it, but a folder can come from
 * somebody else.
 *
 * @throws Error for any element or attribute that could act, and for what is not well-formed
 */
export function checkedSvg(svg: string, name: string): string {
  const piece = /[^<]+|<(\/?)([a-zA-Z]+)((?:\s+[\w:-]+="[^"<]*")*)\s*\/?>/y;
  while (piece.lastIndex < svg.length) {
    const at = piece.lastIndex;
    const [, , element, attributes = ''] = piece.exec(svg) ?? fail(name, `${svg.slice(at, at + 20)}…`);
    if (element !== undefined && !drawn.has(element)) fail(name, `<${element}>`);
    for (const [, attribute] of attributes.matchAll(/\s([\w:-]+)="/g))
      if (/^on|href$|^style$/i.test(attribute!)) fail(name, `the attribute ${attribute}`);
  }
  return svg;
}

const drawn = new Set(
  'svg g path rect line text tspan defs clipPath linearGradient radialGradient stop title'.split(' '),
);

function fail(name: string, what: string): never {
  throw new Error(`${name}: its drawing holds ${what}, which no chart of this tool does; make the folder anew`);
}

/** Its columns belong to the experiment that writes it; here its texts are known and the rest are numbers. */
const opportunityTexts = new Set(
  'workload parameters file function verdict reason offloaded pattern pattern_covered_by'.split(' '),
);

const opportunities = (file: string): CsvRow[] =>
  readCsv(file, []).rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]): [string, CsvValue] => [
        name,
        value === undefined || opportunityTexts.has(name) ? value : Number(value),
      ]),
    ),
  );
