import { type Census, takeCensus } from '../census/census.ts';
import { measureSlowdown, type Slowdown } from '../census/executed/slowdown.ts';
import { type CallgrindCensus, countUnderCallgrind } from '../census/native/callgrind.ts';
import { isExecuted } from '../census/rows.ts';
import type { Layer } from '../census/types.ts';
import { watchTarget } from '../profile/watch.ts';
import { type Confinement, type ProgramSpec, permissionsFor, targetLabel } from '../target/index.ts';
import { loadWorkload } from '../workload/load.ts';

/** Time behind the crossings into native code, as DESIGN's `native` section has it. */
export interface NativeShare {
  /** Of the run's time; null where the run did not end. */
  readonly share: number | null;
  readonly boundaries: readonly { readonly name: string; readonly ms: number; readonly share: number }[];
}

/** One program, at one size, in one variant, on all its layers. */
export interface CensusSubject {
  readonly spec: ProgramSpec;
  readonly label: string;
  readonly variant: string | undefined;
  readonly census: Census;
  readonly native: NativeShare;
  readonly slowdown: Slowdown | undefined;
  /** Undefined where it was not asked for. */
  readonly callgrind: CallgrindCensus | undefined;
}

export interface SubjectOptions {
  readonly confinement: Confinement;
  readonly timeoutMs: number;
  readonly mode: 'exact' | 'fast';
  readonly slowdown: boolean;
  /** Whether instructions of the processor are counted, too. */
  readonly callgrind: boolean;
  /** Hears what is being done, before each run. */
  readonly onStep: (step: string) => void;
}

/** The census of one program, with the share of its time that is spent where no instruction can be counted. */
export async function censusOf(spec: ProgramSpec, options: SubjectOptions): Promise<CensusSubject> {
  const { confinement, timeoutMs, mode, onStep } = options;
  const census = await takeCensus(spec, { confinement, timeoutMs, mode, onStep });
  /** Does one more run, where the program came to its end and the run is wanted. */
  const also = async <T>(doing: string, wanted: boolean, run: () => Promise<T>): Promise<T | undefined> => {
    if (!wanted || !census.complete) return undefined;
    onStep(doing);
    return run();
  };
  const native = await also('timing native code', true, () => nativeShare(spec, { confinement, timeoutMs }));
  const slowdown = await also('timing what counting costs', options.slowdown, async () =>
    measureSlowdown(spec, {
      confinement: permissionsFor(spec, confinement),
      timeoutMs,
      larger: await largerSizes(spec),
    }),
  );
  const callgrind = await also('counting under valgrind', options.callgrind, () =>
    countUnderCallgrind(spec, census.compiled, { confinement, timeoutMs }),
  );
  return {
    spec,
    label: targetLabel(spec.target),
    variant: spec.target.kind === 'workload' ? (spec.variant ?? 'naive') : spec.variant,
    census,
    native: native ?? { share: null, boundaries: [] },
    slowdown,
    callgrind,
  };
}

/** The named sizes of a workload above the one that is counted. */
async function largerSizes({ target, size = 0 }: ProgramSpec): Promise<number[]> {
  if (target.kind !== 'workload') return [];
  const { sizes } = await loadWorkload(target.name);
  return Object.values(sizes)
    .filter(each => each > size)
    .sort((a, b) => a - b);
}

async function nativeShare(
  spec: ProgramSpec,
  { confinement, timeoutMs }: Pick<SubjectOptions, 'confinement' | 'timeoutMs'>,
): Promise<NativeShare> {
  const { result } = await watchTarget(spec, { mode: 'boundaries' }, { confinement, timeoutMs });
  // WebAssembly has a layer of its own, and the collector is part of the engine.
  const boundaries = (result?.boundaries ?? [])
    .filter(({ kind }) => kind === 'builtin' || kind === 'addon')
    .map(({ name, milliseconds, share }) => ({ name, ms: milliseconds, share }));
  return { share: result ? boundaries.reduce((sum, { share }) => sum + share, 0) : null, boundaries };
}

/** Arithmetic by layer: floating-point operations where there are any, else what computes with whole numbers and bits. */
export function arithmeticOf({ layers }: Census): {
  unit: 'flops' | 'integer operations';
  byLayer: Record<string, number>;
  /** Some of it depends on data, and is not among it. */
  atLeast: boolean;
} {
  const executed = layers.filter(isExecuted);
  const flops = Object.fromEntries(executed.map(each => [each.layer, each.flops ?? knownFlops(each)]));
  if (Object.values(flops).some(value => value > 0))
    return { unit: 'flops', byLayer: flops, atLeast: executed.some(each => each.flops === null) };
  return {
    unit: 'integer operations',
    atLeast: executed.some(({ unsolved }) => unsolved.length > 0),
    byLayer: Object.fromEntries(executed.map(({ layer, counts }) => [layer, counts.arithmetic + counts.bitwise])),
  };
}

/** Of a layer with gaps: what is certain. */
const knownFlops = ({ functions }: Layer): number => functions.reduce((sum, { flops }) => sum + (flops ?? 0), 0);
