import { lanesInUse } from './block-places.ts';
import { masksFrom } from './core.ts';
import { basesAt, fixed, highsAt, type SlotLayout } from './slot-layout.ts';
import {
  addition,
  both,
  type Code,
  type Fn,
  get,
  isBelow,
  leave,
  load,
  loadVector,
  multiply,
  number,
  select,
  set,
  splat,
  storeVector,
  when,
} from './wasm-code.ts';

const vector = 16;

/**
 * Copies of controls, which a region and each of its iterations begins and ends with; arguments are addresses of slots.
 * `copy(to, from)`; `begin(to, from, lane)` is the same with a lane that begins anew at its high-water mark, none where the
 * lane is below 0; `beginLane(lane)` is that for the control in force, without a copy. The lane is put in by vectors: one that is loaded right after a part of it was stored waits for the store.
 */
export function controlFunctions(layout: SlotLayout): { copy: Fn; begin: Fn; beginLane: Fn } {
  const { header, families, lanes } = layout;
  const [to, from] = [0, 1];
  const copied = (offset: number): Code => [...get(to), ...get(from), ...loadVector(offset), ...storeVector(offset)];
  let inUse: Code = [];
  for (let v = lanes / 4 - 1; v >= 0; v--) {
    const own = families.flatMap((_, k) => copied(4 * lanes * k + vector * v));
    const further =
      inUse.length === 0 ? [] : when([...number(4 * (v + 1)), ...lanesInUse, ...load(0), ...isBelow], inUse);
    inUse = [...own, ...further];
  }
  const copy = [...copied(header), ...inUse];
  const none = { numbers: 0, vectors: 0 };
  const begun = (lane: number, at: number, target: Code): Code => {
    const mask = [...get(lane), ...number(3), ...both, ...number(vector), ...multiply, ...loadVector(masksFrom)];
    const placed = (address: Code, high: Code, offset: number): Code => [
      ...[...address, ...high, ...address, ...loadVector(offset), ...mask, ...select],
      ...storeVector(offset),
    ];
    return [
      ...when([...get(lane), ...number(0), ...isBelow], leave),
      ...[...get(lane), ...number(-4), ...both, ...number(4), ...multiply, ...set(at)],
      ...families.flatMap((family, k) => {
        const high = [...get(lane), ...number(4), ...multiply, ...load(highsAt(layout, k)), ...splat];
        return [
          // Chains ask for them, and nothing else does.
          ...(family === 'r' ? placed(get(at), high, basesAt(layout, k)) : []),
          ...placed([...target, ...get(at), ...addition], high, 4 * lanes * k),
        ];
      }),
    ];
  };
  return {
    copy: { parameters: ['i32', 'i32'], ...none, body: copy },
    begin: {
      parameters: ['i32', 'i32', 'i32'],
      ...{ numbers: 1, vectors: 0 },
      body: [...copy, ...begun(2, 3, get(to))],
    },
    beginLane: {
      parameters: ['i32'],
      ...{ numbers: 1, vectors: 0 },
      body: begun(0, 1, number(fixed.control * layout.bytes)),
    },
  };
}
