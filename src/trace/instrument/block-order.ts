import type { Instruction, Place } from '../runtime/block.ts';

/*
 * A block does three things one after another (`runtime/block-module.ts`): it copies the states of chains that it finds,
 * computes times, and copies the states of chains that it goes on with itself. Where the program's order is another, the
 * function is not compiled.
 */

const isSame = (a: Place, b: Place): boolean => a.of === b.of && a.slot === b.slot;

/** Where the chain of a value may have its state: instructions that read or make it. */
export function sourcesOf(code: readonly Instruction[], value: number): readonly number[] {
  const at = code[value]!;
  switch (at.do) {
    case 'slot':
    case 'element':
    case 'extend':
      return [value];
    case 'join':
      return [...new Set(at.on.flatMap(on => sourcesOf(code, on)))];
    case 'under':
    case 'touch':
      return sourcesOf(code, at.on[0]);
    default:
      return [];
  }
}

/** Whether each chain's state can be copied when that is done: before the block's times, or after them. */
export function isSound(code: readonly Instruction[]): boolean {
  return code.every((at, place) => {
    if (at.do !== 'write' && at.do !== 'store') return true;
    return sourcesOf(code, at.on[0]).every(source => {
      const made = code[source]!;
      const between = code.slice(source + 1, place);
      if (made.do === 'extend') return !between.some(other => other.do === 'extend' && isSame(other.home, made.home));
      if (between.some(other => overwrites(other, made))) return false;
      return !code.slice(0, source).some((other, k) => writesLater(code, k, other, made));
    });
  });
}

function overwrites(at: Instruction, made: Instruction): boolean {
  if (made.do === 'element') return at.do === 'store';
  if (made.do !== 'slot') return false;
  return at.do === 'write' && isSame(at.to, made.at);
}

/** A state that is in its place only after the block's times. */
function writesLater(code: readonly Instruction[], k: number, at: Instruction, made: Instruction): boolean {
  if (made.do === 'slot' && at.do === 'extend') return isSame(at.home, made.at);
  if (at.do !== 'write' && at.do !== 'store') return false;
  if (!sourcesOf(code, at.on[0]).some(source => code[source]!.do === 'extend')) return false;
  return overwrites(code[k]!, made);
}
