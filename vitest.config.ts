import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What a user's file imports is the package; in the checkout that is its source.
  resolve: { alias: { parallelogram: new URL('./src/index.ts', import.meta.url).pathname } },
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    // Many tests wait for processes that they started, so one more than there are cores keeps the cores busy.
    maxWorkers: Math.min(6, availableParallelism() + 1),
    // Against what hangs, not against what is slow: a test that takes 20 s alone may take minutes on a busy machine.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    coverage: { provider: 'v8', exclude: ['tests/**', 'kernels/**', 'experiments/**', 'tools/**'], reporter: ['json'] },
  },
});
