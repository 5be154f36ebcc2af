/**
 * Makes src/forecast/calibration.json of the measurements of one run of forecast-vs-measured, or of several on one machine:
 * `node bin/pgram.mjs exec tools/calibrate-forecast.ts results/<run> [results/<run> …] [--trace] [--plain results/<run> --old
 * results/<run> …] [--copies results/<run>]`. Floors are made anew with the model as it is now: of what each run saw of the programs, or with --trace
 * of what counting and tracing see today. Runs behind --old, which timed the plain code by an older protocol, are learnt from
 * as well, with the plain times of the run behind --plain; behind --copies is a run whose probe timed copies as is done now, for
 * all. Nothing is measured.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineLine } from '../src/experiment/run.ts';
import type { Calibration } from '../src/forecast/calibration.ts';
import type { SeenShape } from '../src/forecast/refloor.ts';
import { calibrationCells } from '../src/forecast/score.ts';
import { shapeOf } from '../src/forecast/shape.ts';
import { flooredRows, withPlainOf, writtenRows } from '../src/forecast/stored-run.ts';
import { readManifest } from '../src/results/manifest.ts';
import type { CsvRow } from '../src/results/schema.ts';
import { resolveTarget } from '../src/target/index.ts';
import { loadWorkload } from '../src/workload/load.ts';
import { defaultParameters } from '../src/workload/parameters.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    trace: { type: 'boolean', default: false },
    plain: { type: 'string' },
    copies: { type: 'string' },
    old: { type: 'string', multiple: true, default: [] },
  },
});
const folders = [...values.old, ...positionals];
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

const timed = values.plain === undefined ? [] : writtenRows(values.plain);
if (values.trace) for (const folder of folders) for (const row of writtenRows(folder)) await see(row);
const cells = folders.flatMap(folder => {
  const rows = flooredRows(folder, { shapes: values.trace ? seen : undefined, copiesOf: values.copies });
  return calibrationCells(values.old.includes(folder) ? withPlainOf(rows, timed) : rows);
});
if (cells.length === 0) throw new Error(`${folders.join(', ')}: no forecast that was measured`);
const manifest = readManifest(folders.at(-1)!);
const calibration: Calibration = { schema: 2, measuredAt: manifest.startedAt, machine: machineLine(manifest), cells };
const file = fileURLToPath(new URL('../src/forecast/calibration.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(calibration, null, 2)}\n`);
process.stdout.write(`${cells.length} cells of ${new Set(cells.map(({ program }) => program)).size} programs\n`);
