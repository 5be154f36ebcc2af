import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isPacked, machineCategory } from '../../src/census/machine-code/categories.ts';
import { type OptimisedCode, parseOptimisedCode } from '../../src/census/machine-code/parse-code.ts';

const fixtures = new URL('../fixtures/census/optimised/', import.meta.url);
const listing = readFileSync(new URL('node-24.21.0-x64.txt', fixtures), 'utf8');
const program = readFileSync(new URL('program.mjs', fixtures), 'utf8');

describe('what V8 13.6 lists for a loop that calls a small function', () => {
  const codes = parseOptimisedCode(listing);
  const find = (name: string, tier: OptimisedCode['tier']): OptimisedCode =>
    codes.find(each => each.name === name && each.tier === tier) as OptimisedCode;

  test('both tiers of both functions are there', () => {
    for (const name of ['energy', 'square'])
      for (const tier of ['maglev', 'turbofan'] as const) expect(find(name, tier)).toBeDefined();
  });

  test('TurboFan says where the function is: its text stands at that position of the file', () => {
    const { place } = find('energy', 'turbofan');
    expect(program.startsWith(place?.source as string, place?.position)).toBe(true);
    expect(place?.source).toMatch(/^\(signal\) \{[\s\S]*return sum;\n\}$/);
    expect(find('energy', 'maglev').place).toBeUndefined();
  });

  test('the instructions fill the code that V8 says it has, one after the other', () => {
    const { instructions, bytes } = find('energy', 'turbofan');
    // x64 takes 1 to 15 bytes an instruction.
    expect(instructions.length).toBeGreaterThan(bytes / 15);
    expect(instructions.length).toBeLessThan(bytes);
    // Counted another way: lines with an address, an offset and hexadecimal bytes, in this function's section.
    const section =
      /--- Optimized code ---\n(?:(?!--- End code)[\s\S])*?name = energy[\s\S]*?--- End code/.exec(listing)?.[0] ?? '';
    expect(instructions.length).toBe(section.match(/^0x[0-9a-f]+ +[0-9a-f]+ {2}[0-9a-f]+ +\S/gm)?.length);
  });

  test('square is put into energy, checks remain, and nothing is packed: V8 never vectorises', () => {
    const { inlined, checks, instructions } = find('energy', 'turbofan');
    expect(inlined).toEqual(['square']);
    expect(checks).toContain('out of bounds');
    expect(instructions.filter(isPacked)).toEqual([]);
    expect(instructions.filter(each => /^v?mulsd\b/.test(each)).length).toBeGreaterThan(0);
  });

  test('every instruction has a category', () => {
    const names = codes.flatMap(({ instructions }) => instructions.map(each => each.split(/\s+/, 1)[0] as string));
    const other = new Set(names.filter(name => machineCategory(name) === 'other'));
    for (const name of other) expect(name).toMatch(/^(nop|int3l?|ud2|hlt|pause|endbr64)/);
  });
});

test.each([
  ['addl', 'arithmetic'],
  ['vmulsd', 'arithmetic'],
  ['leaq mem', 'arithmetic'],
  ['andl', 'bitwise'],
  ['shrq', 'bitwise'],
  ['cmpl mem', 'comparison'],
  ['vucomisd', 'comparison'],
  ['movq', 'register-move'],
  ['movq mem', 'memory'],
  ['vmovsd mem', 'memory'],
  ['push', 'memory'],
  ['jnz', 'control-flow'],
  ['call mem', 'call'],
  ['fmadd', 'arithmetic'],
  ['b.ne', 'control-flow'],
  ['ldr mem', 'memory'],
])('%s is %s', (opcode, category) => {
  expect(machineCategory(opcode)).toBe(category);
});

test.each([
  ['vmulps xmm0,xmm1,xmm2', true],
  ['vpaddd xmm0,xmm1,xmm2', true],
  ['vfmadd231ps xmm0,xmm1,xmm2', true],
  ['vmulsd xmm0,xmm1,xmm2', false],
  ['vxorpd xmm0,xmm0,xmm0', false],
  ['push rbp', false],
  ['popq rbp', false],
  ['vmovapd xmm1,xmm0', false],
])('%s is packed: %s', (instruction, packed) => {
  expect(isPacked(instruction)).toBe(packed);
});
