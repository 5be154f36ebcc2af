/**
 * Makes src/forecast/calibration.json of the measurements of one run of forecast-vs-measured, or of several on one machine:
 * `node bin/pgram.mjs exec tools/calibrate-forecast.ts results/<run> [results/<run> …] [--trace]`. Floors are made anew with the
 * model as it is now: of what each run saw of the programs, or with --trace of what counting and tracing see today.
 * Nothing is measured.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineLine } from '../src/experiment/run.ts';
import type { Calibration } from '../src/forecast/calibration.ts';
import { forecastColumns } from '../src/forecast/columns.ts';
import { forecastFile, shapesFile } from '../src/forecast/freeze-plan.ts';
import { refloored, type SeenShape } from '../src/forecast/refloor.ts';
import { calibrationCells } from '../src/forecast/score.ts';
import { shapeOf } from '../src/forecast/shape.ts';
import { readCsv } from '../src/results/csv.ts';
import { readManifest } from '../src/results/manifest.ts';
import type { CsvRow } from '../src/results/schema.ts';
import { resolveTarget } from '../src/target/index.ts';
import { loadWorkload } from '../src/workload/load.ts';
import { defaultParameters } from '../src/workload/parameters.ts';

const { values, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { trace: { type: 'boolean', default: false } },
});
if (folders.length === 0)
  throw new Error('which runs? node bin/pgram.mjs exec tools/calibrate-forecast.ts results/<run> [results/<run> …]');

const seen: SeenShape[] = [];

/** Each program once at each size, whatever the number of runs. */
async function see({ workload: name, size: at, plain_ns: plain }: CsvRow): Promise<void> {
  const [workload, size] = [String(name), Number(at)];
  if (seen.some(shape => shape.workload === workload && shape.size === size)) return;
  const own = fileURLToPath(new URL(`../experiments/workloads/${workload}.ts`, import.meta.url));
  const text = existsSync(own) ? own : workload;
  const definition = await loadWorkload(text);
  const shape = await shapeOf(
    { target: resolveTarget(text), size, seed: 1 },
    { plainSeconds: Number(plain) / 1e9, work: definition.work(size, defaultParameters(definition)) },
  );
  seen.push({ workload, size, shape });
  process.stderr.write(`${workload} ${size}\n`);
}

/** What a run wrote down of its programs. */
const sawThen = (folder: string): SeenShape[] =>
  JSON.parse(readFileSync(join(folder, shapesFile), 'utf8')) as SeenShape[];

const runs = folders.map(folder => ({
  manifest: readManifest(folder),
  rows: readCsv(join(folder, forecastFile), forecastColumns).rows,
}));
if (values.trace) for (const { rows } of runs) for (const row of rows) await see(row);
const cells = runs.flatMap(({ manifest, rows }, index) => {
  const { ceilings } = manifest;
  if (!ceilings) throw new Error(`${folders[index]} was measured without a probe: its floors are not known`);
  return calibrationCells(refloored(rows, values.trace ? seen : sawThen(folders[index]!), ceilings));
});
if (cells.length === 0) throw new Error(`${folders.join(', ')}: no forecast that was measured`);
const { manifest } = runs.at(-1)!;
const calibration: Calibration = { schema: 2, measuredAt: manifest.startedAt, machine: machineLine(manifest), cells };
const file = fileURLToPath(new URL('../src/forecast/calibration.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(calibration, null, 2)}\n`);
process.stdout.write(`${cells.length} cells of ${new Set(cells.map(({ program }) => program)).size} programs\n`);
