import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { timeInRounds } from '../../src/forecast/rounds.ts';
import type { PlannedGroup } from '../../src/results/manifest.ts';

const groupOf = (name: string, size: number) =>
  ({
    workload: name,
    target: fileURLToPath(new URL(`../../experiments/workloads/${name}.ts`, import.meta.url)),
    size,
    parameters: {},
  }) as unknown as PlannedGroup;

test('every program once a round, one that cannot be timed says why and is not asked again', async () => {
  const [dot, nothing] = [groupOf('dot', 64), groupOf('not-there', 64)];
  const asked: string[] = [];
  const times = await timeInRounds([dot, nothing], {
    seed: 1,
    rounds: 2,
    signal: new AbortController().signal,
    onStep: ({ workload }, round) => asked.push(`${workload} ${round}`),
  });
  expect(asked).toEqual(['dot 1', 'not-there 1', 'dot 2']);
  expect(times.get(dot)).toMatchObject({ processes: 2 });
  expect(times.get(nothing)).toBeInstanceOf(Error);
});
