import type { Primitive } from '../instrument/index.ts';
import { isList, touchLength } from './arrays.ts';
import type { Calls } from './calls.ts';
import type { Cell } from './cells.ts';
import { MoveCalls } from './move-calls.ts';
import type { Activation } from './regions.ts';
import type { Frame, Mark, Tracer } from './runtime.ts';
import { notRun } from './slots.ts';
import type { Times } from './times.ts';

interface Spread {
  readonly of: unknown;
  readonly at: Times;
}
type Each = Times | Spread;

const isSpread = (part: Each): part is Spread => 'of' in part;

/** What instrumented code calls, under the short names that it uses; times are passed beside values. */
export function primitivesOf(tracer: Tracer, calls: Calls): Record<Primitive, unknown> {
  const { kit, regions, memory } = tracer;
  const { state, zero } = kit;
  const sites = tracer.table.sites;
  const moves = new MoveCalls(calls);
  return {
    // Values and times.
    Z: zero,
    V: <T>(value: T): T => value,
    J: kit.join,
    U: kit.under,
    /** A stored value that also waits for its address. */
    A: (times: Times, address: Times) => {
      const joined = kit.join(times, address);
      if (times.chain === undefined || joined === times || address === zero) return joined;
      return kit.chained(joined, times.chain);
    },
    o1: kit.op1,
    o2: kit.op2,
    o3: kit.op3,
    ex: kit.extend,
    xp: kit.expression,
    sk: kit.pass,
    hw: kit.snapshot,
    now: kit.snapshot,
    // Memory.
    ld: (object: unknown, key: unknown, site: number, address: Times) => tracer.load(object, key, site, address),
    st: (object: unknown, key: unknown, value: unknown, times: Times, site: number) =>
      memory.store(object, key, value, { times, site, address: zero }),
    up: (object: unknown, key: unknown, operand: Times, address: Times, site: number) =>
      tracer.update(object, key, { operand, site, address }),
    /** `a[i]++` for its value: the old one. */
    uo: (object: unknown, key: unknown, operand: Times, address: Times, site: number) => {
      tracer.update(object, key, { operand, site, address });
      return tracer.replaced;
    },
    /** `a[a.length] = x` is a `push`. */
    tl: (object: unknown, site: number) => {
      if (state.active && Array.isArray(object) && isList(object)) touchLength(calls, { self: object, site });
    },
    /** A store that has happened already. */
    sp: (object: unknown, key: unknown, times: Times, site: number) =>
      memory.store(object, key, undecided, { times, site, address: zero }),
    mt: (object: unknown, key: unknown, times: Times) => memory.setTimes(object, key, times),
    /** A field of a new object. */
    fi: (object: object, key: PropertyKey, times: Times, site: number) =>
      memory.store(object, key, undecided, { times, site, address: zero }),
    /** Spread into a new object. */
    os: (object: object, source: unknown, _at: Times, site: number) => memory.copyFields(object, source, site),
    /** The elements of a new array: without spreads, and with them. */
    al: (array: unknown[], each: Times[], site: number) => memory.adopt(array, each, site),
    as: (array: unknown[], each: readonly Each[], site: number) => fillLiteral(array, each, site),
    pk: (key: unknown): PropertyKey => (typeof key === 'symbol' ? key : `${key as string}`),
    // Variables.
    nc: (site: number, times: Times) => tracer.newCell(site, times),
    rv: (cell: Cell, site: number) => memory.readCell(cell, site),
    wv: (cell: Cell, times: Times, site: number) => tracer.writeCell(cell, times, site),
    // Destructuring: the value of a step only where it can be had without running code.
    pp: (object: unknown, key: PropertyKey) => peek(object, key),
    pl: (object: unknown, key: PropertyKey, at: Times, site: number) =>
      tracer.load(object, typeof key === 'string' && Array.isArray(object) ? asIndex(key) : key, site, at),
    pr: (object: unknown, at: Times) => kit.join(memory.contents(object), at),
    // Control.
    sc: () => state.control,
    rc: (control: Times) => {
      state.control = control;
    },
    br: <T>(value: T, times: Times, site: number): T => tracer.branch(value, times, site),
    bp: <T>(value: T, site: number): T => {
      regions.branch(site, value ? 1 : 0);
      return value;
    },
    bc: (site: number, outcome: number) => regions.branch(site, outcome + 2),
    bx: <T>(value: T, times: Times, site: number, loops: readonly Activation[], past: number): T =>
      tracer.exit(value, times, { site, loops, past }),
    mk: () => tracer.mark(),
    un: (mark: Mark) => tracer.unwind(mark),
    uf: (mark: Mark) => {
      if (regions.stack.length > mark.depth) tracer.unwind(mark);
    },
    th: (times: Times) => {
      tracer.thrown = kit.under(times);
    },
    tt: () => tracer.thrown,
    // Loops.
    lp: (id: number) => regions.prepare(id),
    ly: (id: number) => regions.prepare(id, true),
    it: (loop: Activation) => regions.iterate(loop),
    tf: <T>(loop: Activation, value: T): T => {
      if (!value) regions.finish(loop);
      return value;
    },
    td: <T>(_loop: Activation, value: T): T => value,
    ct: <T>(loop: Activation, value: T, times: Times, site: number, carried: boolean): T => {
      const result = tracer.test(loop, value, times, { site, carried });
      if (!value) regions.finish(loop);
      return result;
    },
    /** The test at the end of a `do`: it belongs to the iteration that it ends. */
    cd: <T>(loop: Activation, value: T, times: Times, site: number, carried: boolean): T =>
      tracer.test(loop, value, times, { site, carried }),
    lx: (loop: Activation) => tracer.leaveLoop(loop),
    fe: (loop: Activation, source: unknown, at: Times, site: number) => calls.element(loop, source, at, site),
    // Functions.
    en: (id: number) => tracer.enter(id),
    eg: (id: number) => tracer.enterGenerator(id),
    pt: (frame: Frame, place: number) => tracer.given(frame, place),
    pd: (frame: Frame, place: number) => tracer.givenOrAll(frame, place),
    pz: (rest: unknown[], frame: Frame, place: number) => {
      if (frame.given) fillLiteral(rest, frame.given.slice(place), 0);
      else
        fillLiteral(
          rest,
          rest.map(() => tracer.given(frame, place)),
          0,
        );
    },
    self: (frame: Frame) => tracer.given(frame, 0),
    all: (frame: Frame) => tracer.allGiven(frame),
    le: (frame: Frame, times: Times) => tracer.leave(frame, times),
    lg: (frame: Frame, times: Times) => tracer.leaveGetter(frame, times),
    lf: (frame: Frame) => tracer.leaveFinally(frame),
    sr: (_frame: Frame, times: Times) => {
      tracer.returned = kit.under(times);
    },
    ys: (frame: Frame | undefined, times: Times) => {
      tracer.yielded = kit.under(times);
      if (frame) tracer.suspend(frame);
    },
    yr: (frame: Frame | undefined) => (frame ? tracer.resume(frame) : kit.snapshot()),
    // Nests.
    nx: tracer.nests.run.bind(tracer.nests),
    no: tracer.nests.off,
    // Functions on numbers: flags, the run of one, what it returns where there was none, primitives, a clone's announcement.
    nf: tracer.slots.flags,
    nr: tracer.slots.run.bind(tracer.slots),
    nn: notRun,
    ns: tracer.slots.primitives(),
    nb: tracer.slots.blocks.bind(tracer.slots),
    nt: tracer.slots.register.bind(tracer.slots),
    /** The run of a loop's clone. */
    lr: (id: number, values: readonly unknown[], times: readonly Times[]): boolean => {
      tracer.pending = times;
      const result = tracer.slots.run(id, values);
      tracer.pending = undefined;
      return result !== notRun;
    },
    mv: moves.call.bind(moves),
    // Calls.
    pa: (times: readonly Times[]) => {
      tracer.pending = times;
      tracer.returned = zero;
    },
    ps: (times: readonly Times[]) => {
      tracer.pending = times;
    },
    rt: () => tracer.take(),
    fn: <T>(made: T): T => calls.made(made),
    cl: (fn: unknown, self: unknown, args: unknown[], times: Times[], site: number) =>
      self === undefined && calls.isTraced(fn)
        ? calls.hand(fn, args, times)
        : calls.call(fn, { self, args, times, site, name: sites[site]!.name }),
    nw: (fn: unknown, args: unknown[], times: Times[], site: number) =>
      calls.construct(fn, { self: undefined, args, times, site, name: sites[site]!.name }),
  };

  function fillLiteral(array: unknown[], each: readonly Each[], site: number): void {
    let at = 0;
    const iterables = each.filter(part => isSpread(part) && !isList(part.of)).length;
    const known = each.reduce((sum, part) => sum + (isSpread(part) ? (isList(part.of) ? part.of.length : 0) : 1), 0);
    for (let place = 0; place < each.length; place++) {
      const part = each[place]!;
      if (!isSpread(part)) {
        memory.setTimes(array, at++, part, site);
        continue;
      }
      const from = part.of;
      const count = isList(from) ? from.length : iterables === 1 ? array.length - known : 0;
      for (let i = 0; i < count; i++) {
        const times = isList(from) ? tracer.load(from, i, site, part.at) : kit.join(part.at, memory.contents(from));
        memory.setTimes(array, at++, times, site);
      }
      // Several iterables of unknown lengths: each element may come from any of them.
      if (!isList(from) && iterables > 1) {
        const all = each.reduce<Times>(
          (sum, p) => (isSpread(p) ? kit.join(sum, kit.join(p.at, memory.contents(p.of))) : kit.join(sum, p)),
          zero,
        );
        for (let i = 0; i < array.length; i++) memory.setTimes(array, i, all, site);
        return;
      }
    }
  }
}

/** Equal to nothing a program can hold. */
const undecided = Symbol('undecided');

const asIndex = (key: string): PropertyKey => (/^\d+$/.test(key) ? Number(key) : key);

function peek(object: unknown, key: PropertyKey): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}
