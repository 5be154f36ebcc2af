import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startChild } from '../../src/measure/child.ts';
import { giveWork } from '../../src/measure/voice.ts';

test('a child that was killed before it got its work is told by how it ended, not by an error of sending', async () => {
  const child = startChild(fileURLToPath(new URL('../../src/measure/group-process.ts', import.meta.url)));
  const errors: unknown[] = [];
  child.on('error', error => errors.push(error));
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  giveWork(child, { before: 'it is gone' }, () => undefined);
  expect(await closed).toEqual([null, 'SIGKILL']);
  giveWork(child, { after: 'it is gone' }, () => undefined);
  await new Promise(resolve => setTimeout(resolve, 50));
  expect(errors).toEqual([]);
});
