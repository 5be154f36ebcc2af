/**
 * Question: what does moving the data cost, and what does it save to leave it on the device?
 * Protocol: y ← x + y/2 eight times (experiments/workloads/axpy.ts), with y resident on the device and with a round trip
 * of y between every two rounds, seven in all; sizes from 4 KiB to 16 MiB an array; the rounds of one kind and size and
 * the CPU's interleaved in one process.
 * Columns: transfer.csv: kind (upload, readback, and end to end the eight rounds with y resident and with seven round
 * trips), variant, device, ran_on, array_bytes, bytes (moved over the bus), time with its 95 % interval,
 * bandwidth_gb_per_s (uploads and readbacks only); transfer-fit.csv: of those two, latency_ns and bandwidth of
 * t = latency + bytes/bandwidth, half_bytes, worst_deviation.
 */
import { fileURLToPath } from 'node:url';
import { runAsScript } from '../src/cli/script.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { planGroups } from '../src/experiment/plan.ts';
import { analyseTransfers } from '../src/experiment/transfers.ts';

const axpy = fileURLToPath(new URL('./workloads/axpy.ts', import.meta.url));

export default defineExperiment({
  name: 'transfer-cost',
  question: 'What does moving the data cost, and what does it save to leave it on the device?',
  protocol:
    'Eight rounds of y ← x + y/2 with y resident on the device, and with a round trip between every two; six sizes.',
  columns:
    'samples.csv, processes.csv, summary.csv; transfer.csv (time and bandwidth by kind and bytes), transfer-fit.csv',
  comparesSizes: true,
  plan: options =>
    planGroups(
      { ...options, workloads: options.workloads.length > 0 ? options.workloads : [axpy] },
      {
        workloads: [],
        sizes: ['1024', '8192', '65536', '262144', '1048576', '4194304'].slice(0, options.quick ? 5 : 6),
        parameters: { axpy: ['residency=all'] },
      },
    ),
  analyse: analyseTransfers,
});

if (import.meta.main) await runAsScript('transfer-cost');
