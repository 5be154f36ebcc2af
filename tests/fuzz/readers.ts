import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readTuning } from '../../src/backends/webgpu/tuned.ts';
import { parseDump } from '../../src/census/bytecode/parse-dump.ts';
import { parseWgsl } from '../../src/census/gpu-kernel/parse.ts';
import { parseOptimisedCode } from '../../src/census/machine-code/parse-code.ts';
import { parseCallgrind } from '../../src/census/native/callgrind-file.ts';
import { executableExtents } from '../../src/census/native/elf.ts';
import { webassemblyLayer } from '../../src/census/webassembly/decode.ts';
import { compareRuns, differingConditions } from '../../src/experiment/compare.ts';
import { changedTarget, machineLine, refuseOtherPlan } from '../../src/experiment/run.ts';
import { summarise } from '../../src/experiment/summarise.ts';
import { readDevice } from '../../src/hardware/catalogue.ts';
import { readSymbols } from '../../src/profile/v8-log/elf-symbols.ts';
import { readLog } from '../../src/profile/v8-log/read-log.ts';
import { indexPage } from '../../src/profile/visualise/index-page.ts';
import { readParts } from '../../src/report/parts/read.ts';
import { sentences } from '../../src/report/sentence.ts';
import { standardCharts } from '../../src/report/standard.ts';
import { csvText, readCsv } from '../../src/results/csv.ts';
import { readManifest } from '../../src/results/manifest.ts';
import { sameConditions } from '../../src/results/provenance.ts';
import { type Column, processColumns, sampleColumns, summaryColumns } from '../../src/results/schema.ts';
import { readEnded, readLots, readSittings } from '../../src/slurm/layout.ts';
import { parseJson, parseSacct, parseSqueue } from '../../src/slurm/states.ts';
import type { Random } from '../../src/workload/random.ts';
import { mutateBytes, mutateJson } from './mutate.ts';
import { Misread, type Reader } from './run.ts';

const here = (path: string): Buffer => readFileSync(new URL(path, import.meta.url));
const allIn = (folder: string, ending: string): Buffer[] =>
  readdirSync(new URL(folder, import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .sort()
    .map(name => here(`${folder}${name}`));

const scratch = mkdtempSync(join(tmpdir(), 'pgram-fuzz-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** A crash is a TypeError and its kin; a refusal is an error that somebody wrote a sentence for. */
const crashes = new Set(['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'AssertionError', 'URIError']);

interface Case {
  readonly bytes: Buffer;
  /** The file that holds them; a refusal must name it. */
  readonly file?: string;
  /** How the reader's own sentences begin, where it throws them as a RangeError. */
  readonly says?: RegExp;
}

/** @returns whether the case was accepted. @throws Misread for a crash, or a refusal that does not say where */
function promised({ bytes, file, says }: Case, read: () => void): { accepted: boolean } {
  try {
    read();
    return { accepted: true };
  } catch (error) {
    const { name, message } = error as Error;
    if (crashes.has(name) && !says?.test(message))
      throw new Misread(`crashed: ${name}: ${message}`, bytes, { cause: error });
    if (file !== undefined && !message.includes(file))
      throw new Misread(`refused without naming the file: ${message}`, bytes, { cause: error });
    return { accepted: false };
  }
}

/** A reader of text or bytes in memory. */
const ofBytes = (name: string, corpus: readonly Buffer[], read: (bytes: Buffer) => void, says?: RegExp): Reader => ({
  name,
  read(random) {
    const bytes = mutateBytes(random, corpus[random.below(corpus.length)] as Buffer, corpus);
    return promised({ bytes, ...(says ? { says } : {}) }, () => read(bytes));
  },
});

const written = (name: string, bytes: Buffer): string => {
  const file = join(scratch, name);
  writeFileSync(file, bytes);
  return file;
};

/** A reader of one file, which a refusal must name. */
const ofFile = (name: string, corpus: readonly Buffer[], read: (file: string) => void): Reader => ({
  name,
  read(random) {
    const bytes = mutateBytes(random, corpus[random.below(corpus.length)] as Buffer, corpus);
    const file = written(name.replace(/\W+/g, '-'), bytes);
    return promised({ bytes, file }, () => read(file));
  },
});

/** JSON that is damaged as a text half of the time, and as a document otherwise. */
const json = (random: Random, original: Buffer): Buffer =>
  random.below(2) === 0
    ? mutateBytes(random, original)
    : Buffer.from(JSON.stringify(mutateJson(random, JSON.parse(original.toString()))) ?? '');

const run = {
  manifest: here('./fixtures/run/manifest.json'),
  samples: here('./fixtures/run/samples.csv'),
  processes: here('./fixtures/run/processes.csv'),
  summary: here('./fixtures/run/summary.csv'),
};

const table = (name: string, corpus: Buffer, columns: readonly Column[]): Reader =>
  ofFile(name, [corpus], file => {
    const { rows } = readCsv(file, columns);
    // What was accepted holds no number that is none, and can be written again.
    for (const row of rows)
      for (const value of Object.values(row)) if (Number.isNaN(value)) throw new TypeError('NaN was read');
    csvText(columns, rows);
  });

/** Everything that `report`, `compare` and `--resume` make of a run folder, but for drawing. */
function analyse(folder: string): void {
  const manifest = readManifest(folder);
  const { plan, ceilings, environment } = manifest;
  const samples = readCsv(join(folder, 'samples.csv'), sampleColumns).rows;
  const processes = readCsv(join(folder, 'processes.csv'), processColumns).rows;
  const { clockResolutionNs } = environment.runtime;
  const summary = summarise({ runId: manifest.runId, plan, samples, processes, ceilings, clockResolutionNs });
  csvText(summaryColumns, summary);
  sentences(summary);
  standardCharts(summary, { machine: machineLine(manifest), ceilings, samples });
  compareRuns({ manifest, samples, processes, summary }, { manifest, samples, processes, summary });
  differingConditions(manifest, manifest);
  sameConditions(environment, environment);
  changedTarget(manifest);
  try {
    refuseOtherPlan(folder, manifest, { workloads: [], sizes: [], variants: [], parameters: [] });
  } catch (error) {
    if ((error as Error).name !== 'UsageError') throw error;
  }
}

const runFolder: Reader = {
  name: 'run folder',
  read(random) {
    const folder = join(scratch, 'run');
    mkdirSync(folder, { recursive: true });
    const damaged = random.below(3);
    const files: [string, Buffer][] = [
      ['manifest.json', damaged === 0 ? json(random, run.manifest) : run.manifest],
      ['samples.csv', damaged === 1 ? mutateBytes(random, run.samples) : run.samples],
      ['processes.csv', damaged === 2 ? mutateBytes(random, run.processes) : run.processes],
    ];
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    return promised({ bytes: files[damaged]![1], file: folder }, () => analyse(folder));
  },
};

const manifest: Reader = {
  name: 'manifest',
  read(random) {
    const folder = join(scratch, 'manifest');
    mkdirSync(folder, { recursive: true });
    const bytes = json(random, run.manifest);
    writeFileSync(join(folder, 'manifest.json'), bytes);
    return promised({ bytes, file: folder }, () => readManifest(folder));
  },
};

/** A folder of another verb: what cannot be read of it is a problem that the page shows, never an error. */
const parts: Reader = {
  name: 'parts of a report',
  read(random) {
    const folder = join(scratch, 'parts');
    mkdirSync(folder, { recursive: true });
    const trace = Buffer.from(JSON.stringify({ schema: 1, work: 12, span: 3, spanReassociated: 2, complete: true }));
    writeFileSync(join(folder, 'manifest.json'), json(random, run.manifest));
    writeFileSync(join(folder, 'trace.json'), json(random, trace));
    const { problems } = readParts(folder);
    return { accepted: problems.length === 0 };
  },
};

const device: Reader = {
  name: 'device file',
  read(random) {
    const bytes = json(random, devices[random.below(devices.length)] as Buffer);
    const file = written('device.json', bytes);
    return promised({ bytes, file }, () => readDevice(file));
  },
};

const devices = allIn('../../src/hardware/devices/', '.json');

/** What speedscope and Chromium write, and `analyze --visualize` reads again. */
const profile = Buffer.from(
  JSON.stringify({
    nodes: [
      { id: 1, callFrame: frame('(root)', '', -1), children: [2, 3] },
      {
        id: 2,
        callFrame: frame('main', 'file:///home/someone/a.ts', 4),
        children: [4],
        positionTicks: [{ line: 5, ticks: 2 }],
      },
      { id: 3, callFrame: frame('(idle)', '', -1) },
      { id: 4, callFrame: frame('inner', 'file:///home/someone/a.ts', 9) },
    ],
    ...{ startTime: 1000, endTime: 9000, samples: [2, 4, 4, 3, 2], timeDeltas: [10, 1000, 1200, 900, 1100] },
  }),
);

function frame(functionName: string, url: string, lineNumber: number) {
  return { functionName, url, scriptId: '0', lineNumber, columnNumber: 0 };
}

const cpuProfile: Reader = {
  name: 'cpuprofile',
  read(random) {
    const folder = join(scratch, 'profiles');
    mkdirSync(folder, { recursive: true });
    const bytes = json(random, profile);
    writeFileSync(join(folder, 'a.cpuprofile'), bytes);
    return promised({ bytes }, () => indexPage(folder));
  },
};

const log = Buffer.from(
  [
    'v8-version,13,6,233,17,-node.53,0',
    'shared-library,/usr/bin/node,0x400000,0x2400000,0',
    'code-creation,Builtin,2,400,0x1000000,512,ArrayMap',
    'code-creation,JS,10,2000,0x7f0000001000,900,main file:///a.ts:3:7,0x7f00aa,~',
    'code-creation,JS,11,2500,0x7f0000002000,1200,inner file:///a.ts:9:1,0x7f00bb,*',
    'code-move,0x7f0000001000,0x7f0000009000',
    'LoadIC,0x7f0000002010,2600,12,5,0,1,0x1,length,,',
    'tick,0x7f0000002020,3000,0,0x0,0,0x7f0000009010,+32',
    'tick,0x401000,3100,1,0x1000010,0,0x7f0000009010',
    'code-deopt,3200,900,0x7f0000002000,12,120,soft,<file:///a.ts:9:4>,Insufficient type feedback',
    '',
  ].join('\n'),
);

const tuning: Reader = {
  name: 'tuned shapes',
  read(random) {
    const record = { id: 'a', adapter: 'b', sourceHash: 'c', extent: 64, trials: [], best: { tile: 8 }, tunedAt: '' };
    const bytes = json(random, Buffer.from(JSON.stringify({ schema: 1, records: [record, record] })));
    writeFileSync(join(scratch, 'tuning.json'), bytes);
    const before = process.env.PGRAM_TUNING;
    process.env.PGRAM_TUNING = scratch;
    try {
      return promised({ bytes }, () => {
        for (const { id, adapter, extent, best } of readTuning())
          if (typeof id !== 'string' || typeof adapter !== 'string' || typeof extent !== 'number' || best === null)
            throw new TypeError('a record that is none');
      });
    } finally {
      if (before === undefined) delete process.env.PGRAM_TUNING;
      else process.env.PGRAM_TUNING = before;
    }
  },
};

const slurm: Reader = {
  name: 'slurm bookkeeping',
  read(random) {
    const folder = join(scratch, 'slurm-run');
    mkdirSync(join(folder, 'slurm', '1'), { recursive: true });
    const lots = JSON.stringify([
      { lot: 0, groups: [0] },
      { lot: 1, groups: [1, 2] },
    ]);
    const sitting = JSON.stringify({
      schema: 1,
      submittedAt: 'x',
      options: [],
      tasks: [[0], [1]],
      arrayJob: '7',
      mergeJob: null,
    });
    const ended = JSON.stringify([[0, { state: 'COMPLETED', reason: '', node: 'n1' }]]);
    const which = random.below(3);
    const files = [lots, sitting, ended].map((text, at) =>
      at === which ? json(random, Buffer.from(text)) : Buffer.from(text),
    );
    for (const [at, name] of ['lots.json', '1/sitting.json', '1/ended.json'].entries())
      writeFileSync(join(folder, 'slurm', name), files[at] as Buffer);
    return promised({ bytes: files[which] as Buffer, file: folder }, () => {
      readLots(folder);
      readSittings(folder);
      readEnded(folder, 1);
    });
  },
};

const squeue = [
  '4711|0-3%2|PENDING|Priority|\n4711|4|RUNNING|None|node1\n4711|[5,7-9:2]|COMPLETED|None|node2\n',
  '4711_0|COMPLETED|None|node1\n4711_[1-3]|PENDING|Priority|None assigned\n4711_4|CANCELLED by 1000|None|node1\n',
  here('../slurm/fixtures/squeue-22.05.txt').toString(),
].map(text => Buffer.from(text));

/** Every reader of what may come from somebody else, from another version, or from a bad disk. */
export const readers: readonly Reader[] = [
  table('samples.csv', run.samples, sampleColumns),
  table('processes.csv', run.processes, processColumns),
  table('summary.csv', run.summary, summaryColumns),
  manifest,
  runFolder,
  parts,
  device,
  ofBytes('bytecode dump', allIn('../fixtures/census/dumps/', '.txt'), bytes => parseDump(bytes.toString())),
  ofBytes('machine code listing', allIn('../fixtures/census/optimised/', '.txt'), bytes =>
    parseOptimisedCode(bytes.toString()),
  ),
  ofBytes('callgrind file', [gunzipSync(here('../fixtures/census/callgrind/true.callgrind.gz'))], bytes =>
    parseCallgrind(bytes.toString(), () => undefined),
  ),
  ofBytes(
    'WebAssembly module',
    allIn('../../kernels/', '.wasm').slice(0, 6),
    bytes => webassemblyLayer(bytes, 'a.wasm'),
    /^WebAssembly: /,
  ),
  ofBytes('WGSL module', allIn('../../kernels/', '.wgsl').slice(0, 12), bytes => parseWgsl(bytes.toString())),
  ofFile('ELF symbols', [elf()], file => readSymbols(file)),
  ofFile('ELF extents', [elf()], file => executableExtents(file)),
  ofFile('V8 log', [log], file => readLog(file, { tick() {}, cache() {}, code() {}, deoptimisation() {} })),
  cpuProfile,
  tuning,
  slurm,
  ofBytes('squeue and sacct', squeue, bytes => {
    parseSqueue(bytes.toString(), '4711');
    parseSacct(bytes.toString(), '4711');
  }),
  ofBytes('squeue --json', [here('../slurm/fixtures/squeue-22.05.json')], bytes => parseJson(bytes.toString(), '4711')),
];

/** A small ELF file with symbols: an addon of this checkout. */
function elf(): Buffer {
  const addons = new URL('../../node_modules/@resvg/', import.meta.url);
  const found = readdirSync(addons, { recursive: true, encoding: 'utf8' }).find(name => name.endsWith('.node'));
  const whole = readFileSync(new URL(found as string, addons));
  return whole.subarray(0, Math.min(whole.length, 200_000));
}
