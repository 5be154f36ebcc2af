/**
 * Question: what do our kernels gain over what a user would pick instead?
 * Protocol: our variants and the libraries' in one process, interleaved in random order; 10 processes (3 with --quick).
 * A peer is compared with our fastest variant on the same device: one core with one core, all cores with all cores, a
 * software adapter with itself. Ratios are of the same processes.
 * Columns: peers.csv: workload, parameters, size, peer, device, ran_on, status, reason, scope (end to end, or device only:
 * the kernel, else the dispatch, else the call), ours, ratio (time of the peer over ours) with its 95 % interval,
 * verdict, processes, peer_ns, ours_ns. A peer that cannot run here is a row with its reason. rungs.csv: each of our
 * variants, not the fastest only, over each peer and over `tuned`. teams.csv: what all cores gain over one with the same
 * kernel, and its share of what the probe gains (the bound of one core over that of all).
 */
import { runAsScript } from '../src/cli/script.ts';
import { defineExperiment } from '../src/experiment/define.ts';
import { analysePeers } from '../src/experiment/peers.ts';
import { planGroups } from '../src/experiment/plan.ts';

/** Large enough that no variant is held up by its launch; `crypto` at 64 MiB, sorting at ten million keys. */
const sizes: Readonly<Record<string, string>> = {
  matmul: '1024',
  ode: '65536',
  quicksort: '10000000',
  crypto: String(64 << 20),
  cnn: '256',
};

const quickSizes: Readonly<Record<string, string>> = {
  matmul: '512',
  ode: '4096',
  quicksort: '1000000',
  crypto: String(8 << 20),
  cnn: '64',
};

export default defineExperiment({
  name: 'peers',
  question: 'What do our kernels gain over what a user would pick instead?',
  protocol:
    'Our variants and the libraries’ in one process, interleaved; each peer against our fastest variant on the same device.',
  columns:
    'samples.csv, processes.csv, summary.csv; peers.csv (ratio of each peer to our fastest on the same device), rungs.csv (each of our variants over each peer and tuned), teams.csv (all cores over one)',
  plan: options =>
    planGroups(options, {
      workloads: ['matmul', 'ode', 'quicksort', 'crypto', 'cnn'],
      sizes: ({ name }) => [(options.quick ? quickSizes : sizes)[name] ?? 'large'],
      parameters: { crypto: ['algorithm=aes-256-ctr,sha-256'], cnn: ['mode=inference,convolutions'] },
    }),
  analyse: analysePeers,
});

if (import.meta.main) await runAsScript('peers');
