import {
  type ChildOutcome,
  type Confinement,
  closed,
  type ParsedFile,
  type ProgramSpec,
  parseFile,
  runInChild,
  widen,
} from '../../target/index.ts';
import { bytecodeCategory } from '../bytecode/categories.ts';
import { type CompiledFunction, dumpFiles } from '../bytecode/dump.ts';
import { categorise, type FunctionCensus, type Layer, layerOf, type Unsolved } from '../types.ts';
import { type ConstructorFacts, constructorFacts } from './classes.ts';
import { countFunction } from './count-function.ts';
import { passingExceptions } from './exceptions.ts';
import { type FlopModel, flopModel } from './flops.ts';
import { type IterationFacts, iterationSites } from './iterations.ts';
import type { CountedRun } from './run-job.ts';
import { slotCounts } from './slots.ts';
import type { CoveredFunction } from './watch.ts';
import { withWitnesses } from './witness.ts';

/** How a target is run to be counted. */
export interface CountOptions {
  readonly confinement?: Confinement;
  readonly timeoutMs?: number;
}

/** The counts of one run, function by function and bytecode by bytecode. */
export interface Counts<Run> {
  readonly functions: readonly CountedFunction[];
  /** How the run went; its result may be partial. */
  readonly outcome: ChildOutcome<Run>;
}

export interface CountedFunction {
  readonly compiled: CompiledFunction;
  /** The file that it is in. */
  readonly parsed: ParsedFile;
  /** By index into the plain listing. */
  readonly executed: readonly (number | undefined)[];
  readonly reason?: string;
}

/**
 * Counts every bytecode that a target's own files execute, exactly: a run under block coverage, the listings of the
 * same files, and the flow equations between them.
 */
export async function countExactly(spec: ProgramSpec, options: CountOptions = {}): Promise<Counts<CountedRun>> {
  const outcome = await runInChild<CountedRun>(new URL('./run-job.ts', import.meta.url), spec, {
    file: spec.target.file,
    confinement: widen(options.confinement ?? closed, 'inspector'),
    execArgv: ['--no-flush-bytecode'],
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const run = outcome.result;
  if (!run) return { functions: [], outcome };
  const parsed = run.files.map(file => parseFile(file));
  const files = parsed.map((each, index) => ({ parsed: each, counted: withWitnesses(each, index) }));
  const compiled = await dumpFiles(files);
  const exceptions = passingExceptions(
    compiled,
    run.exceptions,
    new Map(files.map(({ parsed: { file }, counted }) => [file, counted.code])),
  );
  const coverage = new Map([...run.coverage].map(([file, functions]) => [file, Map.groupBy(functions, keyOfCovered)]));
  const witnessed = new Map(files.map(({ parsed: { file }, counted }) => [file, counted.toOriginal]));
  const sources = new Map(parsed.map(source => [source.file, source]));
  const iterations = new Map(
    parsed.map((each, index) => [
      each.file,
      iterationSites(each).map((site, at) => ({ site, facts: run.iterations[index]?.[at] as IterationFacts })),
    ]),
  );
  const constructors = new Map(parsed.map(source => [source.file, constructorFacts(source)]));
  /**
   * A constructor that is not in the source is called as often as the fields of its class are initialised: V8 never
   * passes over it then, and nothing stops it before, unless there are exceptions. Told before coverage is used up.
   */
  const initialisers = new Map(
    run.anyException
      ? []
      : compiled
          .filter(({ name }) => name === '<instance_members_initializer>')
          .map(({ file, start, countedStart, countedEnd }) => {
            const reported = coverage.get(file)?.get(`${countedStart}:${countedEnd}`) ?? [];
            // What never ran since the counters were read is not reported.
            return [
              `${file}:${start}`,
              reported.length > 1 ? undefined : (reported[0]?.ranges[0]?.count ?? 0),
            ] as const;
          }),
  );
  const initialised = (file: string, facts: ConstructorFacts | undefined): number | undefined =>
    facts?.initialiser === undefined ? undefined : initialisers.get(`${file}:${facts.initialiser}`);
  const functions = compiled.map((each): CountedFunction => {
    const constructed = constructors.get(each.file)?.get(each.end);
    const reported = coverage.get(each.file)?.get(`${each.countedStart}:${each.countedEnd}`)?.shift();
    const facts = {
      exceptions: exceptions.get(each) ?? { raised: new Map(), passed: new Map() },
      toOriginal: witnessed.get(each.file) as (position: number) => number,
      iterations: iterations.get(each.file) ?? [],
      constructed,
      forcedReturns: forcedReturnsIn(each, run, files),
      evaluatedModule: each.name === '(module)' && run.complete && !run.anyException,
    };
    return {
      compiled: each,
      parsed: sources.get(each.file) as ParsedFile,
      ...countFunction(
        each,
        each.covered ? slotCounts(each.counted.slots, reported?.ranges ?? []) : [initialised(each.file, constructed)],
        facts,
      ),
    };
  });
  return { functions: markEnded(functions, outcome.status), outcome };
}

/**
 * An exit or the time limit ends a program inside functions that never return. Their last activations are counted as if
 * they had gone on to the end of their blocks, so that what ran is listed, with its counts, as not certain.
 */
export function markEnded(
  functions: readonly CountedFunction[],
  status: ChildOutcome<unknown>['status'],
): CountedFunction[] {
  const ended = status === 'exited' || status === 'timeout';
  return functions.map(each =>
    ended && each.reason === undefined && each.executed.some(count => count !== 0)
      ? {
          ...each,
          reason:
            'the program was ended while it may have stood in this function: one activation may be counted too far',
        }
      : each,
  );
}

/** Positions in the counted text, of the suspensions of one function. */
function forcedReturnsIn(
  { file, countedStart, countedEnd }: CompiledFunction,
  { forcedReturns }: CountedRun,
  files: readonly { readonly parsed: ParsedFile; readonly counted: { readonly code: string } }[],
): Map<number, number> {
  const code = files.find(({ parsed }) => parsed.file === file)?.counted.code ?? '';
  const found = new Map<number, number>();
  for (const { file: at, line, column, count } of forcedReturns) {
    if (at !== file) continue;
    const position = code.split('\n', line).reduce((sum, text) => sum + text.length + 1, 0) + column;
    if (position >= countedStart && position <= countedEnd) found.set(position, count);
  }
  return found;
}

const keyOfCovered = ({ ranges: [whole] }: CoveredFunction): string => `${whole?.startOffset}:${whole?.endOffset}`;

/** The layer `executed-bytecode` of a run. */
export function executedLayer({ functions }: Pick<Counts<unknown>, 'functions'>): Layer {
  const unsolved: Unsolved[] = [];
  const models = new Map<ParsedFile, FlopModel>();
  const censuses = functions.map((counted): FunctionCensus => {
    const { compiled, parsed, executed, reason } = counted;
    const model = models.get(parsed) ?? flopModel(parsed);
    models.set(parsed, model);
    const { name, file, line } = compiled;
    if (reason !== undefined) unsolved.push({ function: name, file, line, reason });
    const opcodes: Record<string, number> = {};
    for (const [index, { opcode }] of compiled.plain.instructions.entries()) {
      const count = executed[index];
      if (count !== undefined && count > 0) opcodes[opcode] = (opcodes[opcode] ?? 0) + count;
    }
    return { name, file, line, opcodes, counts: categorise(opcodes, bytecodeCategory), flops: model.flopsOf(counted) };
  });
  return layerOf('executed-bytecode', { functions: censuses, unsolved, categoryOf: bytecodeCategory });
}
