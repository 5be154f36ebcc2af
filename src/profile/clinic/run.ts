import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Confinement, confinementFlags, nodeConfinesNetwork, openings } from '../../target/confine.ts';
import { closed, type Ownership, ownFolder, type ProgramSpec, targetLabel, widen } from '../../target/index.ts';
import { readBubbleprof } from './bubbleprof.ts';
import { type ClinicExit, findClinic, runClinicCommand } from './command.ts';
import { readDoctor } from './doctor.ts';
import { readFlame } from './flame.ts';
import { readHeapprofiler } from './heapprofiler.ts';
import { offlinePage } from './offline-page.ts';
import type { ClinicEnd, ClinicOrder } from './program.ts';
import { type ClinicFindings, type ClinicResult, type ClinicTool, clinicTools } from './types.ts';

export interface ClinicOptions {
  /** Where the pages go, as `<prefix>clinic-<tool>.html`. */
  readonly folder: string;
  readonly prefix?: string;
  /** Default all four. */
  readonly tools?: readonly ClinicTool[];
  readonly confinement?: Confinement;
  /** How long the work is repeated under each tool. Default 1500 ms. */
  readonly budgetMs?: number;
  /** After so long the program is stopped. Default 60 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Told before each tool begins. */
  readonly onTool?: (tool: ClinicTool) => void;
}

const programFile = fileURLToPath(new URL('./program.ts', import.meta.url));
const keepCollected = fileURLToPath(new URL('./keep-collected.cts', import.meta.url));

/** What clinic itself may take after the program has ended: joining traces, reading V8's log, bundling a page. */
const clinicGraceMs = 60_000;

/** bubbleprof writes a stack for every asynchronous operation; a few repetitions show all there is to see. */
const mostRepetitions: Readonly<Record<ClinicTool, number>> = {
  flame: Number.MAX_SAFE_INTEGER,
  doctor: Number.MAX_SAFE_INTEGER,
  bubbleprof: 5,
  heapprofiler: Number.MAX_SAFE_INTEGER,
};

/** Reads a tool's data, or undefined where there is nothing in it. */
const readers: Readonly<Record<ClinicTool, (paths: ClinicPaths, ownership: Ownership) => ClinicFindings | undefined>> =
  {
    flame: ({ data }, ownership) => readFlame(data, ownership),
    doctor: ({ page }) => readDoctor(page),
    bubbleprof: ({ page }, ownership) => readBubbleprof(page, ownership),
    heapprofiler: ({ data }, ownership) => readHeapprofiler(data, ownership),
  };

interface ClinicPaths {
  /** A folder, for heapprofiler a file. */
  readonly data: string;
  readonly page: string;
}

/**
 * Runs a target under clinic, tool after tool, each in a process of its own. The work is repeated with a turn of the
 * event loop in between, because doctor and heapprofiler see nothing of what never yields. Times under a profiler
 * never enter a speed-up.
 */
export async function runClinic(spec: ProgramSpec, options: ClinicOptions): Promise<ClinicResult[]> {
  const results: ClinicResult[] = [];
  const clinic = findClinic();
  for (const tool of options.tools ?? clinicTools) {
    if (options.signal?.aborted) break;
    options.onTool?.(tool);
    if (clinic === undefined)
      results.push({
        tool,
        status: 'absent',
        open: [],
        message: `clinic ${tool} was left out: clinic is not installed here; \`npm install\` without --omit=dev brings it.`,
      });
    else results.push(await runTool(tool, clinic, spec, options));
  }
  return results;
}

async function runTool(
  tool: ClinicTool,
  clinic: string,
  spec: ProgramSpec,
  options: ClinicOptions,
): Promise<ClinicResult> {
  const confinement =
    tool === 'heapprofiler' ? widen(options.confinement ?? closed, 'inspector') : (options.confinement ?? closed);
  const open = openings(confinement);
  const folder = mkdtempSync(join(tmpdir(), 'pgram-clinic-'));
  try {
    return { open, ...(await watch(tool, clinic, spec, { ...options, confinement, folder }, options.folder)) };
  } catch (error) {
    return { tool, open, status: 'failed', message: `clinic ${tool} failed: ${(error as Error).message}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Watched = ClinicResult extends infer R ? (R extends unknown ? Omit<R, 'open'> : never) : never;

async function watch(
  tool: ClinicTool,
  clinic: string,
  spec: ProgramSpec,
  {
    confinement,
    folder,
    budgetMs = 1_500,
    timeoutMs = 60_000,
    signal,
    prefix = '',
  }: ClinicOptions & { confinement: Confinement },
  pages: string,
): Promise<Watched> {
  const data = join(folder, 'data');
  // clinic calls the application by the name of the folder that it is started in.
  const start = join(folder, nameOf(spec));
  for (const each of [data, start]) mkdirSync(each);
  const report = join(folder, 'end.json');
  const order: ClinicOrder = {
    spec,
    cwd: process.cwd(),
    refuseNetwork: !confinement.all && !confinement.open.includes('net') && !nodeConfinesNetwork,
    refuseSignals: !confinement.all && !confinement.open.includes('child'),
    budgetMs,
    maxRepetitions: mostRepetitions[tool],
    timeoutMs,
    report,
  };
  const orderFile = join(folder, 'order.json');
  writeFileSync(orderFile, JSON.stringify(order));
  const conditions = {
    cwd: start,
    env: { TMPDIR: folder, TEMP: folder, TMP: folder },
    killAfterMs: timeoutMs + clinicGraceMs,
    ...(signal ? { signal } : {}),
  };
  const collected = await runClinicCommand(
    clinic,
    [
      tool,
      '--collect-only',
      `--dest=${data}`,
      '--name=program',
      '--',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      '--disable-warning=SecurityWarning',
      // Node opens trace files late, when the program may have gone to another folder; clinic looks for them here.
      `--trace-event-file-pattern=${join(start, 'node_trace.${' + 'rotation}.log')}`,
      ...confinementFlags(confinement, { file: spec.target.file, scratch: folder + sep }),
      ...(tool === 'heapprofiler' ? ['-r', keepCollected] : []),
      programFile,
      orderFile,
    ],
    conditions,
  );
  const end = readEnd(report);
  const failed = (what: string): Watched => ({ tool, status: 'failed', message: `clinic ${tool}: ${what}` });
  if (collected.stopped !== 'no') return failed(stoppedText(collected, timeoutMs));
  if (end === undefined) return failed(`the program could not be started under it: ${lastLine(collected.tail)}`);
  if (end.status === 'threw' && end.repetitions === 0) return failed(`the program failed: ${end.message}`);
  const source = join(data, `program.clinic-${tool}`);
  if (!existsSync(source))
    return failed(
      end.status === 'exited'
        ? `${end.message} before it could write what it had seen`
        : `it left no data: ${lastLine(collected.tail)}`,
    );
  const shown = await runClinicCommand(clinic, [tool, '--visualize-only', source, '--open=false'], conditions);
  const made = `${source}.html`;
  if (shown.stopped !== 'no') return failed(stoppedText(shown, timeoutMs));
  if (shown.code !== 0 || !existsSync(made)) return failed(`it could not draw its page: ${lastLine(shown.tail)}`);
  const findings = readers[tool]({ data: source, page: made }, ownershipOf(spec));
  const page = `${prefix}clinic-${tool}.html`;
  mkdirSync(pages, { recursive: true });
  writeFileSync(join(pages, page), offlinePage(readFileSync(made, 'utf8')));
  const { repetitions } = end;
  if (findings === undefined)
    return {
      tool,
      status: 'empty',
      repetitions,
      page,
      message: `clinic ${tool} has nothing to say: ${emptiness[tool]}`,
    };
  const late = end.status === 'ok' ? '' : ` (${end.message})`;
  return { tool, status: 'ok', repetitions, page, findings, message: `clinic ${tool}: ${sentenceOf(findings)}${late}` };
}

/** What stands for the program in clinic's pages, as a folder's name. */
const nameOf = ({ target, variant }: ProgramSpec): string => {
  const name = target.kind === 'workload' ? `${target.name}-${variant ?? 'naive'}` : basename(targetLabel(target));
  return name.replace(/[^\w.#-]+/g, '-') || 'program';
};

const ownershipOf = (spec: ProgramSpec): Ownership => ({
  root: ownFolder(spec.target.file),
  include: spec.include ?? [],
});

function readEnd(file: string): ClinicEnd | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ClinicEnd) : undefined;
}

const stoppedText = ({ stopped }: ClinicExit, timeoutMs: number): string =>
  stopped === 'interrupted'
    ? 'interrupted'
    : `it did not end within ${(timeoutMs + clinicGraceMs) / 1000} s and was stopped; make the input smaller`;

const lastLine = (text: string): string => {
  const lines = text
    .trim()
    .split('\n')
    .filter(line => !/^\s+at /.test(line));
  return lines.findLast(line => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
};

const emptiness: Readonly<Record<ClinicTool, string>> = {
  flame: 'no sample fell into the program; give it a larger input.',
  doctor:
    'it looks at the process whenever the event loop turns, and a program that runs once and never waits does not turn it.',
  bubbleprof: 'it draws asynchronous operations, and the program has none of its own.',
  heapprofiler:
    'no sampled allocation fell into the program; what typed arrays hold lies outside of the heap that it watches.',
};

const doctorText: Readonly<Record<string, string>> = {
  none: 'no issue with the event loop, the garbage collector or waiting for I/O',
  data: 'too few samples for a verdict; let the program run longer',
  gc: 'a garbage collection issue',
  'event-loop': 'an event loop issue: the program keeps the loop busy, as computations do',
  io: 'waiting for I/O',
  unknown: 'something is unusual, but it matches no known pattern',
};

function sentenceOf(findings: ClinicFindings): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  switch (findings.tool) {
    case 'flame': {
      const first = findings.functions.find(({ kind }) => kind === 'own') ?? findings.functions[0];
      return `${findings.samples} samples; the hottest function is ${first?.name} with ${percent(first?.share ?? 0)}`;
    }
    case 'doctor':
      return doctorText[findings.category] ?? findings.category;
    case 'bubbleprof': {
      const first = findings.groups[0];
      return `${findings.groups.length} groups of asynchronous operations; most waiting in ${first?.name} (${first?.kind}), ${first?.asyncMilliseconds.toFixed(1)} ms`;
    }
    case 'heapprofiler': {
      const first = findings.functions[0];
      return `about ${(findings.bytes / 2 ** 20).toFixed(1)} MiB allocated; most by ${first?.name} with ${percent(first?.share ?? 0)}`;
    }
  }
}
