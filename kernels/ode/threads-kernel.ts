import { share, type ThreadKernel } from '../../src/backends/threads/worker.ts';
import { integrateSweep, type Sweep } from './sweep.ts';

/** Shares end at a multiple of 16 trajectories, so that no two threads write to one cache line. */
export const kernel: ThreadKernel = job => {
  const sweep = job.shared as unknown as Sweep;
  const [from, to] = share(sweep.rho.length, job, 16);
  integrateSweep(sweep, from, to);
};
