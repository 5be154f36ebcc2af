import type { Block, Instruction, Place, Step } from '../runtime/block.ts';
import { isSound } from './block-order.ts';
import { NotNumeric } from './unit.ts';

/** A piece of a block, and what temporaries stand for at its end. */
interface Gathered {
  readonly code: readonly Instruction[];
  readonly times: ReadonlyMap<string, number>;
}

interface Given {
  readonly kind: Block['given'][number];
  /** Code for it where the block is called. */
  readonly text: string;
}

type Pending = Gathered | Exclude<Step, { do: 'gathered' }>;

/** Marks slots beyond the frame, whose size is known at the end. */
export const endMark = 2 ** 20;

const isPlaced = (at: Instruction): at is Extract<Instruction, { to: Place }> => 'to' in at;

/** Fills the blocks of one clone, one after the other. */
export class BlockBuilder {
  readonly #prefix: string;
  readonly #first: number;
  readonly #blocks: { given: readonly Given[]; steps: readonly Pending[] }[] = [];
  /** Slots of temporaries that outlive their piece. */
  readonly #homes = new Map<string, number>();
  #steps: Pending[] = [];
  #given: Given[] = [];
  #code: Instruction[] = [];
  /** What temporaries stand for. */
  #times = new Map<string, number>();
  /** What has been read of slots. */
  #slots = new Map<string, number>();
  /** A chain is gone on with in the piece. */
  extends = false;
  mostSubscripts = 0;
  /** How often something but a loop's test has changed control, or may have. */
  changes = 0;
  size = 0;

  constructor(prefix: string, first: number) {
    this.#prefix = prefix;
    this.#first = first;
  }

  /** What outlives its piece goes to a slot of its own at its end. */
  finished(): Block[] {
    return this.#blocks.map(({ given, steps }) => ({
      given: given.map(({ kind }) => kind),
      steps: steps.map(step => {
        if ('do' in step) return step.do === 'enter' ? { ...step, size: this.size } : step;
        const code = [...step.code];
        for (const [name, value] of step.times) {
          const home = this.#homes.get(name);
          if (home !== undefined) code.push({ do: 'write', to: { of: 'frame', slot: home }, on: [value] });
        }
        const placed = code.map(at => this.#placed(at));
        if (!isSound(placed)) throw new NotNumeric('its chains go on in an order that is not kept');
        return { do: 'gathered', code: placed };
      }),
    }));
  }

  /** Slots of the next frame lie behind this one, whose size is known now. */
  #placed(at: Instruction): Instruction {
    if (!isPlaced(at) || at.to.slot < endMark) return at;
    return { ...at, to: { of: 'frame', slot: this.size + at.to.slot - endMark } };
  }

  /** Ends a piece: its times are in place. */
  split(): void {
    if (this.#code.length > 0) this.#steps.push({ code: this.#code, times: this.#times });
    this.#code = [];
    this.#times = new Map();
    this.#slots = new Map();
    this.extends = false;
  }

  /** A region or outcome, after all that was gathered. */
  step(step: Exclude<Step, { do: 'gathered' }>): void {
    this.split();
    if (step.do !== 'test' && step.do !== 'case') this.changes++;
    this.#steps.push(step);
  }

  /** The call that does what has been gathered; empty where there is nothing. */
  flush(): string {
    this.split();
    const steps = this.#steps;
    const given = this.#given;
    this.#steps = [];
    this.#given = [];
    if (steps.length === 0) return '';
    const id = this.#first + this.#blocks.length;
    this.#blocks.push({ given, steps });
    return `${this.#prefix}b${id}(${[`${this.#prefix}frame`, ...given.map(({ text }) => text)].join(', ')})`;
  }

  /** A subscript, or whether a store leaves an element as it is. @returns its number, and its name in the code */
  subscript(kind: Given['kind']): { at: number; name: string } {
    const at = this.#given.length;
    const name = `${this.#prefix}k${at}`;
    this.#given.push({ kind, text: name });
    this.mostSubscripts = Math.max(this.mostSubscripts, at + 1);
    return { at, name };
  }

  /** An outcome that the call is told. @returns its number */
  outcome(name: string): number {
    return this.#given.push({ kind: 'outcome', text: `${name} ? 1 : 0` }) - 1;
  }

  // Instructions

  add(instruction: Instruction): number {
    this.#code.push(instruction);
    if (instruction.do === 'copy') this.changes++;
    if (instruction.do === 'write' || instruction.do === 'wait' || instruction.do === 'copy') {
      const place = instruction.do === 'wait' ? instruction.at : instruction.to;
      this.#slots.delete(`${place.of}${place.slot}`);
    }
    if (instruction.do === 'extend') this.extends = true;
    return this.#code.length - 1;
  }

  /** A temporary takes a time. */
  name(name: string, value: number): void {
    this.#times.set(name, value);
  }

  named(name: string): number {
    const known = this.#times.get(name);
    if (known !== undefined) return known;
    if (!this.#homes.has(name)) this.#homes.set(name, this.size++);
    return this.read({ of: 'frame', slot: this.#homes.get(name)! });
  }

  zero(): number {
    const known = this.#code.findIndex(at => at.do === 'zero');
    return known >= 0 ? known : this.add({ do: 'zero' });
  }

  read(at: Place): number {
    const key = `${at.of}${at.slot}`;
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const value = this.add({ do: 'slot', at });
    this.#slots.set(key, value);
    return value;
  }

  /** A chain's state is kept where its result goes. */
  write(to: Place, value: number): void {
    const code = this.#code;
    const under = code[value]!;
    const from = under.do === 'under' ? under.on[0] : value;
    const made = code[from]!;
    const isLast = code.slice(from + 1).every(at => at === under || at.do === 'change');
    if (made.do === 'extend' && isLast) code[from] = { ...made, home: to };
    this.add({ do: 'write', to, on: [value] });
  }

  join(a: number, b: number, keeps: 'only' | 'first'): number {
    const code = this.#code;
    if (a === b || code[b]!.do === 'zero') return a;
    if (code[a]!.do === 'zero') return b;
    return this.add({ do: 'join', on: [a, b], keeps });
  }
}
