import type { ThreadKernel } from '../../backends/threads/worker.ts';

/** Does nothing: what remains is the cost of starting a team and waiting for it. */
export const kernel: ThreadKernel = () => undefined;
