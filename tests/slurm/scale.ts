// Time and memory of planning and merging at three sizes:  npx pgram exec tests/slurm/scale.ts
// Each size in a process of its own, so that its peak memory is its own; shards are simulated, all else is the real code.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { mergeShards } from '../../src/slurm/merge.ts';
import { planCells, simulateShards } from './simulated.ts';

interface Step {
  readonly seconds: number;
  readonly peakMiB: number;
}

async function timed<T>(work: () => T | Promise<T>): Promise<readonly [T, Step]> {
  const start = performance.now();
  const result = await work();
  return [result, { seconds: (performance.now() - start) / 1000, peakMiB: process.resourceUsage().maxRSS / 1024 }];
}

const [cells] = process.argv.slice(2);
if (cells === undefined) {
  const table = [25_000, 50_000, 100_000].map(n => {
    const { stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, String(n)], {
      encoding: 'utf8',
    });
    if (!stdout) throw new Error(stderr);
    return JSON.parse(stdout) as Record<'n' | 'samples', number> & Record<'plan' | 'merge', Step>;
  });
  const [first] = table;
  for (const { n, samples, plan, merge } of table) {
    const growth = (step: 'plan' | 'merge'): string => {
      const base = first as NonNullable<typeof first>;
      const expected = (n * Math.log(n)) / (base.n * Math.log(base.n));
      return ((step === 'plan' ? plan : merge).seconds / base[step].seconds / expected).toFixed(2);
    };
    const said = (step: Step): string => `${step.seconds.toFixed(2)} s, peak ${step.peakMiB.toFixed(0)} MiB`;
    process.stdout.write(
      `${n} cells, ${samples} samples: plan ${said(plan)} (${growth('plan')} of n log n); merge ${said(merge)} (${growth('merge')} of n log n)\n`,
    );
  }
} else {
  const n = Number(cells);
  const [simulated, plan] = await timed(() => planCells(n));
  simulateShards(simulated);
  const [merged, merge] = await timed(() => mergeShards(simulated.run, simulated));
  rmSync(simulated.run, { recursive: true, force: true });
  if (merged.cells.merged !== n) throw new Error(`${merged.cells.merged} of ${n} cells merged`);
  process.stdout.write(JSON.stringify({ n, samples: merged.samples, plan, merge }));
}
