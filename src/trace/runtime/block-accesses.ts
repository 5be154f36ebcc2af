import type { Instruction } from './block.ts';
import { type BlockPlaces, zero } from './block-places.ts';
import { type Code, call, choose, get, isZero, load, number, set, store } from './wasm-code.ts';

/** Functions of the runtime (`assembly/tracing.ts`) that find an element and date the access; without dates, that only find it. */
const dated = {
  load: 'readElement',
  'load-only': 'readOnlyElement',
  store: 'writeElement',
  update: 'updateElement',
} as const;
const undated = {
  load: 'findElement',
  'load-only': 'findElement',
  store: 'findTarget',
  update: 'findUpdate',
} as const;

/**
 * Dates of reads and writes in a gathered piece, and where the times of the elements are that it touches.
 *
 * @returns the code, and by access code for the address
 */
export function accessesOf(
  code: readonly Instruction[],
  places: BlockPlaces,
): { code: Code; addresses: ReadonlyMap<number, Code> } {
  const out: number[] = [];
  const addresses = new Map<number, Code>();
  const { functions, isDated } = places;
  const push = (...parts: readonly Code[]): void => {
    for (const part of parts) for (const byte of part) out.push(byte);
  };
  for (const [at, instruction] of code.entries()) {
    switch (instruction.do) {
      case 'prepare':
        push(places.dates(instruction.at), zero, store(0));
        break;
      case 'hand':
        push(places.dates(instruction.to), places.dates(instruction.from), load(0), store(0));
        break;
      case 'make':
        if (isDated) push(places.dates(instruction.at), call(functions.makeCell!));
        break;
      case 'read':
      case 'change':
        if (isDated) {
          const fn = instruction.do === 'read' ? functions.readCell! : functions.writeCell!;
          push(places.dates(instruction.at), number(instruction.site), call(fn));
        }
        break;
      case 'access': {
        const { how, array, subscript, silent, site } = instruction;
        const address = places.number();
        push(places.dates(array), load(0), places.given(subscript));
        if (silent === undefined || !isDated) push(number(site));
        else push(number(site), number(-site), places.given(silent), isZero, choose);
        push(call(functions[(isDated ? dated : undated)[how]]!), set(address));
        addresses.set(at, get(address));
        break;
      }
    }
  }
  return { code: out, addresses };
}
