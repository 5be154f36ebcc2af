import { fileURLToPath } from 'node:url';
import { bench, census, forecast, trace } from 'parallelogram';

/** A program of one's own: a file, and in it a function. */
const target = `${fileURLToPath(import.meta.url.replace(/[^/]*$/, 'potential.ts'))}#potential`;

const { work, span, parallelism, loops } = await trace(target, { size: 16 });
console.log(`work ${work}, span ${span}, parallelism ${parallelism?.toFixed(1)}`);
for (const { line, verdict, selfParallelism } of loops)
  console.log(`line ${line}: ${verdict}, SP ${selfParallelism?.toFixed(2)}`);

const { layers } = await census(target, { size: 16, machineCode: false });
const executed = layers.find(({ layer }) => layer === 'executed-bytecode');
console.log(`executed: ${executed?.flops} flops, ${executed?.counts?.['control-flow']} jumps and branches`);

const { devices } = await forecast(target, { size: 2000, devices: ['h100'] });
for (const { label, speedup, bound } of devices)
  console.log(`${label}: ${speedup.low.toFixed(0)} to ${speedup.high.toFixed(0)} times, bound by ${bound}`);

/** What is measured needs variants to choose from: a workload, with `defineWorkload`, or one that ships. */
const run = await bench('matmul', { sizes: [64], variants: ['tuned'], quick: true, processes: 3, probe: false });
console.log(run.sentences[0]);
console.log(run.summary.length, 'rows in', run.folder);
