/** How a run is measured; written into its manifest. Two runs with different protocols are not compared cell by cell. */
export interface Protocol {
  readonly name: 'quick' | 'standard' | 'custom';
  /** Independent processes; the sampling unit. */
  readonly processes: number;
  /** Steady samples of each variant in each process: at least so many … */
  readonly minSamples: number;
  /** … and at most so many, … */
  readonly maxSamples: number;
  /** … as long as the samples of one variant in one process take less than this. */
  readonly sampleBudgetMs: number;
  /** A variant is called at least so long before it can count as steady: V8 optimises by what it has seen run. */
  readonly leastWarmupMs: number;
  /** Warm-up of one variant in one process ends when it is steady, or at this time and then counts as not steady. */
  readonly warmupBudgetMs: number;
  /** A variant whose second call takes longer is skipped with that reason: a quick look must stay quick. */
  readonly callLimitMs: number;
  /** One step of one variant (prepare, a call, a check) may take this long before it counts as a timeout. */
  readonly stepLimitMs: number;
}

export const protocols: Readonly<Record<'quick' | 'standard', Protocol>> = {
  quick: {
    name: 'quick',
    processes: 3,
    minSamples: 2,
    maxSamples: 30,
    sampleBudgetMs: 60,
    leastWarmupMs: 100,
    warmupBudgetMs: 150,
    callLimitMs: 600,
    stepLimitMs: 60_000,
  },
  standard: {
    name: 'standard',
    processes: 10,
    minSamples: 5,
    maxSamples: 100,
    sampleBudgetMs: 500,
    leastWarmupMs: 300,
    warmupBudgetMs: 1500,
    callLimitMs: 60_000,
    stepLimitMs: 120_000,
  },
};

/** Durations below this many clock ticks are timed several calls together. */
export const ticksPerSample = 1000;
