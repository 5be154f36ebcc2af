import { describe, expect, test } from 'vitest';
import { traceSource } from './support.ts';
import { expressions } from './syntax/expressions.ts';
import { functions } from './syntax/functions.ts';
import { statements } from './syntax/statements.ts';

const groups = { ...expressions, ...statements, ...functions };
const bodies = Object.values(groups).flat();

test('the set holds at least 300 different programs', () => {
  expect(new Set(bodies).size).toBe(bodies.length);
  expect(bodies.length).toBeGreaterThanOrEqual(300);
});

describe('every form of the language does traced what it does plain', () => {
  for (const [form, programs] of Object.entries(groups))
    test(form, async () => {
      for (const body of programs) {
        const source = `export function run(n) { ${body}\n}`;
        const { output, plainOutput } = await traceSource(source, { size: 3, lanes: 32 }).catch(error => {
          throw new Error(`${body}\n${(error as Error).message}`, { cause: error });
        });
        expect(output, body).toBe(plainOutput);
        // What it returns can be compared, so that equal is not merely both unknown.
        expect(output, body).not.toBeNull();
      }
    });
});
