import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Analysis, profileTarget } from '../../src/profile/analysis.ts';
import { profileCsvFiles } from '../../src/profile/columns.ts';
import type { CpuProfile } from '../../src/profile/cpu-profile.ts';
import { mergeProfiles } from '../../src/profile/merge-profiles.ts';
import { profileProgram } from '../../src/profile/profile.ts';
import { readCsv } from '../../src/results/csv.ts';
import { resolveTarget, variantNeeds } from '../../src/target/index.ts';

const file = fileURLToPath(new URL('../fixtures/profile/sites.ts', import.meta.url));
const source = readFileSync(file, 'utf8').split('\n');
/** Where the test's own reading of the file finds a piece of text; from 1. */
const lineOf = (text: string): number => source.findIndex(line => line.includes(text)) + 1;
const out = mkdtempSync(join(tmpdir(), 'pgram-analysis-'));
afterAll(() => rmSync(out, { recursive: true }));

describe('a function that gives V8 trouble', () => {
  let analysis: Analysis;
  beforeAll(async () => {
    const spec = { target: resolveTarget(`${file}#trouble`), size: 3_000_000 };
    analysis = await profileTarget(spec, { out, runs: 2, perf: false, arguments: ['analyze'] });
  });
  const profile = () => analysis.subjects[0]!.profile;

  test('a megamorphic access and a deoptimisation are found at their lines of the TypeScript source', () => {
    expect(profile().problems).toEqual([]);
    const megamorphic = profile().sites.caches.filter(({ state }) => state === 'megamorphic');
    expect(megamorphic).toContainEqual({
      file,
      line: lineOf('return shape.x'),
      column: source[lineOf('return shape.x') - 1]!.indexOf('x;') + 1,
      operation: 'LoadIC',
      property: 'x',
      state: 'megamorphic',
    });
    const reasons = profile().sites.deoptimised.filter(({ line }) => line === lineOf('(a as number) +'));
    expect(reasons.map(({ reason }) => reason).join()).toMatch(/Smi|BigInt|type|number|Number/i);
  });

  test('calls are exact; tiers and places are shares', () => {
    const called = Object.fromEntries(profile().functions.map(({ name, calls }) => [name, calls]));
    expect(called.trouble).toBe(1);
    if (called.add !== undefined) expect(called.add).toBe(3_000_001);
    for (const { tiers } of profile().functions) {
      const sum = Object.values(tiers).reduce((total, share) => total + share, 0);
      if (Object.keys(tiers).length > 0) expect(sum).toBeCloseTo(1);
    }
    expect(profile().byPlace?.times.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  test('the run folder holds tables that read back, profiles that add up, and what was open', () => {
    const folder = analysis.folder as string;
    for (const [name, columns] of Object.entries(profileCsvFiles)) {
      const { rows } = readCsv(join(folder, name), columns);
      for (const row of rows) expect(row.run_id).toBe(folder.split('/').at(-1));
    }
    const functions = readCsv(join(folder, 'profile.csv'), profileCsvFiles['profile.csv']).rows;
    expect(functions.find(row => row.function === 'trouble')?.calls).toBe(1);
    expect(readdirSync(join(folder, 'profiles')).sort()).toEqual([
      'program-process-0.cpuprofile',
      'program-process-1.cpuprofile',
      'program.cpuprofile',
    ]);
    const read = (name: string) => JSON.parse(readFileSync(join(folder, 'profiles', name), 'utf8')) as CpuProfile;
    const parts = ['program-process-0.cpuprofile', 'program-process-1.cpuprofile'].map(read);
    expect(read('program.cpuprofile').samples).toHaveLength(
      parts.reduce((sum, { samples = [] }) => sum + samples.length, 0),
    );
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ schema: 1, verb: 'analyze', state: 'complete', size: 3_000_000 });
    expect(manifest.open.program.time).toContain('inspector');
    expect(manifest.open.program.boundaries).not.toContain('inspector');
  });
});

test('TensorFlow.js is told kernel by kernel, with the shapes of its outputs', async () => {
  const spec = { target: resolveTarget('matmul'), size: 40, variant: 'tfjs-wasm' };
  const { kernels, byPlace, open } = await profileProgram(spec, { runs: 1, perf: false });
  const product = kernels.find(({ name }) => /MatMul/.test(name));
  expect(product).toMatchObject({ calls: 1, ranOn: 'cpu', measuredBy: 'library' });
  expect(product?.shape).toMatch(/40×40$/);
  expect(product?.milliseconds).toBeGreaterThan(0);
  expect(byPlace?.times.some(({ place, name }) => place === 'webassembly' && /MatMul/i.test(name))).toBe(true);
  expect(open).not.toContain('addons');
});

test('a program that throws keeps what was seen', async () => {
  const { status, message, byPlace } = await profileProgram(
    { target: resolveTarget(fileURLToPath(new URL('../fixtures/profile/throws.ts', import.meta.url))) },
    { runs: 1, perf: false },
  );
  expect(status).toBe('threw');
  expect(message).toMatch(/^RangeError: enough .*throws\.ts:\d+/);
  expect(byPlace?.times.length).toBeGreaterThan(0);
});

test('only what a variant needs is opened', () => {
  expect(['naive', 'simd', 'native', 'tfjs-wasm', 'ml-matrix'].flatMap(variantNeeds)).toEqual([]);
  expect(['webgpu-naive', 'tfjs-webgpu', 'gpujs'].map(variantNeeds)).toEqual([['addons'], ['addons'], ['addons']]);
  const threaded = ['threads', 'simd-threads', 'gpujs-webasm'];
  expect(threaded.map(variantNeeds)).toEqual(threaded.map(() => ['worker']));
});

test('merged profiles hold every sample, under the same stack of functions', () => {
  const frame = (functionName: string) => ({ functionName, url: '', lineNumber: -1, columnNumber: -1 });
  /** A random tree: each node but the first hangs under an earlier one. */
  const tree = fc
    .array(fc.tuple(fc.nat(), fc.constantFrom('a', 'b', 'c')), { minLength: 1, maxLength: 12 })
    .map(list => {
      const nodes = [{ id: 1, callFrame: frame('(root)'), children: [] as number[] }];
      for (const [under, name] of list) {
        const id = nodes.length + 1;
        nodes[under % nodes.length]!.children.push(id);
        nodes.push({ id, callFrame: frame(name), children: [] });
      }
      return nodes;
    });
  const profile: fc.Arbitrary<CpuProfile> = tree.chain(nodes =>
    fc.array(fc.integer({ min: 1, max: nodes.length })).map(samples => ({
      nodes,
      samples,
      timeDeltas: samples.map(() => 100),
      startTime: 0,
      endTime: samples.length * 100,
    })),
  );
  const stacksOf = ({ nodes, samples = [] }: CpuProfile): string[] => {
    const parent = new Map(nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id] as const)));
    const name = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
    return samples.map(id => {
      const stack: string[] = [];
      for (let at: number | undefined = id; at !== undefined; at = parent.get(at)) stack.push(name.get(at) as string);
      return stack.join('<');
    });
  };
  fc.assert(
    fc.property(fc.array(profile, { maxLength: 4 }), profiles => {
      const merged = mergeProfiles(profiles);
      expect(stacksOf(merged)).toEqual(profiles.flatMap(stacksOf));
      expect(merged.endTime - merged.startTime).toBe(
        profiles.reduce((sum, { startTime, endTime }) => sum + endTime - startTime, 0),
      );
    }),
  );
});
