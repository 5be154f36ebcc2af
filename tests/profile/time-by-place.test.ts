import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { classifyTick } from '../../src/profile/classify-tick.ts';
import { isToolWork, loggedFunction } from '../../src/profile/frames.ts';
import { merged } from '../../src/profile/kernels.ts';
import { symbolsOf } from '../../src/profile/native-symbols.ts';
import type { ProfileRun } from '../../src/profile/profile-job.ts';
import { readSites } from '../../src/profile/sites.ts';
import { readTicks, timeByPlace, type WeighedTick } from '../../src/profile/time-by-place.ts';
import { type Boundary, places } from '../../src/profile/types.ts';
import { CodeMap } from '../../src/profile/v8-log/code-map.ts';
import { demangle, readSymbols } from '../../src/profile/v8-log/elf-symbols.ts';
import { readLog, type Tick } from '../../src/profile/v8-log/read-log.ts';
import { watchTarget, withLog } from '../../src/profile/watch.ts';
import { ownFolder, resolveTarget } from '../../src/target/index.ts';
import { sectionShares } from './section-shares.ts';

const ownership = { root: '/app/', include: [] };
const folder = mkdtempSync(join(tmpdir(), 'pgram-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const logOf = (name: string, ...lines: string[]): string => {
  const file = join(folder, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

describe('which code lies at an address', () => {
  test('the newest piece wins; a piece that moved is where it went', () => {
    const map = new CodeMap();
    map.add({ start: 0x1000, size: 0x3000, kind: 'turbofan', name: 'old' });
    map.add({ start: 0x2000, size: 0x10, kind: 'maglev', name: 'new' });
    expect([0x1fff, 0x2008, 0x2100].map(address => map.at(address)?.name)).toEqual(['old', 'new', 'old']);
    map.move(0x2000, 0x9000);
    expect(map.at(0x9008)?.name).toBe('new');
    expect(map.at(0x20000)).toBeUndefined();
  });
});

describe('V8’s log', () => {
  const code = [
    'shared-library,/usr/bin/node,0x400000,0x3000000,0',
    'code-creation,Builtin,2,10,0x7f0000000000,100,TypedArrayPrototypeMap',
    'code-creation,BytecodeHandler,0,11,0x7f0000001000,100,Add',
    String.raw`code-creation,JS,9,20,0x10000,50,hot\x2C one file:///app/a.ts:3:14,0x1,~`,
    "code-creation,JS,12,30,0x20000,500,hot file:///app/a.ts:3:14,0x1,*'",
    'code-creation,JS,4,31,0x30000,100,wasm-function[0],0x0,',
    'code-creation,JS,9,32,0x40000,50, boundary:crypto.createHash:1:8,0x2,~',
    'code-creation,JS,9,33,0x50000,50,update node:internal/crypto/hash:10:1,0x3,~',
    'code-creation,Script,9,40,0x60000,5, pgram:begin:1:1,0x4,~',
  ];
  const ticks = [
    'tick,0x20010,10,0,0x0,0', // before the beginning: of the tool
    'tick,0x20010,50,0,0x0,0',
    'tick,0x7f0000001010,60,0,0x0,0,0x10005',
    'tick,0x30005,70,0,0x0,6,0x20010',
    'tick,0x500000,80,0,0x0,6,0x50005,0x40005,0x20010',
    'tick,0x500000,90,0,0x0,1,0x20010',
    'tick,0x500000,100,0,0x0,5,0x7f0000000010,0x20010',
    'tick,0x20010,110,0,0x0,0,0x40005,0x10005', // called back from a boundary
    'tick,0x12',
  ];

  test('each tick falls where V8, the address and the callers say', () => {
    const { main, ticks: read } = readTicks(logOf('ticks.log', ...code, ...ticks), ownership);
    expect(main).toBe(true);
    expect(read.map(({ place, name }) => [place, name])).toEqual([
      ['turbofan', ''],
      ['interpreter', ''],
      ['webassembly', 'wasm-function[0]'],
      ['native', 'crypto.createHash'],
      ['garbage-collection', ''],
      ['engine', 'TypedArrayPrototypeMap'],
      ['turbofan', ''],
    ]);
    expect(read.map(({ inBoundary }) => inBoundary)).toEqual([false, false, false, true, false, false, false]);
    expect(read.at(-1)?.boundary).toBe('crypto.createHash');
  });

  test('commas in names are V8’s escapes; a line that was not finished is left out', () => {
    const names: (string | undefined)[] = [];
    const at: number[] = [];
    readLog(logOf('names.log', ...code), { code: each => names.push(loggedFunction(each.name)?.name) });
    const cut = join(folder, 'cut.log');
    writeFileSync(cut, 'tick,0x1,5,0,0x0,0\ntick,0x1,6,0,0x');
    readLog(cut, { tick: tick => at.push(tick.at) });
    expect(names).toContain('hot, one');
    expect(at).toEqual([5]);
  });

  test('caches keep the last state, deoptimisations are counted, other people’s code is no finding', () => {
    const found = readSites(
      logOf(
        'sites.log',
        ...code,
        'LoadIC,0x10005,50,3,40,1,P,0x1,x,,',
        'LoadIC,0x10005,51,3,40,P,N,0x1,x,,',
        'LoadIC,0x50005,52,1,1,P,N,0x1,theirs,,',
        'code-deopt,53,10,0x20000,-1,5,deopt-eager,<file:///app/a.ts:4:41>,not a Smi',
        'code-deopt,54,10,0x20000,-1,5,deopt-eager,<file:///app/a.ts:4:41>,not a Smi',
        'code-deopt,55,10,0x20000,-1,5,deopt-eager,<node:internal/util:4:41>,wrong map',
      ),
      ownership,
    );
    expect(found.caches).toEqual([
      { file: '/app/a.ts', line: 3, column: 40, operation: 'LoadIC', property: 'x', state: 'megamorphic' },
    ]);
    expect(found.deoptimised).toEqual([
      { file: '/app/a.ts', line: 4, column: 41, reason: 'not a Smi', kind: 'deopt-eager', times: 2 },
    ]);
  });
});

describe('the composition', () => {
  const tick = (place: WeighedTick['place'], more: Partial<WeighedTick> = {}): WeighedTick => ({
    place,
    name: '',
    boundary: undefined,
    inBoundary: false,
    function: undefined,
    weight: 1,
    ...more,
  });
  const fourTimes = (ticks: readonly WeighedTick[]) => [ticks, ticks, ticks, ticks].flat();
  const run = (boundaries: readonly Boundary[]) => ({
    milliseconds: 100,
    repetitions: 2,
    between: [0, 1] as const,
    files: [],
    boundaries,
  });
  const sort: Boundary = { name: 'sort', kind: 'builtin', calls: 1, callsBack: true, milliseconds: 40, share: 0.4 };

  test('a boundary has its clock’s time, the rest is divided as the ticks are', () => {
    const ticks = fourTimes([tick('turbofan'), tick('turbofan'), tick('garbage-collection')]);
    const { times } = timeByPlace(run([sort]), [{ main: true, ticks }]);
    expect(times.map(({ place, milliseconds, share }) => [place, milliseconds, share])).toEqual([
      ['turbofan', 20, 0.4],
      ['garbage-collection', 10, 0.2],
      ['native', 20, 0.4],
    ]);
  });

  test('what a boundary called back is not its own', () => {
    const under = [
      tick('native', { name: 'sort', boundary: 'sort', inBoundary: true }),
      tick('turbofan', { boundary: 'sort' }),
      tick('turbofan', { boundary: 'sort' }),
      tick('turbofan', { boundary: 'sort' }),
    ];
    const { times } = timeByPlace(run([sort]), [{ main: true, ticks: fourTimes(under) }]);
    const of = (place: string) => times.find(each => each.place === place);
    expect(of('native')?.share).toBeCloseTo(0.1);
    expect(of('native')?.standardError).toBeGreaterThan(0);
    expect(of('turbofan')?.share).toBeCloseTo(0.9);
    // One such tick is no evidence, and what was given no function calls none back.
    for (const [boundary, few] of [
      [sort, under.slice(0, 2)],
      [{ ...sort, callsBack: false }, under],
    ] as const) {
      const native = timeByPlace(run([boundary]), [{ main: true, ticks: few }]).times.find(
        ({ place }) => place === 'native',
      );
      expect(native?.share).toBeCloseTo(0.4);
    }
  });

  test('all shares add up to 1, whatever the ticks; of fewer than ten, what is left has no name', () => {
    const some = fc.record({
      place: fc.constantFrom(...places),
      weight: fc.double({ min: 0.1, max: 100, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(some), ticks => {
        const { times } = timeByPlace(run([sort]), [
          { main: true, ticks: ticks.map(({ place, weight }) => tick(place, { weight })) },
        ]);
        expect(times.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
        if (ticks.length < 10)
          expect(times.map(({ place, share }) => [place, share])).toEqual([
            ['native', 0.4],
            ['unnamed', 0.6],
          ]);
      }),
    );
  });

  test('the tool’s own time is left out and said', () => {
    const { times, toolShare } = timeByPlace(run([]), [
      { main: true, ticks: [tick('turbofan'), tick('tool'), ...fourTimes([tick('turbofan'), tick('tool')])] },
    ]);
    expect(toolShare).toBeCloseTo(0.5);
    expect(times.map(({ place, share }) => [place, share])).toEqual([['turbofan', 1]]);
  });
});

test('a tick outside of all code is unnamed, never guessed', () => {
  const own = { start: 1, size: 1, kind: 'turbofan', name: 'f file:///app/a.ts:1:1' } as const;
  const lost: Tick = { at: 0, state: 'external', address: 7, code: undefined, callers: [own] };
  expect(classifyTick(lost, ownership).place).toBe('unnamed');
  expect(classifyTick({ ...lost, callers: [] }, ownership).place).toBe('waiting');
});

test('what the loader calls is the tool’s, what a program calls is the program’s', () => {
  const at = (path: string) => new URL(`../../src/${path}`, import.meta.url).href;
  const parser = 'file:///app/node_modules/acorn/acorn.js';
  expect(isToolWork([parser, at('target/parse.ts')], ownership)).toBe(true);
  expect(isToolWork([parser, 'file:///app/a.ts', at('target/load.ts')], ownership)).toBe(false);
  expect(isToolWork([parser, at('target/program.ts')], ownership)).toBe(false);
});

test('names of C++ functions; addresses of this Node’s own', () => {
  expect(demangle('_ZN2v84base7ieee7543sinEd')).toBe('v8::base::ieee754::sin');
  expect(demangle('_ZN2v88internal12_GLOBAL__N_13oneIiEEvv')).toBe('v8::internal::(anonymous namespace)::one');
  expect(demangle('deflate')).toBe('deflate');
  expect(readSymbols('/nowhere')).toBeUndefined();
});

test('perf: samples within the program’s work, without the code that V8 made', () => {
  const { samples, symbols } = symbolsOf(
    [
      ' 1.500000:      7f JS:*f /app/a.ts:1:1 (/tmp/jitted-1-2.so)',
      ' 1.600000:      a0 std::sort<int (*)(int)> (/usr/bin/node)',
      ' 1.700000:      a1 std::sort<int (*)(int)> (/usr/bin/node)',
      ' 9.000000:      a2 late (/usr/bin/node)',
      'garbage',
    ].join('\n'),
    [1, 2],
  );
  expect(samples).toBe(3);
  expect(symbols).toEqual([{ symbol: 'std::sort<int (*)(int)>', library: 'node', samples: 2, share: 2 / 3 }]);
});

test('kernels of one name and shape are one row; one without a time leaves the row without', () => {
  const kernel = { name: 'Add', shape: '3', calls: 1, ranOn: 'cpu', measuredBy: 'library' } as const;
  const rows = merged([
    { ...kernel, milliseconds: 1 },
    { ...kernel, milliseconds: 2 },
    { ...kernel, name: 'Mul', milliseconds: 1 },
    { ...kernel, name: 'Mul', milliseconds: null },
  ]);
  expect(rows.map(({ name, calls, milliseconds }) => [name, calls, milliseconds])).toEqual([
    ['Add', 2, 3],
    ['Mul', 2, null],
  ]);
});

test('a small workload that is repeated is not inlined into the tool’s own loop', { retry: 3 }, async () => {
  const target = resolveTarget('quicksort');
  const { outcome, result } = await withLog(
    ['--prof', '--prof-sampling-interval=500'],
    v8Flags => watchTarget({ target, size: 2000 }, { mode: 'boundaries', v8Flags }, {}),
    logs => logs.map(log => readTicks(log, { root: ownFolder(target.file), include: [] })),
  );
  const { toolShare, repetitions } = timeByPlace(outcome.result as ProfileRun, result);
  expect(repetitions).toBeGreaterThan(1);
  expect(toolShare).toBeLessThan(0.4);
});

// A neighbour that holds the core for a while does so in one section: what came out right once is right.
test('the sections of a program: within 3 percentage points of its own clocks', { retry: 3 }, async () => {
  const shares = Object.entries(await sectionShares(3));
  expect(shares.map(([section]) => section)).toEqual([
    'js',
    'wasm.spin',
    'crypto',
    'zlib.deflateSync',
    'TypedArray.prototype.sort',
  ]);
  for (const [section, { tool, program }] of shares) {
    expect(program, section).toBeGreaterThan(0.01);
    expect(Math.abs(tool - program), section).toBeLessThan(0.03);
  }
});
