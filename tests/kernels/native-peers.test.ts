import { expect, test } from 'vitest';
import cnn from '../../kernels/cnn/workload.ts';
import matmul from '../../kernels/matmul/workload.ts';
import quicksort from '../../kernels/quicksort/workload.ts';
import { createRandom } from '../../src/workload/random.ts';
import type { AnyWorkload } from '../../src/workload/types.ts';
import { checkAt, checkInputs } from '../support/check.ts';

const peers: readonly (readonly [string, AnyWorkload])[] = [
  ['numpy', matmul],
  ['torch', matmul],
  ['numpy', quicksort],
  ['cupy', quicksort],
  ['torch', cnn],
];

test.each(peers.map(([name, workload]) => [name, workload.name, workload] as const))(
  '%s is right for %s, on every case, or says that it cannot be imported',
  async (name, _workload, workload) => {
    const outcome = await checkAt(workload, name, { size: 33 });
    if (outcome.status === 'skipped') {
      expect(outcome.reason).toMatch(new RegExp(`with ${name} not importable|does not start`));
      return;
    }
    expect(outcome).toMatchObject({ status: 'ok' });
    const parameters = Object.fromEntries(
      Object.entries(workload.parameters ?? {}).map(([axis, [value]]) => [axis, value!]),
    );
    for (const [label, input] of Object.entries(workload.cases?.(createRandom(1), parameters) ?? {}))
      expect({ label, ...(await checkInputs(workload, name, [input])) }).toMatchObject({ label, status: 'ok' });
  },
);
