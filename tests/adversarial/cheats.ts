import { fileURLToPath } from 'node:url';
import { conductGroup } from '../../src/measure/conduct.ts';
import type { OutcomeEvent, SampleEvent } from '../../src/measure/events.ts';
import { protocols } from '../../src/measure/protocol.ts';
import { loadWorkload } from '../../src/workload/load.ts';

export const protocol = {
  ...protocols.quick,
  name: 'custom',
  processes: 1,
  sampleBudgetMs: 20,
  warmupBudgetMs: 20,
} as const;

export interface Ended {
  readonly cheat: readonly OutcomeEvent[];
  readonly honest: readonly (OutcomeEvent & { readonly process: number })[];
  readonly samples: readonly (SampleEvent & { readonly process: number })[];
}

/**
 * Measures a cheat beside the honest baseline, as `bench` does, and returns how both ended.
 *
 * @param patience how many times 3 s a step may take that is meant to hang
 */
export async function bench(name: string, seed = 1, patience = 1): Promise<Ended> {
  const target = fileURLToPath(new URL(`./kernels/${name}.ts`, import.meta.url));
  const workload = await loadWorkload(target);
  const variants = workload.variants.map(variant => variant.name);
  const outcomes: (OutcomeEvent & { process: number })[] = [];
  const samples: (SampleEvent & { process: number })[] = [];
  let process = 0;
  // A small heap: filling the usual one takes a busy machine a minute.
  const { NODE_OPTIONS } = globalThis.process.env;
  if (name === 'hoards-memory') globalThis.process.env.NODE_OPTIONS = '--max-old-space-size=80';
  // What is meant to hang need not be waited for as long as what may be slow.
  const limited = name.includes('never') ? { ...protocol, stepLimitMs: 3000 * patience } : protocol;
  await conductGroup(
    {
      group: { target, workload: workload.name, size: 4096, parameters: {}, variants },
      seed,
      protocol: limited,
      gpuProfile: 'safe',
    },
    {
      sample: (event, at) => samples.push({ ...event, process: at }),
      outcome: (event, at) => outcomes.push({ ...event, process: at }),
    },
    { signal: new AbortController().signal, nextProcess: () => process++ },
  ).finally(() => {
    if (NODE_OPTIONS === undefined) delete globalThis.process.env.NODE_OPTIONS;
    else globalThis.process.env.NODE_OPTIONS = NODE_OPTIONS;
  });
  const of = (variant: string | undefined) => outcomes.filter(outcome => outcome.variant === variant);
  return { cheat: of(variants[1]), honest: of('naive'), samples };
}

/** Kernel, the status that it must end with, and what the reason must say. */
export const cheats: [name: string, status: string, reason: RegExp][] = [
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
  ['never-returns', 'timeout', /first call took more than \d+ s/],
  ['kills-its-process', 'runtime-error', /killed by SIGKILL during first call/],
  ['loses-the-device', 'device-lost', /the device was lost/],
  ['right-on-one-seed', 'incorrect', /element\[\d+\] is/],
  ['right-every-other-call', 'incorrect', /element\[\d+\] is 0/],
  ['writes-infinity', 'incorrect', /element\[2000\] is Infinity/],
  ['forgets-the-tail', 'incorrect', /element\[40\d\d\] is 0/],
  ['answers-in-low-precision', 'incorrect', /error .*, allowed/],
  ['ends-its-process', 'runtime-error', /ended|exit/],
  ['never-resolves', 'timeout', /first call took more than \d+ s/],
  ['returns-text', 'incorrect', /the output is of type string, not a typed array/],
  ['returns-nothing', 'runtime-error', /returned nothing/],
  ['throws-nothing', 'runtime-error', /null/],
  ['recurses-for-ever', 'runtime-error', /call stack/],
  ['hoards-memory', 'out-of-memory', /memory/],
  ['fails-behind-its-back', 'runtime-error', /nobody listens/],
  ['shader-does-not-compile', 'compile-error', /z/],
  ['shader-never-ends', 'timeout', /first call took more than \d+ s/],
  ['blinds-the-judge', 'incorrect', /replaced .*Math\.abs.*, which all variants share/],
  ['slows-the-others', 'incorrect', /replaced Float32Array\.prototype\.map, which all variants share/],
  ['refuses-to-be-spoilt', 'incorrect', /element\[0\] is NaN/],
  ['computes-after-the-clock', 'incorrect', /element\[\d+\] is 0/],
  ['computes-in-upload', 'incorrect', /worked outside of its call/],
  ['computes-in-readback', 'incorrect', /worked outside of its call/],
  ['computes-when-looked-at', 'incorrect', /of type object, not a typed array/],
  ['returns-a-proxy', 'incorrect', /of type object, not a typed array/],
  ['idles-unless-watched', 'incorrect', /element\[\d+\] is 0/],
  ['forges-its-outcome', 'runtime-error', /ended with exit code 0 during first call/],
  ['fails-later', 'runtime-error', /nobody waited for: a timer went off/],
  ['throws-the-unspeakable', 'runtime-error', /nor this/],
  ['starves-the-event-loop-and-never-ends', 'timeout', /first call took more than \d+ s/],
];

/** These do the work. What they try besides must change no number, and keep nobody waiting. */
export const pretenders = [
  'stops-the-clock',
  'floods-stdout',
  'forges-its-times',
  'leaves-a-process-behind',
  'never-leaves',
];
