import type { ParsedFile } from '../target/parse.ts';
import { summarise } from './analyse/summarise.ts';
import { instrument, runtimeKey } from './instrument/index.ts';
import { countLevels, LevelCount, type Levels } from './levels.ts';
import { primitivesOf } from './runtime/api.ts';
import { MemoryBehaviour } from './runtime/behaviour.ts';
import { Calls } from './runtime/calls.ts';
import { chargeLatencies } from './runtime/machine.ts';
import type { Opaque } from './runtime/runtime.ts';
import { Tracer } from './runtime/runtime.ts';
import { SiteTable } from './runtime/sites.ts';
import type { Family, Layout } from './runtime/times.ts';
import type { CostModel, LoopResult, Unknown } from './types.ts';

/** What one traced run saw. */
export interface Observed {
  readonly work: number;
  readonly span: number;
  readonly spanReassociated: number;
  readonly loops: readonly LoopResult[];
  readonly functions: readonly LoopResult[];
  readonly unknown: readonly (Omit<Unknown, 'timeShare'> & { readonly ms: number | null })[];
  readonly bytesPerElement: number | null;
  /** Iterations that ran by code made for nests. */
  readonly nestIterations: number;
  /** A loop that nests ran in did nothing that costs, and its loads and stores were not charged. */
  readonly wantsGeneral: boolean;
  /** Some loop did nothing that costs, and loads and stores were not charged: run again with family `m`. */
  readonly wantsMemory: boolean;
  /** Where the plan asks for them. */
  readonly levels?: Levels;
}

/** How much is kept of each time. */
export interface Plan {
  readonly lanes: number;
  /** Charge loads and stores even if no loop looks as if it needed that. */
  readonly chargeMemory: boolean;
  /** `general` traces every operation by itself; by default nests run by code made for them where they can. */
  readonly tier?: 'general';
  /** Nests, by number, that turned out to be entangled with the loops around them. */
  readonly without?: readonly number[];
  /** Updates of chains, by their place, whose operands turned out to come from the chain. */
  readonly strict?: readonly string[];
  /** Latencies in place of 1 for each operation. */
  readonly cost?: CostModel;
  /** False: work and spans alone. */
  readonly dependences?: boolean;
  /** Follow how memory is used: strides, footprints, reuse. */
  readonly memory?: boolean;
  /** Count the operations of each level of the dependence graph. */
  readonly levels?: boolean;
}

/** One traced run, inside the process that runs the program. */
export class Session {
  readonly table: SiteTable;
  readonly #plan: Plan;
  #tracer: Tracer | undefined;
  #prefix = '$t';
  #behaviour: MemoryBehaviour | undefined;
  #start = { work: 0, high: {} as Record<Family, number> };

  constructor(plan: Plan) {
    this.#plan = plan;
    this.table = new SiteTable({
      nests: plan.tier !== 'general' && !plan.memory && !plan.levels && plan.cost !== 'machine',
      inCycles: plan.cost === 'machine',
      formulas: !plan.levels,
      dated: plan.dependences !== false,
      // Without dates nothing shows that an operand comes from the chain: it is then taken to.
      strict: plan.dependences === false ? 'all' : (plan.strict ?? []),
    });
    if (plan.levels) this.#levels = new LevelCount();
    // Made when the first instrumented module runs: by then all that it imports has been compiled.
    Object.defineProperty(globalThis, Symbol.for(runtimeKey), {
      configurable: true,
      get: () => this.#primitives(),
    });
  }

  transform(parsed: ParsedFile): string {
    const { code, prefix } = instrument(parsed, this.table);
    // A module that holds the usual prefix gets a longer one, which begins the same way.
    if (prefix.length < this.#prefix.length) this.#prefix = prefix;
    this.#sources.set(parsed.file, parsed.code);
    return code;
  }

  readonly #sources = new Map<string, string>();
  #api: Record<string, unknown> | undefined;

  readonly #levels: LevelCount | undefined;

  get tracer(): Tracer {
    if (!this.#tracer) {
      this.#tracer = new Tracer(this.table, this.#layout(), this.#plan.without);
      if (this.#plan.cost === 'machine') chargeLatencies(this.#tracer, this.#levels);
      else if (this.#levels) countLevels(this.#tracer.kit, this.#levels);
    }
    return this.#tracer;
  }

  /** Only the families that the program can tell apart; all of them where it is not known yet. */
  #layout(): Layout {
    const { lanes, chargeMemory } = this.#plan;
    const isKnown = this.table.regions.length > 0;
    if (this.#plan.cost === 'machine') return { lanes, families: ['s', 'r', 'm'] };
    const families: Family[] = ['s'];
    if (!isKnown || this.table.hasChains) families.push('r');
    if (!isKnown || chargeMemory || this.table.hasIdleLoops) families.push('m');
    return { lanes, families, chargesOnDemand: isKnown && !chargeMemory };
  }

  #primitives(): Record<string, unknown> {
    if (!this.#api) {
      const { tracer } = this;
      const marker = () => `/*${this.#prefix}`;
      this.#api = primitivesOf(tracer, new Calls(tracer, marker));
    }
    return this.#api;
  }

  /** A function that prints its own source shows what it would show without us: the text with its types removed. */
  keepSources(): void {
    const original = Function.prototype.toString;
    const { table } = this;
    const sources = this.#sources;
    const marker = /\/\*\$t\$*#(\d+)\*\//;
    const replacement = {
      toString(this: unknown): string {
        const text = original.call(this);
        const found = marker.exec(text);
        const site = found && table.regions[Number(found[1])];
        return site ? (sources.get(site.file)?.slice(site.start, site.end) ?? text) : text;
      },
    }.toString;
    Object.defineProperty(Function.prototype, 'toString', { value: replacement, writable: true, configurable: true });
  }

  /** The part that is asked about begins: what ran before is there at time 0 and does not count. */
  begin(): void {
    const { kit, regions } = this.tracer;
    regions.unwind(0);
    regions.records.length = 0;
    regions.loops.length = 0;
    this.tracer.unknown.clear();
    this.tracer.pending = undefined;
    if (this.#plan.memory) {
      this.#behaviour = new MemoryBehaviour(regions, this.table.sites);
      this.tracer.memory.onAccess = this.#behaviour.access.bind(this.#behaviour);
    }
    kit.state.control = kit.begin(kit.zero, 0);
    this.tracer.memory.dated = this.#plan.dependences !== false;
    kit.state.active = true;
    this.#start.work = kit.state.work;
    for (const family of kit.layout.families) this.#start.high[family] = kit.high(family, 0);
  }

  /** What was seen so far; regions still active are closed. */
  observed(): Observed {
    const { kit, regions, unknown } = this.tracer;
    const { sites } = this.table;
    const { families } = kit.layout;
    regions.unwind(0);
    this.tracer.slots.fold();
    const records = regions.records.filter(record => record !== undefined && record.entries > 0);
    const summaries = records.map(record => ({
      record,
      result: { ...this.#judged(summarise(record, sites, families)), memory: this.#behaviour?.results(record) ?? [] },
    }));
    const ofKind = (kind: 'loop' | 'function') =>
      summaries.filter(({ record }) => record.site.kind === kind).map(({ result }) => result);
    const span = (family: Family) => kit.high(family, 0) - this.#start.high[family];
    return {
      work: kit.state.work - this.#start.work,
      span: span('s'),
      spanReassociated: families.includes('r') ? span('r') : span('s'),
      loops: ofKind('loop').sort(inSourceOrder),
      functions: ofKind('function').sort(inSourceOrder),
      unknown: [...this.#seen(unknown.values()), ...this.table.unknown.map(entry => ({ ...entry, ms: null }))],
      ...(this.#levels ? { levels: this.#levels.result() } : {}),
      bytesPerElement: kit.state.shadowElements === 0 ? null : kit.state.shadowBytes / kit.state.shadowElements,
      nestIterations: this.tracer.nests.taken.iterations,
      wantsGeneral: records.some(
        record => record.uncharged && record.site.kind === 'loop' && record.iterations > 0 && record.spans.s === 0,
      ),
      wantsMemory:
        kit.layout.chargesOnDemand === true &&
        records.some(
          ({ site, iterations, spans }) =>
            site.kind === 'loop' && site.idle !== true && iterations > 0 && spans.s === 0,
        ),
    };
  }

  /** Without dependences nothing is known of what may be done with a loop. */
  #judged<T extends Omit<LoopResult, 'memory'>>(result: T): T {
    if (this.#plan.dependences !== false || result.verdict === null) return result;
    return {
      ...result,
      carried: [],
      verdict: 'unknown',
      evidence: null,
      reason: 'dependences were not followed in this run',
    };
  }

  *#seen(calls: Iterable<Opaque>) {
    for (const { site, reason, ms } of calls) {
      const { file, line } = this.table.sites[site]!;
      yield { file, line, reason, ms };
    }
  }
}

function inSourceOrder(a: LoopResult, b: LoopResult): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
