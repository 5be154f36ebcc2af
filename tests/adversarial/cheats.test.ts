import { describe, expect, test } from 'vitest';
import { bench, cheats, pretenders, protocol } from './cheats.ts';

describe.each(cheats)('a kernel that %s', (name, status, reason) => {
  // What hangs is stopped after seconds, in which a busy machine may not have measured the honest one: then after more.
  const retry = name.includes('never') ? 2 : 0;
  test(`ends as ${status}, and the honest baseline is measured all the same`, { retry }, async ({ task }) => {
    const { cheat, honest, samples } = await bench(name, 1, 5 ** (task.result?.retryCount ?? 0));
    expect(cheat.map(outcome => outcome.status)).toEqual([status]);
    expect(cheat[0]?.reason).toMatch(reason);
    expect(honest.map(outcome => outcome.status)).toEqual(['ok']);
    const counted = samples.filter(sample => sample.variant === 'naive' && sample.process === honest[0]?.process);
    expect(counted.filter(sample => sample.regime === 'steady').length).toBeGreaterThanOrEqual(protocol.minSamples);
  });
});

describe.each(pretenders)('a kernel that %s', name => {
  test('is right, and its times are those of the clock that the harness holds', async () => {
    const { cheat, honest, samples } = await bench(name);
    expect([...cheat, ...honest].map(outcome => outcome.status)).toEqual(['ok', 'ok']);
    const times = samples.filter(sample => sample.phase === 'end_to_end').map(sample => sample.ns);
    expect(times.length).toBeGreaterThanOrEqual(2 * protocol.minSamples);
    // 4096 multiplications and additions take microseconds, not the 1 ns that the forged messages claim.
    expect(Math.min(...times)).toBeGreaterThan(200);
  });
});
