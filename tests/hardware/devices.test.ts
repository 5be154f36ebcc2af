import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogueDevice, catalogueNames, readDevice } from '../../src/hardware/catalogue.ts';
import { transferMicroseconds } from '../../src/hardware/device.ts';
import { validateDevice } from '../../src/hardware/validate-device.ts';

// biome-ignore lint/suspicious/noExplicitAny: spoilt on purpose, in places that the type forbids
type Spoilt = any;
const copyOf = (name: string): Spoilt => structuredClone(catalogueDevice(name));

describe('the catalogue', () => {
  test('holds every device that was asked for, each under its own name', () => {
    const names = catalogueNames();
    expect(names).toEqual(
      expect.arrayContaining([
        'h100',
        'a100',
        'rtx-4090',
        'iris-xe',
        'apple-m2',
        'avx512-core',
        'server-64',
        'raspberry-pi-5',
      ]),
    );
    for (const name of names) expect(catalogueDevice(name).name).toBe(name);
  });

  test('peak rates follow from cores, lanes and clock: a multiply–add is two operations a lane and cycle', () => {
    // The 512-bit units of Zen 4 work on halves: one full multiply–add a cycle, as two of 256 bits would; NEON has two.
    const perCycle: Readonly<Record<string, number>> = { 'raspberry-pi-5': 4 };
    for (const name of catalogueNames()) {
      const { cores, lanes, clock_ghz, rates_gop_per_s } = catalogueDevice(name);
      const expected = cores.value * lanes.value * clock_ghz.value * (perCycle[name] ?? 2);
      expect(rates_gop_per_s.fp32!.value / expected, name).toBeCloseTo(1, 1);
    }
  });

  test('bandwidth falls from level to level', () => {
    for (const name of catalogueNames()) {
      const bandwidths = catalogueDevice(name).memory.map(level => level.bandwidth_gb_per_s);
      expect(bandwidths, name).toEqual([...bandwidths].sort((a, b) => b - a));
    }
  });
});

describe('a device file that cannot be is refused by field, unit and range', () => {
  const cases: readonly (readonly [string, (device: Spoilt) => void, RegExp])[] = [
    ['a missing number', d => delete d.cores.value, /`cores\.value` is missing; .*1 to 1000000 cores/],
    ['a missing group', d => delete d.rates_gop_per_s, /`rates_gop_per_s` is missing/],
    ['a clock in MHz', d => (d.clock_ghz.value = 1980), /`clock_ghz\.value` is 1980 GHz; .*0\.01 to 10 GHz/],
    [
      'a negative rate',
      d => (d.rates_gop_per_s.fp32.value = -1),
      /`rates_gop_per_s\.fp32\.value` is -1 10⁹ operations\/s/,
    ],
    ['a rate as a text', d => (d.rates_gop_per_s.int32.value = '5'), /`rates_gop_per_s\.int32\.value` is "5"/],
    ['half a core', d => (d.cores.value = 1.5), /whole number/],
    ['a number without source', d => (d.launch_us.source = ' '), /`launch_us\.source`/],
    ['levels out of order', d => d.memory.reverse(), /not more than the level before it/],
    ['no memory', d => (d.memory = []), /`memory` is \[\]/],
    ['another kind', d => (d.kind = 'tpu'), /`kind` is "tpu"; it must be "cpu"/],
    ['another schema', d => (d.schema = 2), /`schema` is 2; this version reads 1/],
  ];
  test.each(cases)('%s', (_, spoil, message) => {
    const device = copyOf('h100');
    spoil(device);
    expect(() => validateDevice(device, 'my.json')).toThrow(message);
    expect(() => validateDevice(device, 'my.json')).toThrow(/^my\.json: /);
  });

  test('whatever JSON it holds, the answer is a device or an error that names the file', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(() => validateDevice(value, 'x.json')).toThrow(/^x\.json: `/);
      }),
    );
  });

  test('a file that is not there, or no JSON, is named', () => {
    expect(() => readDevice('/nowhere/d.json')).toThrow(/device file \/nowhere\/d\.json does not exist/);
    const file = join(mkdtempSync(join(tmpdir(), 'device-')), 'd.json');
    writeFileSync(file, '{ "schema": ');
    expect(() => readDevice(file)).toThrow(/is not JSON/);
  });
});

test('a measured transfer curve is met at its points and grows in between', () => {
  const transfer = {
    latency_us: { value: 0, source: 'x' },
    bandwidth_gb_per_s: { value: 1, source: 'x' },
    points: [
      { bytes: 1000, us: 1 },
      { bytes: 100_000, us: 10 },
    ],
  };
  expect(transferMicroseconds(1000, transfer)).toBe(1);
  expect(transferMicroseconds(10_000, transfer)).toBeCloseTo(Math.sqrt(10));
  expect(transferMicroseconds(1_000_000, transfer)).toBeCloseTo(100);
  expect(transferMicroseconds(0, transfer)).toBe(0);
});
