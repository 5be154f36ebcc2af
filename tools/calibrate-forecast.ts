/**
 * Makes src/forecast/calibration.json of the measurements of a run of forecast-vs-measured, for the forecasts after it:
 * `node bin/pgram.mjs exec tools/calibrate-forecast.ts results/<run>`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineLine } from '../src/experiment/run.ts';
import type { Calibration } from '../src/forecast/calibration.ts';
import { forecastColumns } from '../src/forecast/columns.ts';
import { forecastFile } from '../src/forecast/freeze-plan.ts';
import { calibrationCells } from '../src/forecast/score.ts';
import { readCsv } from '../src/results/csv.ts';
import { readManifest } from '../src/results/manifest.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error('which run? node bin/pgram.mjs exec tools/calibrate-forecast.ts results/<run>');
const manifest = readManifest(folder);
const cells = calibrationCells(readCsv(join(folder, forecastFile), forecastColumns).rows);
if (cells.length === 0) throw new Error(`${folder} holds no forecast that was measured`);
const calibration: Calibration = { schema: 2, measuredAt: manifest.startedAt, machine: machineLine(manifest), cells };
const file = fileURLToPath(new URL('../src/forecast/calibration.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(calibration, null, 2)}\n`);
process.stdout.write(`${cells.length} cells of ${new Set(cells.map(({ program }) => program)).size} programs\n`);
