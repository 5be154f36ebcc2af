export const phases = ['compile', 'upload', 'dispatch', 'kernel', 'readback', 'compute', 'end_to_end'] as const;
/**
 * `dispatch` is submit to done as the host sees it, `kernel` lies between the device's own timestamps, `compute` is a
 * CPU variant's call, `end_to_end` is upload + dispatch + readback, or compute; never compilation.
 */
export type Phase = (typeof phases)[number];

/** Phases that a whole computation can be compared by: end to end, or the part on the device alone. */
export const comparable: readonly Phase[] = ['end_to_end', 'compute', 'dispatch', 'kernel'];

export const regimes = ['first', 'steady'] as const;
export type Regime = (typeof regimes)[number];
