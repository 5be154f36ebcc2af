import type { ProgramSpec } from '../../target/index.ts';
import { bytesOf, type Classified, classify } from './classify.ts';
import { Conditions } from './conditional.ts';
import type { Charge, Region, Segment } from './plan.ts';
import { type CountedProgram, type OperationsOptions, runCounted } from './run.ts';
import {
  type OperationClass,
  type OperationMix,
  type Operations,
  operationClasses,
  type RegionOperations,
} from './types.ts';
import type { Values } from './values.ts';

/**
 * Counts the operations that a target's own files execute, by class, for each loop and function: exactly those that
 * the trace counts as work, at a small part of its cost (counters in the source, one for each stretch of code).
 *
 * Array methods that call back are loops as in the trace. Building literals and what native functions read and write is
 * not in loads and stores.
 *
 * @throws TargetError where the target throws or does not load
 */
export async function countOperations(spec: ProgramSpec, options: OperationsOptions = {}): Promise<OperationMix> {
  return operationMix(await runCounted(spec, options));
}

/** The counts of a run by region. */
export function operationMix({ files, run, stopped }: CountedProgram): OperationMix {
  const regions = new Map<number, { region: Region; file: string; sums: RegionSums }>();
  const weights = new Map<number, Weighed[]>();
  for (const { plan, values } of files) {
    for (const region of plan.regions)
      regions.set(region.number, { region, file: plan.parsed.file, sums: new RegionSums() });
    for (const charge of plan.charges) {
      const unit = charge.segments[0]!.unit.region.number;
      weights.set(unit, [...(weights.get(unit) ?? []), weigh(charge, values)]);
    }
  }
  const total = new Sums();
  const entered = new Map<number, { entries: number; iterations: number }>();
  const counted = run.sets.flatMap(({ regions: active, counters }) =>
    counters.map(([unit, counts]) => ({ active, unit, counts })),
  );
  const all = [...regions.values()].map(({ region }) => region);
  for (const { regions: active, hashed } of run.sets)
    for (const number of active) regions.get(number)!.sums.hashed += hashed;
  const conditions = new Conditions(all, counted);
  for (const each of counted) {
    const { active, unit, counts } = each;
    for (const { charge, amount, add } of weights.get(unit) ?? []) {
      for (const segment of charge.segments) {
        const count = counts[segment.counter]!;
        if (count === 0) continue;
        add(total, count);
        const own = [unit, ...charge.loops.map(loop => loop.number)];
        add(regions.get(own.at(-1)!)!.sums.exclusive, count);
        const conditional = conditions.of(segment, count, each);
        for (const number of new Set([...active, ...own])) {
          const { sums } = regions.get(number)!;
          add(sums.inclusive, count);
          if (conditional.has(number)) sums.conditional += count * amount;
        }
      }
    }
    for (const { region } of regions.values()) {
      if (region.entries.unit.region.number !== unit) continue;
      const known = entered.get(region.number) ?? { entries: 0, iterations: 0 };
      known.entries += countOf(region.entries, counts);
      known.iterations += countOf(region.body, counts);
      entered.set(region.number, known);
    }
  }
  return {
    total: total.result(),
    regions: [...regions.values()]
      .filter(({ region }) => (entered.get(region.number)?.entries ?? 0) > 0)
      .map(({ region, file, sums }): RegionOperations => {
        const { kind, name, line, column, endLine, depth } = region;
        return {
          ...{ kind, function: name, file, line, column, endLine, depth },
          ...entered.get(region.number)!,
          inclusive: sums.inclusive.result(),
          exclusive: sums.exclusive.result(),
          conditional: sums.conditional,
          hashed: sums.hashed,
          around: conditions.around(region.number).map(number => {
            const { region: outer, file: where } = regions.get(number)!;
            return { file: where, line: outer.line, column: outer.column };
          }),
        };
      })
      .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column)),
    complete: stopped === undefined,
    ...(stopped === undefined ? {} : { stopped }),
    uncertain: uncertainties({ files, run }),
  };
}

const countOf = (segment: Segment, counts: Float64Array): number => counts[segment.counter]!;

interface Weighed {
  readonly charge: Charge;
  /** Operations, loads and stores of one execution. */
  readonly amount: number;
  readonly add: (sums: Sums, count: number) => void;
}

/** What a charge adds to sums for each time that it ran. */
function weigh(charge: Charge, values: Values): Weighed {
  const { kind, node, weight } = charge;
  if (kind === 'operation') {
    const found = classify(node, values);
    const isProduct = found.class.startsWith('fp') && /^\*=?$/.test(node.operator);
    return { charge, amount: weight, add: (sums, count) => sums.operations(found, count * weight, isProduct) };
  }
  if (kind === 'catch' || kind === 'call') return { charge, amount: 0, add: () => undefined };
  const bytes = bytesOf(node, values);
  return { charge, amount: 1, add: (sums, count) => sums.access(kind, count, bytes) };
}

function uncertainties({ files, run }: Pick<CountedProgram, 'files' | 'run'>): OperationMix['uncertain'] {
  const ran = ({ unit, counter }: Segment): boolean =>
    run.sets.some(({ counters }) =>
      counters.some(([number, counts]) => number === unit.region.number && counts[counter]! > 0),
    );
  return files.flatMap(({ plan: { parsed, uncertain, units, charges } }) => [
    ...uncertain.map(entry => ({ file: parsed.file, ...entry })),
    ...units
      .filter(({ region }) => run.passed.includes(region.number))
      .map(({ region: { line, name } }) => ({
        file: parsed.file,
        line,
        reason: `an exception passed through ${name}: what stands behind the call in its block is counted as if it had run`,
      })),
    ...charges
      .filter(({ kind, segments }) => kind === 'catch' && segments.some(ran))
      .map(({ node }) => ({
        file: parsed.file,
        line: node.loc!.start.line,
        reason: 'an exception was caught here: the statement that raised it is counted as if it had run to its end',
      })),
  ]);
}

class RegionSums {
  readonly inclusive = new Sums();
  readonly exclusive = new Sums();
  conditional = 0;
  hashed = 0;
}

class Sums {
  readonly classes = Object.fromEntries(operationClasses.map(name => [name, 0])) as Record<OperationClass, number>;
  readonly specials: Record<string, number> = {};
  readonly accesses = { load: 0, store: 0 };
  readonly bytes = { load: 0, store: 0 };

  products = 0;
  packedBytes = 0;

  operations({ class: name, special }: Classified, count: number, isProduct: boolean): void {
    this.classes[name] += count;
    if (isProduct) this.products += count;
    if (special !== undefined) this.specials[special] = (this.specials[special] ?? 0) + count;
  }

  /** @param bytes of each */
  access(kind: 'load' | 'store', count: number, bytes: number): void {
    this.accesses[kind] += count;
    this.bytes[kind] += count * bytes;
    this.packedBytes += count * Math.min(4, bytes);
  }

  result(): Operations {
    return {
      classes: this.classes,
      specials: this.specials,
      loads: this.accesses.load,
      stores: this.accesses.store,
      loadBytes: this.bytes.load,
      storeBytes: this.bytes.store,
      products: this.products,
      packedBytes: this.packedBytes,
    };
  }
}
