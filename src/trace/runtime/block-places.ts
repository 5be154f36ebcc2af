import type { Place } from './block.ts';
import { chargingAt, lanesAt } from './core.ts';
import type { SlotLayout } from './slot-layout.ts';
import { addition, type Code, get, number } from './wasm-code.ts';

/** Where the functions are that blocks call, in the module's numbering. */
export type Functions = Readonly<Record<string, number>>;

/** What the code of one block shares: its locals, and where things lie. */
export class BlockPlaces {
  readonly layout: SlotLayout;
  readonly functions: Functions;
  /** Reads and writes are dated. */
  readonly isDated: boolean;
  readonly #given: number;
  readonly #vectors: number;
  /** Locals for numbers so far. */
  numbers = 0;

  constructor(
    { layout, functions, isDated }: Pick<BlockPlaces, 'layout' | 'functions' | 'isDated'>,
    { given, vectors }: { given: number; vectors: number },
  ) {
    this.layout = layout;
    this.functions = functions;
    this.isDated = isDated;
    this.#given = given;
    this.#vectors = vectors;
  }

  /** Address of the frame. */
  get frame(): Code {
    return get(0);
  }

  given(at: number): Code {
    return get(1 + at);
  }

  vector(at: number): number {
    return 1 + this.#given + at;
  }

  /** A number's local. */
  number(): number {
    return 1 + this.#given + this.#vectors + this.numbers++;
  }

  /** A slot's address as a base and an offset. */
  address({ of, slot }: Place): { code: Code; offset: number } {
    const offset = slot * this.layout.bytes;
    return of === 'frame' ? { code: this.frame, offset } : { code: zero, offset };
  }

  /** An address as one number. */
  pointer(place: Place, offset = 0): Code {
    const { code, offset: start } = this.address(place);
    const at = number(start + offset);
    return place.of === 'frame' ? [...code, ...at, ...addition] : at;
  }

  /** Where a slot keeps what is not about times. */
  dates(place: Place): Code {
    return this.pointer(place, this.layout.dates);
  }
}

export const zero: Code = number(0);
/** Words that stand alone. */
export const charging: Code = number(chargingAt);
export const lanesInUse: Code = number(lanesAt);
