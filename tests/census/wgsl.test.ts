import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseWgsl } from '../../src/census/gpu-kernel/parse.ts';

describe('what does not parse is named with its line', () => {
  test.each([
    ['fn main() {\n  let a = ;\n}', 2, 'expected an expression, found `;`'],
    ['fn main() {\n  foo(1\n}', 3, 'expected `)` after the arguments, found `}`'],
    ['// one\n/* two', 2, 'has no end'],
    ['fn f() {\n\n  let # = 1;\n}', 3, '`#` begins nothing'],
    ['fn main(', 1, 'the end of the module'],
    ['struct S { x f32 }', 1, 'expected `:` after `x`'],
    ['@compute fn f() { 1 + 2; }', 1, 'or another assignment'],
  ])('%j', (code, line, message) => {
    expect(() => parseWgsl(code)).toThrow(`line ${line}:`);
    expect(() => parseWgsl(code)).toThrow(message);
  });
});

test('operators bind as WGSL §8.18 says', () => {
  const [main] = parseWgsl('fn f() { let x = a + b * c << 1u & d == e || g; }').functions;
  const show = (node: unknown): string => {
    const { kind, operator, left, right, name, value } = node as Record<string, unknown>;
    return kind === 'binary' ? `(${show(left)} ${operator} ${show(right)})` : String(name ?? value);
  };
  const [statement] = main?.body ?? [];
  expect(show((statement as { value: unknown }).value)).toBe('((((a + (b * c)) << 1) & (d == e)) || g)');
});

test('a template list ends at its bracket, whatever follows it', () => {
  const { functions } = parseWgsl('fn f() { var x: array<vec4<f32>, 4>= y; let b = a < c; x[0] >>= 2u; }');
  expect(functions[0]?.body.map(({ kind }) => kind)).toEqual(['var', 'let', 'assign']);
});

test('every kernel of this repository parses, and nested comments do', () => {
  const files = readdirSync('kernels', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.wgsl'));
  expect(files.length).toBeGreaterThan(20);
  // Some are parts that stand behind others; each is a list of declarations by itself.
  for (const file of files) expect(() => parseWgsl(readFileSync(`kernels/${file}`, 'utf8'))).not.toThrow();
  expect(parseWgsl('/* a /* b */ c */ const x = 0x1p4f;').constants[0]?.value).toMatchObject({
    value: 16,
    type: 'f32',
  });
});
