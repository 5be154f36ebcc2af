import type { Step } from './block.ts';
import { type BlockPlaces, zero } from './block-places.ts';
import { aFinished, aHolds, controlAt, pathAt, pathEventsAt, recordBytes, recordsFrom } from './core.ts';
import { addition, type Code, call, drop, isOther, isZero, load, multiply, number, store, when } from './wasm-code.ts';

/** FNV's: a path is the hash of its branches' outcomes. */
const pathMultiplier = 0x01000193;
const recordOf = (region: number): Code => number(recordsFrom + region * recordBytes);
const control: Code = [...number(controlAt), ...load(0)];
const into = (address: number, code: Code): Code => [...number(address), ...code, ...store(0)];
const from = (address: number): Code => [...number(address), ...load(0)];

/** One more outcome of the path that is taken. */
const event = (outcome: Code): Code => [
  ...into(pathAt, [...from(pathAt), ...number(pathMultiplier), ...multiply, ...outcome, ...addition]),
  ...into(pathEventsAt, [...from(pathEventsAt), ...number(1), ...addition]),
];

/** Regions and outcomes: what `Regions` and `Tracer` do where times are objects. */
export function stepCode(step: Exclude<Step, { do: 'gathered' }>, places: BlockPlaces): Code {
  const { functions, layout } = places;
  const copy = call(functions.copy!);
  const begin = call(functions.begin!);
  switch (step.do) {
    case 'enter': {
      const slot = places.pointer(step.at);
      const end = places.pointer({ of: 'frame', slot: step.size });
      const lane = [...places.dates(step.at), ...recordOf(step.region), ...end, ...call(functions.openFunction!)];
      return [...[...slot, ...control, ...copy], ...[...control, ...slot, ...lane, ...begin]];
    }
    case 'leave':
      return [
        ...[...places.dates(step.at), ...call(functions.leave!), ...drop],
        ...[...control, ...places.pointer(step.at), ...copy],
      ];
    case 'iterate': {
      const word = places.dates(step.at);
      const slot = places.pointer(step.at);
      const next = places.pointer(step.at, layout.bytes);
      const first = [
        ...[...slot, ...control, ...copy],
        ...[...next, ...control, ...word, ...recordOf(step.region), ...call(functions.openLoop!), ...begin],
        ...[...control, ...next, ...word, ...call(functions.firstIteration!), ...begin],
      ];
      if (step.which === 'first') return first;
      const lane = [...word, ...call(functions.nextIteration!)];
      if (step.which === 'keeps') return [...lane, ...call(functions.beginLane!)];
      const later = [...control, ...next, ...lane, ...begin];
      return step.which === 'later' ? later : when([...word, ...load(0), ...isZero], first, later);
    }
    case 'leave-loop':
      return when(
        [...places.dates(step.at), ...call(functions.leave!)],
        [...control, ...places.pointer(step.at), ...copy],
      );
    case 'case':
      return event(number(step.site * 31 + step.way + 1));
    case 'branch':
      return [
        ...event([...places.given(step.outcome), ...number(step.site * 31 + 1), ...addition]),
        ...step.loops.flatMap(at => [...places.dates(at), ...load(0), ...number(step.site), ...call(functions.hold!)]),
      ];
    case 'test': {
      const loop = [...places.dates(step.at), ...load(0)];
      const site = number(step.site);
      // The first that a loop waits for is mostly its own test.
      const hold = when([...loop, ...load(aHolds), ...site, ...isOther], [...loop, ...site, ...call(functions.hold!)]);
      return [
        ...(step.carried ? hold : []),
        ...(step.outcome === undefined
          ? []
          : when([...places.given(step.outcome), ...isZero], [...loop, ...number(1), ...store(aFinished)])),
      ];
    }
  }
}

/** Whether stores to what is no element wait for the end of a piece, and must now be done. */
export const settled = (pending: number, settle: number): Code => when([...zero, ...load(pending)], call(settle));
