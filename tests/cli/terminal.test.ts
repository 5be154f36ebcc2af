import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { harmless } from '../../src/cli/io.ts';
import { pgram } from '../support/pgram.ts';

const folder = mkdtempSync(join(tmpdir(), 'pgram-terminal-'));
/** Everything but line ends and tabs that a terminal obeys. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test('the gate lets the colours of the tool through, and nothing else that a terminal obeys', () => {
  const styles = ['bold', 'dim', 'underline', 'red', 'green', 'yellow', 'cyan', 'gray', 'inverse'] as const;
  for (const style of styles) {
    const text = styleText(style, 'a\n\tb', { validateStream: false });
    expect(harmless(text)).toBe(text);
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(harmless(text).replace(/\x1b\[\d\d?m/g, '')).not.toMatch(obeyed);
    }),
  );
  expect(harmless('\x1b[2J\x1b[8mx\x1b]0;title\x07\r\b')).toBe('�[2J�[8mx�]0;title���');
});

test('names and messages of a program do not steer the terminal; in JSON they stay what they are', async () => {
  const file = join(folder, 'a\x1b[31mb.ts');
  const name = String.raw`\u001b[2J\u009b31m\u202egone`;
  writeFileSync(
    file,
    `const tricks = { ['${name}'](n: number) { let s = 0; for (let i = 0; i < n; i++) s += i * i; return s; } };
export const run = (n: number) => tricks['${name}'](n);
export function fails() { throw new Error('${name}\\u0007'); }
`,
  );
  const traced = await pgram(['trace', `${file}#run`, '--json']);
  expect([traced.code, traced.stderr]).toEqual([0, expect.not.stringMatching(obeyed)]);
  expect(traced.stdout).not.toMatch(obeyed);
  const { functions } = JSON.parse(traced.stdout) as { functions: { function: string; file: string }[] };
  expect(functions.some(each => each.file.includes('\x1b[31m'))).toBe(true);
  const failed = await pgram(['trace', `${file}#fails`]);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/�\[2J�31m�gone/);
  expect(failed.stderr + failed.stdout).not.toMatch(obeyed);
});
