import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveTarget } from '../../src/target/index.ts';
import { traceTarget } from '../../src/trace/run.ts';

const workload = `
import { callVariant, defineWorkload } from 'parallelogram';
const naive = ({ x }: { x: Float64Array }) => x.map(value => value * value + 1);
export default defineWorkload({
  name: 'elsewhere',
  summary: 'squares',
  sizes: { small: 16 },
  inputs: n => ({ x: new Float64Array(n) }),
  reference: naive,
  tolerance: () => ({ kind: 'exact', reason: 'the same' }),
  work: n => ({
    ...{ operations: 2 * n, operationUnit: 'flop', items: n, itemUnit: 'number' },
    ...{ bytesRead: 8 * n, bytesWritten: 8 * n, bytesToDevice: 8 * n, bytesFromDevice: 8 * n },
  }),
  variants: [callVariant({ name: 'naive', sameAlgorithm: true, compute: naive })],
});`;

test('a workload in a folder where nothing is installed imports the package, and is traced there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pgram-elsewhere-'));
  try {
    const file = join(folder, 'elsewhere.ts');
    writeFileSync(file, workload);
    const { work, span } = await traceTarget(resolveTarget(file), { size: 16 });
    expect([work, span]).toEqual([2 * 16, 2]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
