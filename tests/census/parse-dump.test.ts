import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bytecodeCategory, knownOpcodes } from '../../src/census/bytecode/categories.ts';
import { type ListedFunction, parseDump } from '../../src/census/bytecode/parse-dump.ts';

const dumps = fileURLToPath(new URL('../fixtures/census/dumps/', import.meta.url));
const versions = readdirSync(dumps).filter(name => name.startsWith('node-'));

const named = (version: string, name: string): ListedFunction => {
  const found = parseDump(readFileSync(dumps + version, 'utf8')).functions.find(each => each.name === name);
  if (!found) throw new Error(`${version} lists no function ${name}`);
  return found;
};
const count = ({ instructions }: ListedFunction, opcode: string) =>
  instructions.filter(each => each.opcode === opcode).length;

describe.each(versions)('the listing of %s', version => {
  test('every line that is a bytecode is parsed, and none that is not', () => {
    const text = readFileSync(dumps + version, 'utf8');
    const { functions } = parseDump(text);
    expect(functions.map(({ name }) => name).sort()).toEqual(['', 'dot', 'first', 'wide']);
    const lines = text.split('\n').filter(line => / @ +\d+ : /.test(line)).length;
    expect(functions.reduce((sum, each) => sum + each.instructions.length, 0)).toBe(lines);
    for (const { text: own, instructions } of functions) {
      const length = Number(/Bytecode length: (\d+)/.exec(own)?.[1]);
      expect(instructions.at(-1)?.offset).toBeLessThan(length);
      expect(instructions[0]?.offset).toBe(0);
    }
  });

  test('jumps lead to bytecodes of the same function', () => {
    for (const { instructions } of parseDump(readFileSync(dumps + version, 'utf8')).functions) {
      const offsets = new Set(instructions.map(({ offset }) => offset));
      for (const { opcode, target, cases } of instructions) {
        if (opcode.startsWith('Jump')) expect(offsets).toContain(target);
        for (const to of cases?.values() ?? []) expect(offsets).toContain(to);
        if (opcode.startsWith('SwitchOn')) expect(cases?.size).toBeGreaterThan(0);
      }
    }
  });

  test('what a person counts in the source is there', () => {
    const dot = named(version, 'dot');
    expect([
      count(dot, 'Mul'),
      count(dot, 'Add'),
      count(dot, 'Inc'),
      count(dot, 'JumpLoop'),
      count(dot, 'GetKeyedProperty'),
    ]).toEqual([1, 1, 1, 1, 2]);
    expect(count(named(version, 'wide'), 'BitwiseNot')).toBe(1);
    expect(count(named(version, 'wide'), 'LdaSmi')).toBeGreaterThanOrEqual(4);
    expect(count(named(version, 'first'), 'SuspendGenerator')).toBe(2);
    expect(named(version, 'first').handlers.length).toBeGreaterThanOrEqual(2);
  });

  test('counters come with their source ranges: the loop body of dot is one', () => {
    const source = readFileSync(`${dumps}program.mjs`, 'utf8');
    const { slots, instructions } = named(version, 'dot');
    expect(instructions.filter(({ opcode }) => opcode === 'IncBlockCounter')).toHaveLength(slots.length);
    expect(slots.map(({ start, end }) => source.slice(start, end))).toContain('sum += a[i] * b[i];');
  });

  test('every bytecode has a category', () => {
    for (const { instructions } of parseDump(readFileSync(dumps + version, 'utf8')).functions)
      for (const { opcode } of instructions) if (opcode !== 'IncBlockCounter') expect(knownOpcodes).toContain(opcode);
  });
});

test.each(readdirSync(dumps).filter(name => name.startsWith('handlers-')))(
  'the categories cover all handlers in the binary of %s',
  name => {
    const unknown = readFileSync(dumps + name, 'utf8')
      .trim()
      .split('\n')
      .filter(opcode => !knownOpcodes.has(opcode));
    expect(unknown).toEqual([]);
  },
);

test('an unknown mnemonic is `other`, not lost', () => {
  expect(bytecodeCategory('BrandNew')).toBe('other');
  expect(bytecodeCategory('Mul')).toBe('arithmetic');
});
