import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { conductGroup } from '../../src/measure/conduct.ts';
import type { OutcomeEvent, SampleEvent } from '../../src/measure/events.ts';
import { protocols } from '../../src/measure/protocol.ts';
import { loadWorkload } from '../../src/workload/load.ts';

const protocol = {
  ...protocols.quick,
  name: 'custom',
  processes: 1,
  sampleBudgetMs: 20,
  warmupBudgetMs: 20,
  stepLimitMs: 5000,
} as const;

/** Measures a cheat beside the honest baseline, as `bench` does, and returns how both ended. */
async function bench(name: string) {
  const target = fileURLToPath(new URL(`./kernels/${name}.ts`, import.meta.url));
  const workload = await loadWorkload(target);
  const variants = workload.variants.map(variant => variant.name);
  const outcomes: (OutcomeEvent & { process: number })[] = [];
  const samples: (SampleEvent & { process: number })[] = [];
  let process = 0;
  await conductGroup(
    {
      group: { target, workload: workload.name, size: 4096, parameters: {}, variants },
      seed: 1,
      protocol,
      gpuProfile: 'safe',
    },
    {
      sample: (event, at) => samples.push({ ...event, process: at }),
      outcome: (event, at) => outcomes.push({ ...event, process: at }),
    },
    { signal: new AbortController().signal, nextProcess: () => process++ },
  );
  const of = (variant: string | undefined) => outcomes.filter(outcome => outcome.variant === variant);
  return { cheat: of(variants[1]), honest: of('naive'), samples };
}

/** Kernel, the status that it must end with, and what the reason must say. */
const cheats: [name: string, status: string, reason: RegExp][] = [
  ['returns-a-constant', 'incorrect', /element\[\d+\] is 1, the reference says/],
  ['writes-nothing', 'incorrect', /element\[\d+\] is .*, the reference says/],
  ['mutates-its-input', 'incorrect', /changed its input/],
  ['does-not-wait', 'incorrect', /did not wait for the device/],
  ['returns-the-last-output', 'incorrect', /element\[\d+\] is/],
  ['remembers-by-identity', 'incorrect', /element\[\d+\] is/],
  ['skips-timed-calls', 'incorrect', /element\[\d+\] is 0/],
  ['writes-half', 'incorrect', /element\[\d+\] is 0/],
  ['returns-nan', 'incorrect', /element\[\d+\] is NaN/],
  ['returns-too-little', 'incorrect', /has 10 elements; the reference has 4096/],
  ['throws', 'runtime-error', /the kernel gave up/],
  ['asks-for-too-much-memory', 'out-of-memory', /allocation failed/],
  ['never-returns', 'timeout', /first call took more than 5 s/],
  ['kills-its-process', 'runtime-error', /killed by SIGKILL during first call/],
  ['loses-the-device', 'device-lost', /the device was lost/],
  ['right-on-one-seed', 'incorrect', /element\[\d+\] is/],
  ['right-every-other-call', 'incorrect', /element\[\d+\] is 0/],
  ['writes-infinity', 'incorrect', /element\[2000\] is Infinity/],
  ['forgets-the-tail', 'incorrect', /element\[40\d\d\] is 0/],
  ['answers-in-low-precision', 'incorrect', /error .*, allowed/],
  ['ends-its-process', 'runtime-error', /ended|exit/],
  ['never-resolves', 'timeout', /first call took more than 5 s/],
  ['returns-text', 'incorrect', /the output is of type string, not a typed array/],
  ['returns-nothing', 'runtime-error', /returned nothing/],
  ['throws-nothing', 'runtime-error', /null/],
  ['recurses-for-ever', 'runtime-error', /call stack/],
  ['hoards-memory', 'out-of-memory', /memory/],
  ['fails-behind-its-back', 'runtime-error', /nobody listens/],
  ['shader-does-not-compile', 'compile-error', /z/],
  ['shader-never-ends', 'timeout', /first call took more than 5 s/],
];

describe.each(cheats)('a kernel that %s', (name, status, reason) => {
  test(`ends as ${status}, and the honest baseline is measured all the same`, async () => {
    // A small heap: filling the usual one takes a busy machine a minute.
    if (name === 'hoards-memory') vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=80');
    const { cheat, honest, samples } = await bench(name).finally(() => vi.unstubAllEnvs());
    expect(cheat.map(outcome => outcome.status)).toEqual([status]);
    expect(cheat[0]?.reason).toMatch(reason);
    expect(honest.map(outcome => outcome.status)).toEqual(['ok']);
    const counted = samples.filter(sample => sample.variant === 'naive' && sample.process === honest[0]?.process);
    expect(counted.filter(sample => sample.regime === 'steady').length).toBeGreaterThanOrEqual(protocol.minSamples);
  });
});

/** These do the work. What they try besides must change no number. */
describe.each([['stops-the-clock'], ['floods-stdout']])('a kernel that %s', name => {
  test('is right, and its times are those of the clock that the harness holds', async () => {
    const { cheat, honest, samples } = await bench(name);
    expect([...cheat, ...honest].map(outcome => outcome.status)).toEqual(['ok', 'ok']);
    const times = samples.filter(sample => sample.phase === 'end_to_end').map(sample => sample.ns);
    expect(times.length).toBeGreaterThanOrEqual(2 * protocol.minSamples);
    // 4096 multiplications and additions take microseconds, not the 1 ns that the forged messages claim.
    expect(Math.min(...times)).toBeGreaterThan(200);
  });
});
