import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What a user's file imports is the package; in the checkout that is its source.
  resolve: { alias: { parallelogram: new URL('./src/index.ts', import.meta.url).pathname } },
  test: {
    include: ['tests/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', exclude: ['tests/**', 'kernels/**', 'experiments/**', 'tools/**'], reporter: ['json'] },
  },
});
