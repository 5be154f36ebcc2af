import type { Instruction } from '../bytecode/parse-dump.ts';

/** A value that a register is known to hold: `true`, `undefined`, `hole`, a small integer… */
export type Constant = string;

/** Known only not to be `undefined` or `null`. */
const something: Constant = 'something';

/** Registers whose value is known; all others hold anything. */
export type Environment = ReadonlyMap<string, Constant>;

export const accumulator = 'accumulator';

/** Bytecodes that leave the accumulator as it was. */
const keepsAccumulator =
  /^(Star|Mov|Jump|IncBlockCounter|PushContext|PopContext|StaCurrentContextSlot|StaContextSlot|Switch)/;

/** Bytecodes that write registers other than by `Star` and `Mov` (kRegOut operands in V8's bytecodes.h). */
const writesRegisters =
  /^(CallRuntimeForPair|ForInPrepare|ForInStep|ForOfNext|FindNonDefaultConstructorOrConstruct|PushContext)$/;

const constantLoads: Readonly<Record<string, Constant>> = {
  LdaZero: '0',
  LdaTrue: 'true',
  LdaFalse: 'false',
  LdaUndefined: 'undefined',
  LdaNull: 'null',
  LdaTheHole: 'hole',
};

/** The registers named in an operand list; a range such as `r3-r5` names all of it. */
export function registersIn(operands: string): string[] {
  const found: string[] = [];
  for (const [, prefix, first, last] of operands.matchAll(/(?<![\w<:"])([ra])(\d+)(?:-[ra](\d+))?(?![\w>"])/g))
    for (let index = Number(first); index <= Number(last ?? first); index++) found.push(`${prefix}${index}`);
  return found;
}

/** Whether a bytecode overwrites its last operand and reads nothing from it. */
export const definedRegister = ({ opcode, operands }: Instruction): string | undefined =>
  opcode === 'Star' || opcode === 'Mov' ? registersIn(operands).at(-1) : undefined;

/** What is known after a bytecode, from what is known before. */
export function execute(instruction: Instruction, before: Environment): Environment {
  const { opcode, operands } = instruction;
  const after = new Map(before);
  const set = (register: string, value: Constant | undefined): void => {
    if (value === undefined) after.delete(register);
    else after.set(register, value);
  };
  if (opcode === 'Star') set(operands, before.get(accumulator));
  else if (opcode === 'Mov') {
    const [from = '', to = ''] = operands.split(', ');
    set(to, before.get(from));
  } else if (writesRegisters.test(opcode)) for (const register of registersIn(operands)) after.delete(register);
  if (!keepsAccumulator.test(opcode)) set(accumulator, loaded(instruction, before));
  return after;
}

function loaded({ opcode, operands }: Instruction, before: Environment): Constant | undefined {
  const constant = constantLoads[opcode];
  if (constant !== undefined) return constant;
  const value = before.get(accumulator);
  if (opcode === 'LdaSmi') return /\[(-?\d+)\]/.exec(operands)?.[1];
  if (opcode === 'Ldar') return before.get(operands);
  if (opcode === 'TestReferenceEqual') {
    const other = before.get(operands);
    return isExact(value) && isExact(other) ? String(value === other) : undefined;
  }
  if (opcode === 'TestEqual' || opcode === 'TestEqualStrict') {
    const other = before.get(registersIn(operands)[0] ?? '');
    return isNumber(value) && isNumber(other) ? String(value === other) : undefined;
  }
  if (opcode === 'LogicalNot' && (value === 'true' || value === 'false')) return String(value === 'false');
  if (opcode === 'ToBooleanLogicalNot' && isExact(value)) return String(!truthy(value));
  if (opcode === 'ToBoolean' && isExact(value)) return String(truthy(value));
  if (opcode === 'TestNull' && value !== undefined) return String(value === 'null');
  if (opcode === 'TestUndefined' && value !== undefined) return String(value === 'undefined');
  return undefined;
}

const isExact = (value: Constant | undefined): value is Constant => value !== undefined && value !== something;

const isNumber = (value: Constant | undefined): value is Constant => value !== undefined && /^-?\d+$/.test(value);

const truthy = (value: Constant): boolean => !['false', 'undefined', 'null', 'hole', '0'].includes(value);

/** Whether a conditional jump is taken, where the accumulator decides it by what is known. */
export function decided({ opcode }: Instruction, value: Constant | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  switch (opcode.replace(/Constant$/, '')) {
    case 'JumpIfTrue':
      return value === 'true' || value === 'false' ? value === 'true' : undefined;
    case 'JumpIfFalse':
      return value === 'true' || value === 'false' ? value === 'false' : undefined;
    case 'JumpIfToBooleanTrue':
      return isExact(value) ? truthy(value) : undefined;
    case 'JumpIfToBooleanFalse':
      return isExact(value) ? !truthy(value) : undefined;
    case 'JumpIfUndefined':
      return value === 'undefined';
    case 'JumpIfNotUndefined':
      return value !== 'undefined';
    case 'JumpIfNull':
      return value === 'null';
    case 'JumpIfNotNull':
      return value !== 'null';
    case 'JumpIfUndefinedOrNull':
      return value === 'undefined' || value === 'null';
    case 'JumpIfJSReceiver':
      return isExact(value) ? false : undefined;
    default:
      return undefined;
  }
}

/** What a conditional jump that is not taken tells about the accumulator. */
export function afterFallThrough({ opcode }: Instruction, before: Environment): Environment {
  if (!/^JumpIfUndefinedOrNull(Constant)?$/.test(opcode) || before.has(accumulator)) return before;
  return new Map(before).set(accumulator, something);
}
