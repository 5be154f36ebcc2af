import type { AnyWorkload } from '../src/workload/types.ts';

/** The one list of workloads; loaded when asked for, so that a verb pays only for what it uses. */
export const shippedWorkloads: Readonly<Record<string, () => Promise<AnyWorkload>>> = {
  matmul: async () => (await import('./matmul/workload.ts')).default,
  ode: async () => (await import('./ode/workload.ts')).default,
  quicksort: async () => (await import('./quicksort/workload.ts')).default,
  crypto: async () => (await import('./crypto/workload.ts')).default,
  cnn: async () => (await import('./cnn/workload.ts')).default,
  calibration: async () => (await import('./calibration/workload.ts')).default,
};
