import { basesAt, highsAt, type SlotLayout } from './slot-layout.ts';
import {
  addition,
  type Code,
  type Fn,
  get,
  isBelow,
  leave,
  load,
  loadVector,
  multiply,
  number,
  set,
  store,
  storeVector,
  when,
} from './wasm-code.ts';

/**
 * Copies of controls, which a region and each of its iterations begins and ends with; arguments are addresses of slots.
 * `copy(to, from)`; `begin(to, from, lane)` is the same with a lane that begins anew at its high-water mark, none where the
 * lane is below 0.
 */
export function controlFunctions(layout: SlotLayout): { copy: Fn; begin: Fn } {
  const { header, families } = layout;
  const [to, from, lane] = [0, 1, 2];
  const copied: Code = Array.from({ length: header / 16 + 1 }, (_, v) => 16 * v).flatMap(
    at => [...get(to), ...get(from), ...loadVector(at), ...storeVector(at)] as const,
  );
  const begun: Code = families.flatMap((_, k) => {
    const high = [...get(lane), ...load(highsAt(layout, k))];
    return [
      ...[...get(lane), ...high, ...store(basesAt(layout, k))],
      ...[...get(to), ...get(lane), ...addition, ...high, ...store(4 * layout.lanes * k)],
    ] as const;
  });
  const none = { numbers: 0, vectors: 0 };
  return {
    copy: { parameters: ['i32', 'i32'], ...none, body: copied },
    begin: {
      parameters: ['i32', 'i32', 'i32'],
      ...none,
      body: [
        ...copied,
        ...when([...get(lane), ...number(0), ...isBelow], leave),
        ...[...get(lane), ...number(4), ...multiply, ...set(lane)],
        ...begun,
      ],
    },
  };
}
