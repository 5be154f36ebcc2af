import type { Instruction, ListedFunction } from '../bytecode/parse-dump.ts';
import { definedRegister, registersIn } from './constants.ts';

/** What a register's future needs: for every bytecode, the registers that still decide a branch. */
export type LiveTokens = readonly ReadonlySet<string>[];

/**
 * Finds the registers through which V8 remembers how it left a block (the token of a `finally`, the `done` flag of an
 * iterator) and where they are still needed. They are what tells paths apart that have merged in the flow graph.
 */
export function liveTokens({ instructions }: ListedFunction, successors: readonly (readonly number[])[]): LiveTokens {
  const tokens = tokenRegisters(instructions);
  const live: Set<string>[] = instructions.map(() => new Set());
  if (tokens.size === 0) return live;
  let changed = true;
  while (changed) {
    changed = false;
    for (let index = instructions.length - 1; index >= 0; index--) {
      const instruction = instructions[index] as Instruction;
      const next = new Set<string>();
      for (const successor of successors[index] as number[])
        for (const register of live[successor] ?? []) next.add(register);
      const defined = definedRegister(instruction);
      if (defined !== undefined) next.delete(defined);
      for (const register of usedRegisters(instruction)) if (tokens.has(register)) next.add(register);
      const now = live[index] as Set<string>;
      for (const register of next)
        if (!now.has(register)) {
          now.add(register);
          changed = true;
        }
    }
  }
  return live;
}

const deciding = /^(JumpIf|Switch)/;

function usedRegisters(instruction: Instruction): string[] {
  const { opcode, operands } = instruction;
  if (opcode === 'Star') return [];
  if (opcode === 'Mov') return registersIn(operands.split(', ')[0] ?? '');
  return /^(Ldar|TestReferenceEqual|TestEqual|TestEqualStrict)$/.test(opcode) ? registersIn(operands) : [];
}

/** Registers that are loaded to decide a jump, and those that are copied into them. */
function tokenRegisters(instructions: readonly Instruction[]): Set<string> {
  const tokens = new Set<string>();
  for (const [index, { opcode, operands }] of instructions.entries()) {
    if (opcode === 'TestReferenceEqual') tokens.add(operands);
    // Loops that give every iteration its own variables compare flags with small integers.
    if (/^TestEqual/.test(opcode) && /^Lda(Smi|Zero)$/.test(instructions[index - 1]?.opcode ?? ''))
      for (const register of registersIn(operands)) tokens.add(register);
    const next = instructions[index + 1];
    if (
      opcode === 'Ldar' &&
      next &&
      (deciding.test(next.opcode) || /^(TestReferenceEqual|ToBoolean|LogicalNot)/.test(next.opcode))
    )
      tokens.add(operands);
  }
  for (let grown = true; grown; ) {
    grown = false;
    for (const [index, { opcode, operands }] of instructions.entries()) {
      const [from, to] = opcode === 'Mov' ? operands.split(', ') : copied(instructions[index], instructions[index + 1]);
      if (from && to && tokens.has(to) && !tokens.has(from)) {
        tokens.add(from);
        grown = true;
      }
    }
  }
  return tokens;
}

const copied = (load: Instruction | undefined, store: Instruction | undefined): string[] =>
  load?.opcode === 'Ldar' && store?.opcode === 'Star' ? [load.operands, store.operands] : [];
