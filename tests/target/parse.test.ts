import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseFile } from '../../src/target/index.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/target/${name}`, import.meta.url));

const problem = (name: string, source: string) => {
  try {
    parseFile(name, source);
  } catch (error) {
    const { kind, place } = error as { kind: string; place: { line: number; column: number } };
    return [kind, place.line, place.column];
  }
  return 'parsed';
};

describe('parsing a user file', () => {
  test('stripping keeps every position', () => {
    const parsed = parseFile(fixture('sums.ts'));
    expect(parsed.code.length).toBe(parsed.source.length);
    expect(parsed.code.split('\n').map(line => line.length)).toEqual(
      parsed.source.split('\n').map(line => line.length),
    );
    const at = parsed.source.indexOf('let total');
    expect(parsed.code.slice(at, at + 9)).toBe('let total');
  });

  test.each([
    ['script.cts', 'commonjs', false],
    ['script.mts', 'module', true],
    ['script.ts', 'module', false],
    ['plain/common.ts', 'commonjs', false],
  ])('%s is %s', (name, format, topLevelAwait) => {
    expect(parseFile(fixture(name))).toMatchObject({ format, topLevelAwait });
  });

  test('what is not erasable names its line, its column and the cure', () => {
    expect(problem('/x/a.mts', 'let a = 1;\n  enum X { A }\n')).toEqual(['unsupported-syntax', 2, 3]);
    expect(problem('/x/a.mts', 'namespace N { export const a = 1; }')).toEqual(['unsupported-syntax', 1, 1]);
    expect(problem('/x/a.mts', 'class A {\n constructor(private x: number) {} }')).toEqual([
      'unsupported-syntax',
      2,
      22,
    ]);
    expect(() => parseFile('/x/a.mts', 'enum X { A }')).toThrow(/as const/);
  });

  test('a syntax error names its line and column, in TypeScript and in JavaScript', () => {
    expect(problem('/x/a.mts', '\nlet a: number = ;')).toEqual(['syntax', 2, 17]);
    expect(problem('/x/a.mjs', '\nlet a = ;')).toEqual(['syntax', 2, 9]);
    expect(problem('/x/a.cjs', 'await 1; import x from "y";')).toEqual(['syntax', 1, 7]);
  });
});
