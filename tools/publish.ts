// Publishes a run: measures it (or takes one that is there), lets trace, analyze-bytecode and analyze look at each of its
// workloads, makes its page, and writes results/README.md from its tables.
//
//   npx pgram exec tools/publish.ts [--run results/<run> | --page] [--name two-core] [--processes 5]
//
// A cell has more processes than in `npm start`, whose three give intervals that are too wide to quote (t = 4.3 of two
// degrees of freedom; five give 2.8). With --run the measuring is left out; with --page all but the page and
// results/README.md of what is published already.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { readManifest } from '../src/results/manifest.ts';
import { packageRoot } from '../src/results/provenance.ts';
import { writeResultsReadme } from './results-readme/write.ts';
import { pgram } from './run-pgram.ts';

const { values } = parseArgs({
  options: {
    run: { type: 'string' },
    page: { type: 'boolean' },
    name: { type: 'string', default: 'two-core' },
    processes: { type: 'string', default: '5' },
  },
});
process.chdir(packageRoot);
if (!/^[\w-]+$/.test(values.name)) throw new Error(`--name becomes a folder under results/: not "${values.name}"`);

/** What is looked at beside the variants that a census can tell most of: interpreter, vectors, GPU. */
const counted = ['naive', 'simd', 'webgpu-tuned'];
const scratch = join('results', '.publishing');

const say = (text: string): void => {
  process.stderr.write(`${styleText('bold', text)}\n`);
};

async function measured(): Promise<string> {
  say(`measuring: npm start -- --opportunities --processes ${values.processes}`);
  rmSync(scratch, { recursive: true, force: true });
  await pgram(['start', '--opportunities', '--reprobe', '--processes', values.processes, '--out', scratch]);
  const [run] = readdirSync(scratch);
  if (run === undefined) throw new Error('start left no run');
  return join(scratch, run);
}

/** Everything about one workload that is counted: it may run beside others, since nothing of it is timed. */
async function count(workload: string, parts: string): Promise<void> {
  await pgram(['trace', workload, '--out', parts]);
  await pgram(['analyze-bytecode', workload, '--variant', counted.join(','), '--size', 'small', '--out', parts]);
}

async function lookAt(workloads: readonly string[], run: string): Promise<void> {
  const parts = join(run, 'parts');
  rmSync(parts, { recursive: true, force: true });
  say('tracing and counting');
  const waiting = [...workloads];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await count(next, parts);
  };
  await Promise.all([worker(), worker()]);
  say('profiling');
  for (const workload of workloads) await pgram(['analyze', workload, '--no-perf', '--out', parts]);
}

/** Dumps and profiles are large and made again by the commands of the manifests; charts of a census the page draws itself. */
function strip(run: string): void {
  for (const part of readdirSync(join(run, 'parts')).map(name => join(run, 'parts', name))) {
    for (const folder of ['bytecode', 'profiles']) rmSync(join(part, folder), { recursive: true, force: true });
    const charts = join(part, 'charts');
    if (!existsSync(join(part, 'loops.csv'))) rmSync(charts, { recursive: true, force: true });
    else for (const name of readdirSync(charts)) if (name.endsWith('.png')) rmSync(join(charts, name));
  }
  rmSync(join(run, 'measuring.lock'), { force: true });
}

/** Where this checkout and the run lay is nobody's business, and would differ on the next machine. */
function withoutPlaces(folder: string, run = scratch): void {
  const from = dirname(resolve(run));
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, entry);
    if (!['.csv', '.json', '.svg', '.md', '.html'].includes(extname(file)) || !statSync(file).isFile()) continue;
    const text = readFileSync(file, 'utf8');
    const relativeText = text
      .replaceAll(from === join(packageRoot, 'results') ? scratch : from, 'results')
      .replaceAll(`${packageRoot}/`, '')
      .replaceAll(scratch, 'results');
    if (relativeText !== text) writeFileSync(file, relativeText);
  }
}

/** Puts the run where published ones lie, with what is found out about its workloads beside the times. */
async function publish(target: string): Promise<void> {
  const run = values.run ?? (await measured());
  const manifest = readManifest(run);
  if (manifest.state !== 'complete') throw new Error(`${run} is not complete: finish it with --resume first`);
  if (manifest.environment.tool.gitDirty)
    say('mind: measured with uncommitted changes; the manifest and the page say so');
  if (relative(run, target) !== '') {
    rmSync(target, { recursive: true, force: true });
    if (values.run === undefined) renameSync(run, target);
    else cpSync(run, target, { recursive: true });
  }
  rmSync(scratch, { recursive: true, force: true });
  await lookAt([...new Set(manifest.plan.map(({ workload }) => workload))], target);
  strip(target);
  withoutPlaces(target, run);
}

const began = Date.now();
const target = join('results', values.name);
if (!values.page) await publish(target);
rmSync(join(target, 'charts'), { recursive: true, force: true });
say('page and text');
await pgram(['report', target, '--no-png']);
withoutPlaces(target);
await writeResultsReadme(target);
say(
  `results/README.md and ${target} are written, in ${Math.round((Date.now() - began) / 1000)} s; look at both, then commit them`,
);
