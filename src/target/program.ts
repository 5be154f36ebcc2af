import { openDevice } from '../backends/device.ts';
import type { Output, Prepared } from '../backends/variant.ts';
import { isWorkload } from '../workload/define.ts';
import { UsageError } from '../workload/load.ts';
import { defaultParameters } from '../workload/parameters.ts';
import { createRandom } from '../workload/random.ts';
import { nearest, unknownName } from '../workload/suggest.ts';
import type { AnyWorkload, Parameters } from '../workload/types.ts';
import type { ChildContext } from './context.ts';
import { ProgramError } from './errors.ts';
import { drained, exportedFunction, loadMain, type Namespace, type Transform, watchOwnModules } from './load.ts';
import { ownFolder } from './own.ts';
import type { ParsedFile } from './parse.ts';
import { parseFile } from './parse.ts';
import type { Target } from './resolve.ts';

/** What to load and how to call it: plain data, so that it can be a payload for a child process. */
export interface ProgramSpec {
  readonly target: Target;
  readonly size?: number;
  /** Default 1. */
  readonly seed?: number;
  /** For workloads; default `naive`. */
  readonly variant?: string;
  /** For workloads with axes other than size; what is left out takes its default. */
  readonly parameters?: Parameters;
  /** What a script finds in `process.argv` from index 2 on. */
  readonly args?: readonly string[];
  /** Packages in node_modules that count as the user's own. */
  readonly include?: readonly string[];
}

/** A program that is ready to run, inside the child process. */
export interface OpenedProgram {
  /** What a script does while it is loaded is what it does; of the others only `run` counts. */
  readonly kind: 'script' | 'function' | 'workload';
  /** The user's own modules loaded so far. */
  readonly files: ReadonlyMap<string, ParsedFile>;
  /** Of a workload: the prepared variant, for whoever asks it where it ran and how long its passes took. */
  readonly prepared?: Prepared<unknown, Output>;
  /** Of a workload: the names of all its variants. */
  readonly variants?: readonly string[];
  /** The work itself, once; resolves when it is done. */
  run(): Promise<unknown>;
  /** Makes the input anew, so that `run` may be called once more; absent for scripts, which run once. */
  renew?(): Promise<void>;
}

/** `--size` where the caller gives none. */
export const defaultSize = 8;

/**
 * Loads a target inside the child process, up to the point where only its work is left to do: arguments are made,
 * a workload's variant is prepared and has its input.
 *
 * @throws ProgramError where the file does not parse, lacks the export, or its `inputs` are wrong
 */
export async function openProgram(
  spec: ProgramSpec,
  context: ChildContext,
  { transform }: { transform?: Transform } = {},
): Promise<OpenedProgram> {
  const { target } = spec;
  process.argv = [process.argv[0] as string, target.file, ...(spec.args ?? [])];
  const entry = parseFile(target.file);
  const ownership = { root: ownFolder(target.file), include: spec.include ?? [] };
  const { files } = watchOwnModules({ entry: target.file, ownership, ...(transform ? { transform } : {}) });
  if (target.kind === 'file' && !hasDefaultExport(entry))
    return {
      kind: 'script',
      files,
      async run() {
        await loadMain(target.file, context);
        await drained();
        return undefined;
      },
    };
  const namespace = await loadMain(target.file, context);
  if (target.kind === 'function') return openFunction(spec, { namespace, files, context, exported: target.export });
  if (isWorkload(namespace.default))
    return openWorkload(spec, { workload: namespace.default as unknown as AnyWorkload, files, context });
  // Its default export is something else: a script that exports, and that has run just now.
  return { kind: 'script', files, run: drained };
}

interface Loaded {
  readonly files: ReadonlyMap<string, ParsedFile>;
  readonly context: ChildContext;
}

function openFunction(
  { target: { file }, size = defaultSize, seed = 1 }: ProgramSpec,
  { namespace, files, context, exported }: Loaded & { namespace: Namespace; exported: string },
): OpenedProgram {
  const call = exportedFunction(namespace, exported, { file, near: known => nearest(exported, known) });
  let args = argumentsFor(namespace, exported, { file, size, seed });
  return {
    kind: 'function',
    files,
    run: async () => context.limited(() => call(...args)),
    // A function may change its arguments: sorting what is sorted already is other work.
    renew: async () => {
      args = argumentsFor(namespace, exported, { file, size, seed });
    },
  };
}

/** The arguments of an exported function: from the module's `inputs`, or else the size alone. */
function argumentsFor(
  namespace: Namespace,
  name: string,
  { file, size, seed }: { file: string; size: number; seed: number },
): unknown[] {
  const inputs = (namespace.inputs ?? (namespace.default as Namespace | undefined)?.inputs) as
    | Record<string, unknown>
    | undefined;
  const make = inputs?.[name];
  if (make === undefined) return [size];
  const wrong = (what: string) =>
    new ProgramError(
      'bad-inputs',
      `${file}: inputs.${name} ${what}. Write \`export const inputs = { ${name}: (size, seed) => [first, second] }\`.`,
      { file },
    );
  if (typeof make !== 'function') throw wrong(`is ${typeof make}, not a function`);
  const args: unknown = make(size, seed);
  if (!Array.isArray(args)) throw wrong('returned something other than an array of arguments');
  return args;
}

async function openWorkload(
  { variant: variantName = 'naive', size, seed = 1, parameters = {} }: ProgramSpec,
  { workload, files, context }: Loaded & { workload: AnyWorkload },
): Promise<OpenedProgram> {
  const variant = workload.variants.find(({ name }) => name === variantName);
  if (!variant)
    throw new UsageError(
      `${workload.name}: ${unknownName(
        'variant',
        variantName,
        workload.variants.map(({ name }) => name),
      )}`,
    );
  const n = size ?? (Object.values(workload.sizes)[0] as number);
  const input = workload.inputs(n, createRandom(seed), { ...defaultParameters(workload), ...parameters });
  const unsupported = variant.unsupported?.(input);
  if (unsupported) throw new UsageError(`${workload.name} / ${variantName} cannot take size ${n}: ${unsupported}`);
  const prepared: Prepared<unknown, Output> = await variant.prepare(openDevice(), input);
  await prepared.activate?.();
  await prepared.upload(input);
  return {
    kind: 'workload',
    files,
    prepared,
    variants: workload.variants.map(({ name }) => name),
    async run() {
      await context.limited(() => prepared.dispatch());
      return prepared.readback();
    },
    renew: () => prepared.upload(input),
  };
}

const hasDefaultExport = ({ ast, format, code }: ParsedFile): boolean =>
  format === 'commonjs'
    ? false
    : ast.body.some(
        node =>
          node.type === 'ExportDefaultDeclaration' ||
          (node.type === 'ExportNamedDeclaration' && /\bas\s+default\b/.test(code.slice(node.start, node.end))),
      );
