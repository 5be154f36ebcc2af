import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Confinement, confinementFlags, nodeConfinesNetwork, openings } from '../../target/confine.ts';
import { closed, type Ownership, ownFolder, type ProgramSpec, targetLabel, widen } from '../../target/index.ts';
import { type ClinicExit, findClinic, runClinicCommand } from './command.ts';
import { offlinePage } from './offline-page.ts';
import { withoutMarks } from './own-frames.ts';
import type { ClinicEnd, ClinicOrder } from './program.ts';
import { sentenceOf, toolDescriptions } from './tools.ts';
import { type ClinicResult, type ClinicTool, clinicTools } from './types.ts';

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

/**
 * Runs a target under clinic, tool after tool, each in a process of its own. The work is repeated with a turn of the
 * event loop in between, because doctor and heapprofiler see nothing of what never yields. What fails is a message.
 * Times under a profiler never enter a speed-up.
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
    else results.push(await runTool(tool, clinic, { spec, ...options }));
  }
  return results;
}

type ToolOptions = ClinicOptions & { readonly spec: ProgramSpec };

async function runTool(tool: ClinicTool, clinic: string, options: ToolOptions): Promise<ClinicResult> {
  const asked = options.confinement ?? closed;
  const confinement = toolDescriptions[tool].inspector ? widen(asked, 'inspector') : asked;
  const open = openings(confinement);
  const scratch = mkdtempSync(join(tmpdir(), 'pgram-clinic-'));
  // clinic calls the application by the name of the folder that it is started in.
  const cwd = join(scratch, nameOf(options.spec));
  mkdirSync(cwd);
  const conditions = {
    cwd,
    env: { TMPDIR: scratch, TEMP: scratch, TMP: scratch },
    killAfterMs: (options.timeoutMs ?? 60_000) + clinicGraceMs,
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const command = async (...args: string[]): Promise<string> => {
    const exit = await runClinicCommand(clinic, [tool, ...args], conditions);
    if (exit.stopped !== 'no') throw new Error(stoppedText(exit, conditions.killAfterMs));
    return exit.tail;
  };
  try {
    const { data, end } = await collect(command, { ...options, tool, scratch, cwd, confinement });
    return { tool, open, ...(await show(command, { ...options, tool, data, end })) };
  } catch (error) {
    return { tool, open, status: 'failed', message: `clinic ${tool}: ${(error as Error).message}` };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs clinic's command to its end and returns the last that it said. */
type Command = (...args: string[]) => Promise<string>;

interface Collected {
  /** A folder, for heapprofiler a file. */
  readonly data: string;
  readonly end: ClinicEnd;
}

/** Runs the program under the tool. @throws where there is no data */
async function collect(
  command: Command,
  {
    tool,
    scratch,
    cwd,
    confinement,
    spec,
    budgetMs = 1_500,
    timeoutMs = 60_000,
  }: ToolOptions & { tool: ClinicTool; scratch: string; cwd: string; confinement: Confinement },
): Promise<Collected> {
  const { mostRepetitions, endsItself } = toolDescriptions[tool];
  const folder = join(scratch, 'data');
  const workerLogs = join(scratch, 'workers');
  for (const each of [folder, workerLogs]) mkdirSync(each);
  const report = join(scratch, 'end.json');
  const orderFile = join(scratch, 'order.json');
  const order: ClinicOrder = {
    spec,
    cwd: process.cwd(),
    refuseNetwork: !confinement.all && !confinement.open.includes('net') && !nodeConfinesNetwork,
    refuseSignals: !confinement.all && !confinement.open.includes('child'),
    budgetMs,
    maxRepetitions: mostRepetitions,
    endsItself,
    timeoutMs,
    workerLogs,
    report,
  };
  writeFileSync(orderFile, JSON.stringify(order));
  const said = await command(
    '--collect-only',
    `--dest=${folder}`,
    '--name=program',
    '--',
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    // Node opens trace files late, when the program may have gone to another folder; clinic looks for them here.
    `--trace-event-file-pattern=${join(cwd, ['node_trace.$', '{rotation}.log'].join(''))}`,
    ...confinementFlags(confinement, { file: spec.target.file, scratch: scratch + sep }),
    ...(tool === 'heapprofiler' ? ['-r', keepCollected] : []),
    programFile,
    orderFile,
  );
  if (!existsSync(report)) throw new Error(`the program could not be started under it: ${lastLine(said)}`);
  const end = JSON.parse(readFileSync(report, 'utf8')) as ClinicEnd;
  if (end.status === 'threw' && end.repetitions === 0) throw new Error(`the program failed: ${end.message}`);
  const data = join(folder, `program.clinic-${tool}`);
  if (existsSync(data)) return { data, end };
  throw new Error(
    end.status === 'exited'
      ? `${end.message} before it could write what it had seen`
      : `it left no data: ${lastLine(said)}`,
  );
}

type Shown =
  | Omit<Extract<ClinicResult, { status: 'ok' }>, 'tool' | 'open'>
  | Omit<Extract<ClinicResult, { status: 'empty' }>, 'tool' | 'open'>;

/** Reads what the tool found and makes its page. @throws where it makes none */
async function show(
  command: Command,
  { tool, data, end, spec, folder, prefix = '' }: ToolOptions & Collected & { tool: ClinicTool },
): Promise<Shown> {
  const { readData, mark, readPage, silence } = toolDescriptions[tool];
  const ownership: Ownership = { root: ownFolder(spec.target.file), include: spec.include ?? [] };
  const fromData = readData?.(data, ownership);
  mark?.(data, ownership);
  const said = await command('--visualize-only', data, '--open=false');
  const made = `${data}.html`;
  if (!existsSync(made)) throw new Error(`it could not draw its page: ${lastLine(said)}`);
  const findings = fromData ?? readPage?.(made, ownership);
  const page = `${prefix}clinic-${tool}.html`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, page), offlinePage(withoutMarks(readFileSync(made, 'utf8'))));
  const { repetitions } = end;
  if (findings === undefined)
    return { status: 'empty', repetitions, page, message: `clinic ${tool} has nothing to say: ${silence}` };
  const late = end.status === 'ok' ? '' : ` (${end.message})`;
  return { status: 'ok', repetitions, page, findings, message: `clinic ${tool}: ${sentenceOf(findings)}${late}` };
}

/** What stands for the program in clinic's pages, as a folder's name. */
function nameOf({ target, variant }: ProgramSpec): string {
  const name = target.kind === 'workload' ? `${target.name}-${variant ?? 'naive'}` : basename(targetLabel(target));
  return name.replace(/[^\w.#-]+/g, '-') || 'program';
}

const stoppedText = ({ stopped }: ClinicExit, killAfterMs: number): string =>
  stopped === 'interrupted'
    ? 'interrupted'
    : `it did not end within ${killAfterMs / 1000} s and was stopped; make the input smaller`;

/** The line that says what went wrong, without the stack below it. */
function lastLine(text: string): string {
  const lines = text
    .trim()
    .split('\n')
    .filter(line => line !== '' && !/^\s+at |^Emitted /.test(line));
  return lines.findLast(line => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
