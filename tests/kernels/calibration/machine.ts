import type { Instruction, ListedFunction } from '../../../src/census/bytecode/parse-dump.ts';

/** What a register of the interpreter may hold. */
type Value = unknown;

/** Counts of bytecodes by mnemonic. */
export type Opcodes = Record<string, number>;

/** A listed function that the machine can call. */
interface Closure {
  readonly listed: ListedFunction;
}

/**
 * A machine for the few bytecodes of V8 that the calibration programs compile to. It executes a listing and counts
 * every bytecode, one by one: slow, obvious, and with nothing in common with how the census counts.
 */
export class Machine {
  readonly opcodes: Opcodes = {};
  private readonly contextSlot: Closure | undefined;

  /** `contextSlot` is the function that `LdaCurrentContextSlot` finds; these programs use one at most. */
  constructor(contextSlot?: ListedFunction) {
    this.contextSlot = contextSlot && { listed: contextSlot };
  }

  run(listed: ListedFunction, parameters: readonly Value[]): Value {
    const constants = constantPool(listed.text);
    const index = new Map(listed.instructions.map(({ offset }, at) => [offset, at]));
    const registers = new Map<string, Value>(parameters.map((value, at) => [`a${at}`, value]));
    const read = (name = ''): Value => registers.get(name);
    let accumulator: Value;
    for (let at = 0; ; ) {
      const instruction = listed.instructions[at] as Instruction;
      const { opcode, target } = instruction;
      const [first = '', second = '', third = ''] = instruction.operands.split(/,? /);
      const number = (text: string): number => Number(text.replace(/[[\]]/g, ''));
      const constant = (text: string): Value => constants[number(text)];
      const jump = (): number => index.get(target as number) as number;
      this.opcodes[opcode] = (this.opcodes[opcode] ?? 0) + 1;
      at++;
      if (opcode === 'Return') return accumulator;
      if (opcode === 'Jump' || opcode === 'JumpLoop') at = jump();
      else if (opcode === 'JumpIfFalse' || opcode === 'JumpIfToBooleanFalse') at = accumulator ? at : jump();
      else if (opcode === 'LdaZero') accumulator = 0;
      else if (opcode === 'LdaSmi') accumulator = number(first);
      else if (opcode === 'LdaConstant') accumulator = constant(first);
      else if (opcode === 'LdaFalse') accumulator = false;
      else if (opcode === 'LdaUndefined') accumulator = undefined;
      else if (opcode === 'Ldar') accumulator = read(first);
      else if (opcode === 'Star') registers.set(first, accumulator);
      else if (opcode === 'Add') accumulator = (read(first) as number) + (accumulator as number);
      else if (opcode === 'Mul') accumulator = (read(first) as number) * (accumulator as number);
      else if (opcode === 'AddSmi') accumulator = (accumulator as number) + number(first);
      else if (opcode === 'Inc') accumulator = (accumulator as number) + 1;
      else if (opcode === 'TestLessThan') accumulator = (read(first) as number) < (accumulator as number);
      else if (opcode === 'TestGreaterThan') accumulator = (read(first) as number) > (accumulator as number);
      else if (opcode === 'ToBooleanLogicalNot') accumulator = !accumulator;
      else if (opcode === 'LdaCurrentContextSlot') accumulator = this.contextSlot;
      else if (opcode === 'LdaGlobal') accumulator = (globalThis as Record<string, Value>)[constant(first) as string];
      else if (opcode === 'GetNamedProperty') accumulator = field(read(first))[constant(second) as string];
      else if (opcode === 'GetKeyedProperty') accumulator = field(read(first))[accumulator as number];
      else if (opcode === 'SetKeyedProperty') field(read(first))[read(second) as number] = accumulator;
      else if (opcode === 'CallUndefinedReceiver0') accumulator = this.call(read(first), []);
      else if (opcode === 'CallUndefinedReceiver1') accumulator = this.call(read(first), [read(second)]);
      else throw new Error(`the machine does not know ${opcode} ${first} ${second} ${third}`);
    }
  }

  private call(callee: Value, parameters: readonly Value[]): Value {
    return typeof callee === 'function' ? callee(...parameters) : this.run((callee as Closure).listed, parameters);
  }
}

const field = (value: Value): Record<string | number, Value> => value as Record<string | number, Value>;

/** The numbers and strings of a listing's constant pool. */
function constantPool(text: string): Value[] {
  const constants: Value[] = [];
  for (const [, index, number, string] of text.matchAll(
    /^\s+(\d+): 0x[0-9a-f]+ <(?:HeapNumber (\S+?)|String\[\d+\]: #(.*?))>$/gm,
  ))
    constants[Number(index)] = number === undefined ? string : Number(number);
  return constants;
}
