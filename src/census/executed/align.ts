import type { Instruction } from '../bytecode/parse-dump.ts';

/** What block coverage adds; it is no part of the program. */
export const isCounter = ({ opcode }: Instruction): boolean => opcode === 'IncBlockCounter';

/**
 * For each bytecode of the plain listing the index of the same one in the listing with counters, or undefined. Mostly
 * the two differ by the counters alone; where V8 keeps dead code or unused functions only when it counts, the longest
 * common subsequence pairs the rest.
 */
export function alignListings(plain: readonly Instruction[], counted: readonly Instruction[]): (number | undefined)[] {
  const program = [...counted.keys()].filter(index => !isCounter(counted[index] as Instruction));
  const a = keysOf(plain);
  const b = keysOf(program.map(index => counted[index] as Instruction));
  const paired: (number | undefined)[] = a.map(() => undefined);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) {
    paired[head] = program[head];
    head++;
  }
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) {
    paired[a.length - 1 - tail] = program[b.length - 1 - tail];
    tail++;
  }
  for (const [i, j] of commonSubsequence(a.slice(head, a.length - tail), b.slice(head, b.length - tail)))
    paired[head + i] = program[head + j];
  return paired;
}

/**
 * Same mnemonic at the same place with the same names; registers, slots and distances shift. A bytecode without a
 * position stands where the one before it does.
 */
function keysOf(instructions: readonly Instruction[]): string[] {
  let place = -1;
  return instructions.map(({ opcode, operands, position }) => {
    place = position ?? place;
    return `${opcode.replace(/Constant$/, '')}|${place}|${/"[^"]*"|<[^>]*>|#\d+/.exec(operands)?.[0] ?? ''}`;
  });
}

/** Pairs of indices, by the textbook dynamic programme. */
function commonSubsequence(a: readonly string[], b: readonly string[]): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number): number => (lengths[i] as Uint32Array)[j] as number;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (lengths[i] as Uint32Array)[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; )
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  return pairs;
}
