import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeviceSpec } from './device.ts';
import { DeviceFileError, validateDevice } from './validate-device.ts';

const folder = fileURLToPath(new URL('./devices/', import.meta.url));

/** Names of the devices in src/hardware/devices: a file there is in the catalogue. */
export const catalogueNames = (): string[] =>
  readdirSync(folder)
    .filter(file => file.endsWith('.json'))
    .map(file => basename(file, '.json'))
    .sort();

/** A device of the catalogue by its name. */
export const catalogueDevice = (name: string): DeviceSpec => readDevice(join(folder, `${name}.json`));

/** A device from a file. @throws DeviceFileError where it does not exist, is no JSON, or holds what cannot be */
export function readDevice(file: string): DeviceSpec {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what =
      error instanceof SyntaxError ? `is not JSON: ${message}` : code === 'ENOENT' ? 'does not exist' : message;
    throw new DeviceFileError(`device file ${file} ${what}. docs/forecast.md shows a whole one.`, { cause: error });
  }
  return validateDevice(value, file);
}
