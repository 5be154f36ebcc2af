import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { columnsPage } from '../../tools/csv-columns.ts';

test('docs/csv-columns.md says what the schema says', () => {
  expect(readFileSync(new URL('../../docs/csv-columns.md', import.meta.url), 'utf8')).toBe(columnsPage());
});
