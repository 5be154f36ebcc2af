import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runInChild } from '../../src/target/child.ts';
import type { TraceReport } from '../../src/trace/job.ts';
import type { Observed, Plan } from '../../src/trace/session.ts';

const job = new URL('../../src/trace/job.ts', import.meta.url);

/** One run of a workload's `naive` in a process of its own, as the verb runs it, until the plan fits. */
async function observe(name: string, size: number, plan: Plan): Promise<Observed> {
  const file = fileURLToPath(new URL(`../../kernels/${name}/workload.ts`, import.meta.url));
  const payload = {
    spec: { target: { kind: 'workload', name, file }, size, seed: 1 },
    ...{ plan, deadlineMs: 100_000, maxOperations: 1e7, maxMemoryBytes: 2 ** 31 },
  };
  const { result } = await runInChild<TraceReport>(job, payload, {
    file,
    timeoutMs: 110_000,
    execArgv: ['--stack-size=3000'],
  });
  if (result?.status === 'general')
    return observe(
      name,
      size,
      result.nest < 0 ? { ...plan, tier: 'general' } : { ...plan, without: [...(plan.without ?? []), result.nest] },
    );
  if (result?.status !== 'done' || !result.observed) throw new Error(`${name} at ${size}: ${result?.status}`);
  return result.observed;
}

const comparable = ({ work, span, spanReassociated, loops, functions, unknown }: Observed) => ({
  ...{ work, span, spanReassociated, functions, loops },
  unknown: unknown.map(({ line, reason }) => ({ line, reason })),
});

// Iterations in nests: quicksort and crypto have branches on data or stores to what they load, so theirs may be none.
test.each([
  ['matmul', 7, 7 + 7 ** 2 + 7 ** 3],
  ['ode', 2, 0],
  ['quicksort', 64, 0],
  ['crypto', 64, 0],
  ['cnn', 1, 10_000],
])(
  '%s at size %i: nests and the general tier agree on everything',
  async (name, size, least) => {
    const plan: Plan = { lanes: 32, chargeMemory: true };
    const general = await observe(name, size, { ...plan, tier: 'general' });
    const fast = await observe(name, size, plan);
    expect(general.nestIterations).toBe(0);
    expect(fast.nestIterations).toBeGreaterThanOrEqual(least);
    expect(comparable(fast)).toEqual(comparable(general));
    if (process.env.PGRAM_NESTS) console.log(name, size, fast.work, fast.nestIterations);
  },
  240_000,
);
