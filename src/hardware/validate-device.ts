import { type DeviceSpec, rateClasses } from './device.ts';

/** A device file holds something that cannot be: which field, what it holds, and what it may hold. */
export class DeviceFileError extends Error {
  override readonly name = 'DeviceFileError';
}

interface Range {
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/** From a microcontroller to a cluster; what lies outside is a slip of the unit. */
const ranges = {
  cores: { unit: 'cores', least: 1, most: 1e6, whole: true },
  lanes: { unit: 'lanes of 32 bits', least: 1, most: 4096, whole: true },
  clock_ghz: { unit: 'GHz', least: 0.01, most: 10 },
  latency_cycles: { unit: 'cycles', least: 1, most: 1000 },
  rate: { unit: '10⁹ operations/s', least: 1e-3, most: 1e8 },
  bytes: { unit: 'bytes', least: 1024, most: 1e15 },
  bandwidth: { unit: 'GB/s', least: 1e-3, most: 1e6 },
  microseconds: { unit: 'µs', least: 0, most: 1e6 },
} as const satisfies Record<string, Range>;

type Fail = (field: string, problem: string) => never;

/**
 * A device from JSON.
 *
 * @param where the file's name, for messages
 * @throws DeviceFileError that names field, unit and allowed range
 */
export function validateDevice(value: unknown, where: string): DeviceSpec {
  const fail: Fail = (field, problem) => {
    throw new DeviceFileError(`${where}: \`${field}\` ${problem}. docs/forecast.md shows a whole device file.`);
  };
  const root = object(value, 'the file', fail);
  if (root.schema !== 1) fail('schema', `is ${show(root.schema)}; this version reads 1`);
  if (typeof root.name !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(root.name))
    fail('name', `is ${show(root.name)}; it must be lower-case letters, digits and dashes`);
  if (typeof root.label !== 'string' || root.label === '') fail('label', `is ${show(root.label)}; it must be a text`);
  if (root.kind !== 'cpu' && root.kind !== 'gpu' && root.kind !== 'software-adapter')
    fail('kind', `is ${show(root.kind)}; it must be "cpu", "gpu" or "software-adapter"`);
  for (const field of ['cores', 'lanes', 'clock_ghz', 'latency_cycles'] as const)
    quantity(root[field], field, { range: ranges[field], fail });
  const rates = object(root.rates_gop_per_s, 'rates_gop_per_s', fail);
  for (const name of rateClasses)
    if (rates[name] !== null) quantity(rates[name], `rates_gop_per_s.${name}`, { range: ranges.rate, fail });
  if (rates.fp32 === null) fail('rates_gop_per_s.fp32', 'is null; every device here computes in fp32');
  quantity(root.access_gop_per_s, 'access_gop_per_s', { range: ranges.rate, fail });
  memory(root.memory, fail);
  quantity(root.launch_us, 'launch_us', { range: ranges.microseconds, fail });
  const transfer = object(root.transfer, 'transfer', fail);
  for (const way of ['to_device', 'from_device'] as const) {
    const one = object(transfer[way], `transfer.${way}`, fail);
    if (one.points !== undefined) curve(one.points, `transfer.${way}.points`, fail);
    quantity(one.latency_us, `transfer.${way}.latency_us`, { range: ranges.microseconds, fail });
    quantity(one.bandwidth_gb_per_s, `transfer.${way}.bandwidth_gb_per_s`, { range: ranges.bandwidth, fail });
  }
  return value as DeviceSpec;
}

function memory(value: unknown, fail: Fail): void {
  if (!Array.isArray(value) || value.length === 0)
    fail('memory', `is ${show(value)}; it must list at least one level, the smallest first`);
  let before = 0;
  for (const [index, entry] of (value as unknown[]).entries()) {
    const field = `memory[${index}]`;
    const level = object(entry, field, fail);
    if (typeof level.level !== 'string') fail(`${field}.level`, `is ${show(level.level)}; it must be a name`);
    number(level.bytes, `${field}.bytes`, { range: ranges.bytes, fail });
    number(level.bandwidth_gb_per_s, `${field}.bandwidth_gb_per_s`, { range: ranges.bandwidth, fail });
    sourced(level, field, fail);
    if ((level.bytes as number) <= before)
      fail(`${field}.bytes`, `is ${level.bytes} bytes, not more than the level before it (${before})`);
    before = level.bytes as number;
  }
}

/** A measured curve: at least two points, both columns ascending in bytes. */
function curve(value: unknown, field: string, fail: Fail): void {
  if (!Array.isArray(value) || value.length < 2) fail(field, `is ${show(value)}; it must list at least two points`);
  let before = 0;
  for (const [index, entry] of (value as unknown[]).entries()) {
    const point = object(entry, `${field}[${index}]`, fail);
    number(point.bytes, `${field}[${index}].bytes`, { range: { unit: 'bytes', least: 1, most: 1e15 }, fail });
    number(point.us, `${field}[${index}].us`, { range: { unit: 'µs', least: 1e-6, most: 1e9 }, fail });
    if ((point.bytes as number) <= before)
      fail(`${field}[${index}].bytes`, `is ${point.bytes} bytes, not more than the point before it (${before})`);
    before = point.bytes as number;
  }
}

interface Rule {
  readonly range: Range;
  readonly fail: Fail;
}

function quantity(value: unknown, field: string, rule: Rule): void {
  const held = object(value, field, rule.fail);
  number(held.value, `${field}.value`, rule);
  sourced(held, field, rule.fail);
}

function number(value: unknown, field: string, { range: { unit, least, most, whole = false }, fail }: Rule): void {
  const wanted = `it must be ${whole ? 'a whole number' : 'a number'} from ${least} to ${most} ${unit}`;
  if (value === undefined) fail(field, `is missing; ${wanted}`);
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(field, `is ${show(value)}; ${wanted}`);
  const held = value as number;
  if (held < least || held > most || (whole && !Number.isInteger(held))) fail(field, `is ${held} ${unit}; ${wanted}`);
}

function sourced(value: Record<string, unknown>, field: string, fail: Fail): void {
  if (typeof value.source !== 'string' || value.source.trim() === '')
    fail(`${field}.source`, `is ${show(value.source)}; it must say where the number comes from`);
}

function object(value: unknown, field: string, fail: Fail): Record<string, unknown> {
  if (value === undefined) fail(field, 'is missing');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail(field, `is ${show(value)}; it must be an object`);
  return value as Record<string, unknown>;
}

const show = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));
