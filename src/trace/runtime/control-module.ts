import type { SlotLayout } from './slot-layout.ts';
import {
  addition,
  type Code,
  type Fn,
  get,
  isBelow,
  leave,
  load,
  loadVector,
  moduleOf,
  multiply,
  number,
  set,
  store,
  storeVector,
  when,
} from './wasm-code.ts';

/** Copies of controls, which a region and each of its iterations begins and ends with; arguments are slots. */
export interface ControlCode {
  copy(to: number, from: number): void;
  /** The same, with a lane that begins anew at its high-water mark; none where the lane is below 0. */
  begin(to: number, from: number, lane: number): void;
}

export function compileControl(layout: SlotLayout, memory: WebAssembly.Memory): ControlCode {
  const imports = [{ name: 'lost', parameters: 0 }];
  const module = new WebAssembly.Module(moduleOf(imports, functionsOf(layout)));
  const host = { memory, lost: () => {} };
  return new WebAssembly.Instance(module, { host }).exports as unknown as ControlCode;
}

function functionsOf({ header, bytes, lanes, families, highs, bases }: SlotLayout): Fn[] {
  const [to, from, lane] = [0, 1, 2];
  const addresses: Code = [to, from].flatMap(at => [...get(at), ...number(bytes), ...multiply, ...set(at)] as const);
  const copied: Code = Array.from({ length: header / 16 + 1 }, (_, v) => 16 * v).flatMap(
    at => [...get(to), ...get(from), ...loadVector(at), ...storeVector(at)] as const,
  );
  const begun: Code = families.flatMap((_, k) => {
    const place = 4 * lanes * k;
    return [
      ...[...get(lane), ...get(lane), ...load(highs + place), ...store(bases + place)],
      ...[...get(to), ...get(lane), ...addition, ...get(lane), ...load(highs + place), ...store(place)],
    ] as const;
  });
  const numbered = { numbers: 0, vectors: 0 };
  return [
    { name: 'copy', parameters: 2, ...numbered, body: [...addresses, ...copied] },
    {
      name: 'begin',
      parameters: 3,
      ...numbered,
      body: [
        ...addresses,
        ...copied,
        ...when([...get(lane), ...number(0), ...isBelow], leave),
        ...[...get(lane), ...number(4), ...multiply, ...set(lane)],
        ...begun,
      ],
    },
  ];
}
